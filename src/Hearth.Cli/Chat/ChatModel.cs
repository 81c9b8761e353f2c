using Hearth.Cli.Commands;
using Hearth.Cli.Output;
using Hearth.Requests;
using Hearth.Requests.Models;

namespace Hearth.Cli.Chat;

/// <summary>The model of a chat, loaded in the background while the user types. It may be exchanged; the conversation stays.</summary>
sealed class ChatModel(Invocation call, ChosenModel chosen) : IAsyncDisposable, IProgress<LoadProgress>
{
    Task<(IModelFile File, IEngine Engine)>? _opening;
    CancellationTokenSource? _giveUp;
    ProgressBar? _bar;

    /// <summary>The model that is, or is being, loaded.</summary>
    internal ChosenModel Chosen { get; private set; } = chosen;

    /// <summary>Begins to load, unless it has begun.</summary>
    internal void Begin()
    {
        if (_opening is not null)
            return;
        _giveUp = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        var cancellation = _giveUp.Token;
        _opening = Task.Run(() => OpenAsync(cancellation), cancellation);
    }

    /// <summary>The engine, when it is there. After a failure the next call tries again.</summary>
    internal async Task<IEngine> EngineAsync(CancellationToken cancellationToken)
    {
        Begin();
        var opening = _opening!;
        try
        {
            // The bar shows only while somebody waits: before that the line belongs to the user who types.
            using var bar = call.Progress("loading the model");
            _bar = bar;
            return (await opening.WaitAsync(cancellationToken)).Engine;
        }
        catch when (opening.IsFaulted)
        {
            _opening = null;
            throw;
        }
    }

    /// <summary>Takes another model; the old worker is ended first, so that memory is never needed twice.</summary>
    internal async Task ExchangeAsync(ChosenModel other)
    {
        await CloseAsync();
        Chosen = other;
        Begin();
    }

    /// <summary>How far loading is; drawn where somebody waits for it.</summary>
    public void Report(LoadProgress value) => _bar?.Report(value);

    public async ValueTask DisposeAsync() => await CloseAsync();

    async Task CloseAsync()
    {
        var opening = _opening;
        _opening = null;
        if (opening is null)
            return;
        using var giveUp = _giveUp!;
        await giveUp.CancelAsync();
        try
        {
            var (file, engine) = await opening;
            await engine.DisposeAsync();
            await file.DisposeAsync();
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            // It never became a model, and whoever asked for it was told.
        }
    }

    async Task<(IModelFile, IEngine)> OpenAsync(CancellationToken cancellationToken)
    {
        var file = await call.OpenAsync(Chosen);
        try
        {
            return (file, await file.LoadAsync(call.LoadOptions(Chosen), this, cancellationToken));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
