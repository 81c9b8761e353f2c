namespace Hearth.Benchmarks.Confinement;

/// <summary>One start of a worker with the shipped model, in milliseconds from the call that starts it.</summary>
/// <param name="Greeting">Until the worker has greeted (HelloAck): its runtime runs and its restrictions are on.</param>
/// <param name="FirstAnswer">Until the first piece of an answer has come: the model is loaded and the prompt is computed.</param>
sealed record Start(double Greeting, double FirstAnswer);

/// <summary>A confined start and an unconfined one, one after the other.</summary>
sealed record StartPair(Start Confined, Start Unconfined)
{
    internal double GreetingDifference => Confined.Greeting - Unconfined.Greeting;

    internal double FirstAnswerDifference => Confined.FirstAnswer - Unconfined.FirstAnswer;
}

/// <summary>Pairs of one worker program and one user.</summary>
/// <param name="Pairs">Those of quiet rounds.</param>
/// <param name="Dropped">How many pairs were thrown away, because others used too much of the machine in their round.</param>
sealed record StartSeries(IReadOnlyList<StartPair> Pairs, int Dropped);
