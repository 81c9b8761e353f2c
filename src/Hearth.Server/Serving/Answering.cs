using System.Runtime.CompilerServices;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Server.Routes;

namespace Hearth.Server.Serving;

/// <summary>The one way to an answer for every API: a quota that is left, a turn in the queue, the tenant's own cache, and the tokens counted.</summary>
static class Answering
{
    /// <summary>Tokens that an answer is taken to have until it is known.</summary>
    const int UsualAnswer = 256;

    /// <summary>Characters of a token of ordinary text, roughly.</summary>
    const int CharactersPerToken = 4;

    internal static async IAsyncEnumerable<GenerationEvent> AskAsync(Call call, ModelLease lease, GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (service, principal) = (call.Service, call.Principal);
        await service.Rates.CheckQuotaAsync(principal, cancellationToken);
        using var ticket = await lease.Model.Queue.EnterAsync(principal, Estimate(request), cancellationToken);
        var (prompt, answer) = (0, 0);
        try
        {
            request = request with { CacheScope = principal.Tenant.Bytes.ToArray() };
            await foreach (var said in lease.Engine.GenerateAsync(request, cancellationToken).ConfigureAwait(false))
            {
                if (said is Admitted admitted)
                    prompt = admitted.PromptTokens - admitted.CachedTokens;
                else if (said is Delta delta)
                    answer += delta.Tokens.Count;
                yield return said;
            }
        }
        finally
        {
            ticket.Tokens = prompt + answer;
            service.Database.Usage.Add(principal.UserId, prompt + answer);
        }
    }

    static int Estimate(GenerationRequest request)
    {
        var characters = request.Prompt switch
        {
            ChatPrompt chat => chat.Messages.Sum(m => m.Content.Length),
            TextPrompt text => text.Text.Length,
            TokenPrompt tokens => tokens.Tokens.Count * CharactersPerToken,
            _ => 0,
        };
        return (characters / CharactersPerToken) + Math.Min(request.MaxTokens ?? UsualAnswer, UsualAnswer);
    }
}
