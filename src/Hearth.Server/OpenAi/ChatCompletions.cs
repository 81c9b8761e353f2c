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
        var writer = new ChatWriter(lease.Name, call.Service.Clock.GetUtcNow(), request.IncludeUsage);
        if (request.Stream)
            await ChunkStream.SendAsync(call, lease, [request.Asked], request.Answers, writer, request.IncludeUsage);
        else
            await AnswerAsync(call, lease, request, writer);
    }

    static async Task AnswerAsync(Call call, ModelLease lease, ChatCompletionRequest request, ChatWriter writer)
    {
        var answers = await ManyAnswers.GatherAsync(call, lease, [request.Asked], request.Answers);
        var texts = request.Asked.LogProbabilities is null ? null : await TokenTexts.OfAsync(lease.Model, answers.SelectMany(a => a.LogProbabilities), call.CancellationToken);
        await call.WriteJsonAsync(json => writer.WriteCompletion(json, answers, texts));
    }
}
