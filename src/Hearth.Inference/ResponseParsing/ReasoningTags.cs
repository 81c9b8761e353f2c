namespace Hearth.Inference.ResponseParsing;

/// <summary>The markers around a model's reasoning.</summary>
/// <param name="Open">Before it; counts where nothing was said yet.</param>
/// <param name="Close">Behind it.</param>
sealed record ReasoningTags(string Open, string Close)
{
    /// <summary>A word that may stand right after <see cref="Open"/> and is no reasoning.</summary>
    internal string Title { get; init; } = "";

    /// <summary>True: the model may reason again before it speaks. False: a second <see cref="Open"/> is text.</summary>
    internal bool MayReturn { get; init; }

    /// <summary>True: the model may call while it reasons, which ends the reasoning.</summary>
    internal bool MayCall { get; init; }

    /// <summary>Markers around the answer that follows reasoning; they are dropped.</summary>
    internal IReadOnlyList<string> AnswerMarkers { get; init; } = [];

    /// <summary>True where the prompt already opened the reasoning, so that the answer starts inside it.</summary>
    internal bool AreOpenAtEndOf(string prompt) => prompt.AsSpan().TrimEnd().EndsWith((Open + Title).AsSpan().TrimEnd()) || prompt.AsSpan().TrimEnd().EndsWith(Open);
}
