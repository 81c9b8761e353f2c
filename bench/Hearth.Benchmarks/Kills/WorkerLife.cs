using Hearth.Benchmarks.Confinement;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Benchmarks.Kills;

/// <summary>A worker's whole life as its host sees it: it starts, loads and answers until something ends it.</summary>
sealed class WorkerLife(RealWorker worker) : IDisposable
{
    static readonly GenerationRequest Story = new(new ChatPrompt([new("user", "Tell me a story.")])) { IgnoreEndOfText = true, Sampling = SamplingOptions.Greedy };

    readonly TaskCompletionSource[] _reached = [.. Enum.GetValues<Stage>().Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
    readonly CancellationTokenSource _givenUp = new();

    internal Stage Stage { get; private set; }

    internal Task Reached(Stage stage) => _reached[(int)stage].Task;

    /// <summary>The host wants nothing more of it.</summary>
    internal void GiveUp() => _givenUp.Cancel();

    /// <summary>Ends when everything is cleared away. That the worker is lost, or was given up, is what is expected here.</summary>
    internal async Task LiveAsync()
    {
        try
        {
            Reach(Stage.Starting);
            await using var file = await worker.OpenAsync(confined: true, _givenUp.Token);
            Reach(Stage.Loading);
            await using var engine = await file.LoadAsync(RealWorker.Loading, null, _givenUp.Token);
            await foreach (var said in engine.GenerateAsync(Story, _givenUp.Token))
            {
                if (said is Admitted)
                    Reach(Stage.Answering);
            }
        }
        catch (EngineException e) when (e.Code == FailureCode.WorkerLost)
        {
        }
        catch (OperationCanceledException)
        {
        }
    }

    public void Dispose() => _givenUp.Dispose();

    void Reach(Stage stage)
    {
        Stage = stage;
        _reached[(int)stage].TrySetResult();
    }
}
