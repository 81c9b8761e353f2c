using System.Runtime.CompilerServices;
using Hearth.Requests.Events;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary>One of the answers of a chat request.</summary>
static class Answers
{
    internal static async IAsyncEnumerable<GenerationEvent> AskAsync(Call call, ModelLease lease, ChatCompletionRequest request, int index, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (prompt, cached, generated) = (0, 0, 0);
        await foreach (var said in Answering.AskAsync(call, lease, request.For(lease.Model.Settings, index), cancellationToken))
        {
            if (said is Admitted admitted)
                (prompt, cached) = (admitted.PromptTokens, admitted.CachedTokens);
            generated += said is Delta d ? d.Tokens.Count : 0;
            if (request.ManyCalls || said is not Delta { ToolCalls.Count: > 0 } delta)
            {
                yield return said;
                continue;
            }

            yield return delta with { ToolCalls = [delta.ToolCalls[0]] };
            yield return new Completed(FinishReason.ToolCalls, null, prompt, cached, generated, new(default, default, default), 0, "");
            yield break;
        }
    }
}
