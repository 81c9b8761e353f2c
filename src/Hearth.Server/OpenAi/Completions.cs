using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary><c>POST /v1/completions</c>.</summary>
static class Completions
{
    internal static async Task HandleAsync(Call call)
    {
        var request = CompletionRequest.Read(await call.ReadBodyAsync());
        using var lease = await call.UseModelAsync(request.Model);
        var writer = new CompletionWriter(lease.Name, call.Service.Clock.GetUtcNow(), request.Answers, await PromptsAsync(call, lease, request)) { Echo = request.Echo };
        if (request.Stream)
            await ChunkStream.SendAsync(call, lease, request.Prompts, request.Answers, writer, request.IncludeUsage);
        else
            await AnswerAsync(call, lease, request, writer);
    }

    static async Task AnswerAsync(Call call, ModelLease lease, CompletionRequest request, CompletionWriter writer)
    {
        var answers = await ManyAnswers.GatherAsync(call, lease, request.Prompts, request.Answers);
        var texts = request.HasLogProbabilities ? await TokenTexts.OfAsync(lease.Model, answers.SelectMany(a => a.LogProbabilities), call.CancellationToken) : null;
        await call.WriteJsonAsync(json => writer.WriteCompletion(json, answers, texts));
    }

    /// <summary>The texts of the prompts, where the answer repeats them or says where its tokens stand.</summary>
    static async Task<IReadOnlyList<string>> PromptsAsync(Call call, ModelLease lease, CompletionRequest request)
        => request.Echo || request.HasLogProbabilities ? await Task.WhenAll(request.Prompts.Select(p => lease.Model.TextOfAsync(p.Prompt, call.CancellationToken))) : [];
}
