using Hearth.Requests.Events;

namespace Hearth.Server.Serving;

/// <summary>The texts of tokens, which only the worker knows.</summary>
static class TokenTexts
{
    /// <summary>Those of drawn tokens and of the likely ones beside them.</summary>
    internal static async Task<IReadOnlyDictionary<int, string>> OfAsync(PooledModel model, IEnumerable<TokenLogProbability> drawn, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<int, string>();
        foreach (var token in drawn.SelectMany(d => d.Top.Select(t => t.Token).Append(d.Token)).Distinct())
            texts[token] = await model.TextOfAsync(token, cancellationToken);
        return texts;
    }
}
