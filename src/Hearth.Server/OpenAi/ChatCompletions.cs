using Hearth.Requests.Events;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary><c>POST /v1/chat/completions</c>.</summary>
static class ChatCompletions
{
    internal static async Task HandleAsync(Call call)
    {
        var request = ChatCompletionRequest.Read(await call.ReadBodyAsync());
        using var lease = await call.UseModelAsync(request.Model);
        var writer = new ChatWriter(lease.Name, call.Service.Clock.GetUtcNow());
        if (request.Stream)
            await StreamAsync(call, lease, request, writer);
        else
            await AnswerAsync(call, lease, request, writer);
    }

    static async Task AnswerAsync(Call call, ModelLease lease, ChatCompletionRequest request, ChatWriter writer)
    {
        var answers = await ManyAnswers.GatherAsync(call, lease, [request.Asked], request.Answers);
        var texts = request.Asked.LogProbabilities is null ? null : await TokenTexts.OfAsync(lease.Model, answers.SelectMany(a => a.LogProbabilities), call.CancellationToken);
        await call.WriteJsonAsync(json => writer.WriteCompletion(json, answers, texts));
    }

    static async Task StreamAsync(Call call, ModelLease lease, ChatCompletionRequest request, ChatWriter writer)
    {
        var completed = new Completed[request.Answers];
        var calls = new int[request.Answers];
        await foreach (var (index, said) in ManyAnswers.AskAsync(call, lease, [request.Asked], request.Answers))
        {
            var texts = said is Delta { LogProbabilities: { Count: > 0 } found } ? await TokenTexts.OfAsync(lease.Model, found, call.CancellationToken) : null;
            // Nothing is sent before the request is admitted: until then it can still be refused with a status of its own.
            if (!call.Stream.HasBegun)
                call.Stream.Begin("text/event-stream");
            if (said is Completed end)
                completed[index] = end;
            if (ChatWriter.HasChunk(said))
                await call.Stream.SendEventAsync(json => writer.WriteChunk(json, index, said, ref calls[index], texts, request.IncludeUsage));
        }

        if (request.IncludeUsage)
            await call.Stream.SendEventAsync(json => writer.WriteUsageChunk(json, completed));
        await call.Stream.SendDoneAsync();
    }
}
