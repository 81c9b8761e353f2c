using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Server;

/// <summary>Which request calls which member of the model file and its engine.</summary>
sealed class Service(Task<IModelFile> file, Action? whenLoaded) : IAsyncDisposable
{
    static readonly Dictionary<FrameKind, Func<Service, object?, ReplyChannel, Task>> Calls = new()
    {
        [FrameKind.Load] = (service, body, reply) => service.LoadAsync((LoadOptions)body!, reply),
        [FrameKind.Inspect] = (service, body, reply) => service.InspectAsync((int)body!, reply),
        [FrameKind.Tokenize] = (service, body, reply) => service.TokenizeAsync((TokenizeRequest)body!, reply),
        [FrameKind.Detokenize] = (service, body, reply) => service.DetokenizeAsync((int[])body!, reply),
        [FrameKind.Render] = (service, body, reply) => service.RenderAsync((RenderRequest)body!, reply),
        [FrameKind.Generate] = (service, body, reply) => service.GenerateAsync((GenerateMessage)body!, reply),
        [FrameKind.Logits] = (service, body, reply) => service.LogitsAsync((LogitsRequest)body!, reply),
        [FrameKind.Measure] = (service, body, reply) => service.MeasureAsync((MeasureMessage)body!, reply),
        [FrameKind.Stats] = (service, _, reply) => service.StatsAsync(reply),
        [FrameKind.MeasureMachine] = (service, body, reply) => service.MeasureMachineAsync((MachineRequest)body!, reply),
        [FrameKind.Embed] = (service, body, reply) => service.EmbedAsync((EmbedMessage)body!, reply),
        [FrameKind.Rerank] = (service, body, reply) => service.RerankAsync((RerankMessage)body!, reply),
        [FrameKind.Score] = (service, body, reply) => service.ScoreAsync((ScoreRequest)body!, reply),
    };

    IEngine? _engine;

    internal WorkerInbox Inbox { get; } = new();

    internal Pulse Pulse { get; } = new();

    internal Task AnswerAsync(Command command, ReplyChannel reply) => Calls[command.Kind](this, command.Body, reply);

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        if (file.IsCompletedSuccessfully)
            await (await file).DisposeAsync();
    }

    async Task LoadAsync(LoadOptions options, ReplyChannel reply)
    {
        var progress = new LoadReports(reply);
        _engine = await (await file).LoadAsync(options, progress, reply.Cancelled);
        whenLoaded?.Invoke();
        Pulse.Watch(_engine);
        Inbox.EngineIsReady();
        reply.Send(FrameKind.Loaded, _engine.Model, LoadMessages.Write);
    }

    async Task InspectAsync(int contextLength, ReplyChannel reply)
        => reply.Send(FrameKind.Inspected, await (await file).InspectAsync(contextLength, reply.Cancelled), InspectionMessages.Write);

    async Task TokenizeAsync(TokenizeRequest request, ReplyChannel reply)
    {
        var tokens = await (await file).TokenizeAsync(request.Text, request.ParseSpecial, reply.Cancelled);
        reply.Send(FrameKind.Tokens, tokens, TextMessages.WriteTokens);
    }

    async Task DetokenizeAsync(int[] tokens, ReplyChannel reply)
        => reply.Send(FrameKind.Text, await (await file).DetokenizeAsync(tokens, reply.Cancelled), TextMessages.WriteText);

    async Task RenderAsync(RenderRequest request, ReplyChannel reply)
        => reply.Send(FrameKind.Text, await (await file).RenderAsync(request, reply.Cancelled), TextMessages.WriteText);

    async Task GenerateAsync(GenerateMessage message, ReplyChannel reply)
    {
        reply.Grant(message.Credit);
        await foreach (var said in _engine!.GenerateAsync(message.Request, reply.Cancelled))
        {
            switch (said)
            {
                case Admitted admitted: reply.Send(FrameKind.Admitted, admitted, GenerationEvents.Write); break;
                case Delta { Text.Length: 0, Tokens.Count: 0, Reasoning.Length: 0, ToolCalls.Count: 0 }: break;
                case Delta delta:
                    foreach (var part in DeltaMessage.Parts(delta))
                        await reply.SendMeteredAsync(FrameKind.Delta, part, DeltaMessage.Write);
                    break;
                case Completed completed:
                    reply.Send(FrameKind.Done, completed, GenerationEvents.Write);
                    // The request is over with that: a Cancel that comes now must not be answered any more.
                    return;
            }
        }
    }

    Task LogitsAsync(LogitsRequest request, ReplyChannel reply)
        => StreamAsync(_engine!.LogitsAsync(request.Tokens, request.AllPositions, reply.Cancelled), request.Credit, FrameKind.LogitsItem, NumberMessages.WriteRow, reply);

    Task MeasureAsync(MeasureMessage message, ReplyChannel reply)
        => StreamAsync(_engine!.MeasureAsync(message.Request, reply.Cancelled), message.Credit, FrameKind.Measured, NumberMessages.Write, reply);

    Task EmbedAsync(EmbedMessage message, ReplyChannel reply)
        => StreamAsync(_engine!.EmbedAsync(message.Request, reply.Cancelled), message.Credit, FrameKind.EmbedItem, EmbeddingMessages.Write, reply);

    Task RerankAsync(RerankMessage message, ReplyChannel reply)
        => StreamAsync(_engine!.RerankAsync(message.Request, reply.Cancelled), message.Credit, FrameKind.RerankItem, EmbeddingMessages.Write, reply);

    /// <summary>Sends items as fast as the host takes them, and an end.</summary>
    static async Task StreamAsync<T>(IAsyncEnumerable<T> items, int credit, FrameKind kind, Action<WireWriter, T> write, ReplyChannel reply)
    {
        reply.Grant(credit);
        await foreach (var item in items)
            await reply.SendMeteredAsync(kind, item, write);
        reply.Close(FrameKind.End);
    }

    async Task MeasureMachineAsync(MachineRequest request, ReplyChannel reply)
        => reply.Send(FrameKind.MachineMeasured, await (await file).MeasureMachineAsync(request, reply.Cancelled), MachineMessages.Write);

    async Task ScoreAsync(ScoreRequest request, ReplyChannel reply)
        => reply.Send(FrameKind.Scored, await _engine!.ScoreAsync(request.Tokens, request.First, reply.Cancelled), ScoreMessages.WriteScored);

    async Task StatsAsync(ReplyChannel reply)
        => reply.Send(FrameKind.StatsReply, await _engine!.StatsAsync(reply.Cancelled), StateMessages.Write);
}
