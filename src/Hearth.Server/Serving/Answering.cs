using System.Runtime.CompilerServices;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Events;
using Hearth.Server.Access;
using Hearth.Server.Operations;
using Hearth.Server.Routes;

namespace Hearth.Server.Serving;

/// <summary>The one way to an answer for every API: a quota that is left, a turn in the queue, the tenant's own cache, and the tokens counted.</summary>
static class Answering
{
    /// <summary>Tokens that an answer is taken to have until it is known.</summary>
    const int UsualAnswer = 256;

    /// <summary>Texts of a request for vectors at most.</summary>
    internal const int MostInputs = 2048;

    /// <summary>Characters of a token of ordinary text, roughly.</summary>
    const int CharactersPerToken = 4;

    /// <summary>One of the answers to a request.</summary>
    internal static async IAsyncEnumerable<GenerationEvent> AskAsync(Call call, ModelLease lease, AskedAnswer asked, int index, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var meter = new AnswerMeter(call, asked.Prompt is ChatPrompt ? "chat" : "text_completion", lease.Name);
        var (prompt, cached, generated) = (0, 0, 0);
        await foreach (var said in AskAsync(call, lease, asked.For(lease.Model.Settings, index), cancellationToken))
        {
            meter.Saw(said);
            if (said is Admitted admitted)
                (prompt, cached) = (admitted.PromptTokens, admitted.CachedTokens);
            generated += said is Delta d ? d.Tokens.Count : 0;
            if (asked.ManyCalls || said is not Delta { ToolCalls.Count: > 0 } delta)
            {
                yield return said;
                continue;
            }

            meter.Complete();
            yield return delta with { ToolCalls = [delta.ToolCalls[0]] };
            yield return new Completed(FinishReason.ToolCalls, null, prompt, cached, generated, new(default, default, default), 0, "");
            yield break;
        }
    }

    /// <summary>One of the answers, as a whole.</summary>
    internal static Task<GatheredAnswer> GatherAsync(Call call, ModelLease lease, AskedAnswer asked, int index = 0) => GatheredAnswer.OfAsync(AskAsync(call, lease, asked, index, call.CancellationToken));

    /// <summary>Tokens that the prompt has. The engine says so when it admits a request, before it computes anything; then the request is given up.</summary>
    internal static async Task<int> CountAsync(Call call, ModelLease lease, AskedAnswer asked)
    {
        using var turn = await Turn.TakeAsync(call, lease, 0, call.CancellationToken);
        var request = asked.For(lease.Model.Settings, 0) with { MaxTokens = 1, UseCache = false, Constraint = null };
        try
        {
            await foreach (var said in lease.Engine.GenerateAsync(request, call.CancellationToken))
            {
                if (said is Admitted admitted)
                    return admitted.PromptTokens;
            }
        }
        catch (EngineException e) when (e.PromptTokens is { } tooMany)
        {
            // Whoever counts wants to know by how much a prompt is too long.
            return tooMany;
        }

        throw new InvalidOperationException("An answer ended without having been admitted.");
    }

    static async IAsyncEnumerable<GenerationEvent> AskAsync(Call call, ModelLease lease, GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var turn = await Turn.TakeAsync(call, lease, Estimate(request), cancellationToken);
        request = request with { CacheScope = call.Principal.Tenant.Bytes.ToArray() };
        await foreach (var said in lease.Engine.GenerateAsync(request, cancellationToken).ConfigureAwait(false))
        {
            turn.Tokens += said switch
            {
                Admitted admitted => admitted.PromptTokens - admitted.CachedTokens,
                Delta delta => delta.Tokens.Count,
                _ => 0,
            };
            yield return said;
        }
    }

    /// <summary>Vectors, in the same way.</summary>
    internal static async IAsyncEnumerable<EmbeddingItem> EmbedAsync(Call call, ModelLease lease, EmbeddingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var meter = new AnswerMeter(call, "embeddings", lease.Name);
        using var turn = await Turn.TakeAsync(call, lease, request.Inputs.Sum(Estimate), cancellationToken);
        await foreach (var item in lease.Engine.EmbedAsync(request, cancellationToken).ConfigureAwait(false))
        {
            turn.Tokens += item.Tokens;
            meter.SawInput(item.Tokens);
            yield return item;
        }

        meter.Complete();
    }

    /// <summary>All vectors, of texts as they were given: none is cut.</summary>
    /// <param name="call">Who asks.</param>
    /// <param name="lease">The model.</param>
    /// <param name="request">The texts.</param>
    /// <param name="field">Where they stand in the request.</param>
    /// <exception cref="Refusal">400: a text is too long.</exception>
    internal static async Task<List<EmbeddingItem>> GatherVectorsAsync(Call call, ModelLease lease, EmbeddingRequest request, string field)
    {
        var items = new List<EmbeddingItem>();
        await foreach (var item in EmbedAsync(call, lease, request, call.CancellationToken))
        {
            items.Add(item.Tokens < item.TokensGiven
                ? throw new Refusal(400, "context_length_exceeded", $"Input {item.Input} has {item.TokensGiven} tokens, and the model was trained for {item.Tokens}. Send it in parts; nothing is cut here.", field)
                : item);
        }

        return items;
    }

    /// <summary>Scores of documents, in the same way.</summary>
    internal static async IAsyncEnumerable<RerankItem> RerankAsync(Call call, ModelLease lease, RerankRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var meter = new AnswerMeter(call, "rerank", lease.Name);
        using var turn = await Turn.TakeAsync(call, lease, (Estimate(request.Query) * request.Documents.Count) + request.Documents.Sum(Estimate), cancellationToken);
        await foreach (var item in lease.Engine.RerankAsync(request, cancellationToken).ConfigureAwait(false))
        {
            turn.Tokens += item.Tokens;
            meter.SawInput(item.Tokens);
            yield return item;
        }

        meter.Complete();
    }

    static long Estimate(GenerationRequest request) => Estimate(request.Prompt) + Math.Min(request.MaxTokens ?? UsualAnswer, UsualAnswer);

    static long Estimate(Prompt prompt) => prompt switch
    {
        ChatPrompt chat => chat.Messages.Sum(m => m.Content.Length) / CharactersPerToken,
        TextPrompt text => text.Text.Length / CharactersPerToken,
        TokenPrompt tokens => tokens.Tokens.Count,
        _ => 0,
    };
}
