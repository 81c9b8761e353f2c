using System.Text;
using System.Text.Json;
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

    /// <summary>Drawn tokens with the likely ones beside each, as the APIs have them.</summary>
    internal static void Write(Utf8JsonWriter json, IReadOnlyList<TokenLogProbability> tokens, IReadOnlyDictionary<int, string> texts)
    {
        json.WriteStartArray();
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            Write(json, texts[token.Token], token.LogProbability);
            json.WriteStartArray("top_logprobs");
            foreach (var top in token.Top)
            {
                json.WriteStartObject();
                Write(json, texts[top.Token], top.LogProbability);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>JSON has no infinity; OpenAI's API says −9999 of what is as good as impossible.</summary>
    internal static float Finite(float logProbability) => Math.Max(logProbability, -9999);

    static void Write(Utf8JsonWriter json, string text, float logProbability)
    {
        json.WriteString("token", text);
        json.WriteNumber("logprob", Finite(logProbability));
        json.WriteStartArray("bytes");
        foreach (var b in Encoding.UTF8.GetBytes(text))
            json.WriteNumberValue(b);
        json.WriteEndArray();
    }
}
