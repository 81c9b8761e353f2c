using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Server;

/// <summary>Which request calls which member of the model file and its engine.</summary>
sealed class Service(Task<IModelFile> file) : IAsyncDisposable
{
    static readonly Dictionary<FrameKind, Func<Service, object?, Answer, Task>> Calls = new()
    {
        [FrameKind.Load] = (service, body, answer) => service.LoadAsync((LoadOptions)body!, answer),
        [FrameKind.Inspect] = (service, body, answer) => service.InspectAsync((int)body!, answer),
        [FrameKind.Tokenize] = (service, body, answer) => service.TokenizeAsync((TokenizeRequest)body!, answer),
        [FrameKind.Detokenize] = (service, body, answer) => service.DetokenizeAsync((int[])body!, answer),
        [FrameKind.Render] = (service, body, answer) => service.RenderAsync((RenderRequest)body!, answer),
        [FrameKind.Generate] = (service, body, answer) => service.GenerateAsync((GenerateMessage)body!, answer),
        [FrameKind.Logits] = (service, body, answer) => service.LogitsAsync((LogitsRequest)body!, answer),
        [FrameKind.Measure] = (service, body, answer) => service.MeasureAsync((MeasureMessage)body!, answer),
        [FrameKind.Stats] = (service, _, answer) => service.StatsAsync(answer),
    };

    IEngine? _engine;

    internal WorkerInbox Inbox { get; } = new();

    internal Pulse Pulse { get; } = new();

    internal Task AnswerAsync(Command command, Answer answer) => Calls[command.Kind](this, command.Body, answer);

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        if (file.IsCompletedSuccessfully)
            await (await file).DisposeAsync();
    }

    async Task LoadAsync(LoadOptions options, Answer answer)
    {
        var progress = new LoadReports(answer);
        _engine = await (await file).LoadAsync(options, progress, answer.Cancelled);
        Pulse.Watch(_engine);
        Inbox.EngineIsReady();
        answer.Send(FrameKind.Loaded, _engine.Model, LoadMessages.Write);
    }

    async Task InspectAsync(int contextLength, Answer answer)
        => answer.Send(FrameKind.Inspected, await (await file).InspectAsync(contextLength, answer.Cancelled), InspectionMessages.Write);

    async Task TokenizeAsync(TokenizeRequest request, Answer answer)
    {
        var tokens = await (await file).TokenizeAsync(request.Text, request.ParseSpecial, answer.Cancelled);
        answer.Send(FrameKind.Tokens, tokens, TextMessages.WriteTokens);
    }

    async Task DetokenizeAsync(int[] tokens, Answer answer)
        => answer.Send(FrameKind.Text, await (await file).DetokenizeAsync(tokens, answer.Cancelled), TextMessages.WriteText);

    async Task RenderAsync(RenderRequest request, Answer answer)
        => answer.Send(FrameKind.Text, await (await file).RenderAsync(request, answer.Cancelled), TextMessages.WriteText);

    async Task GenerateAsync(GenerateMessage message, Answer answer)
    {
        answer.Grant(message.Credit);
        await foreach (var said in _engine!.GenerateAsync(message.Request, answer.Cancelled))
        {
            switch (said)
            {
                case Admitted admitted: answer.Send(FrameKind.Admitted, admitted, GenerationEvents.Write); break;
                case Delta { Text.Length: 0, Tokens.Count: 0 }: break;
                case Delta delta: await answer.SendMeteredAsync(FrameKind.Delta, delta, DeltaMessage.Write); break;
                case Completed completed: answer.Send(FrameKind.Done, completed, GenerationEvents.Write); break;
            }
        }
    }

    async Task LogitsAsync(LogitsRequest request, Answer answer)
    {
        answer.Grant(request.Credit);
        await foreach (var row in _engine!.LogitsAsync(request.Tokens, request.AllPositions, answer.Cancelled))
            await answer.SendMeteredAsync(FrameKind.LogitsItem, row, NumberMessages.WriteRow);
        answer.Close(FrameKind.End);
    }

    async Task MeasureAsync(MeasureMessage message, Answer answer)
    {
        answer.Grant(message.Credit);
        await foreach (var figure in _engine!.MeasureAsync(message.Request, answer.Cancelled))
            await answer.SendMeteredAsync(FrameKind.Measured, figure, NumberMessages.Write);
        answer.Close(FrameKind.End);
    }

    async Task StatsAsync(Answer answer)
        => answer.Send(FrameKind.StatsReply, await _engine!.StatsAsync(answer.Cancelled), StateMessages.Write);
}
