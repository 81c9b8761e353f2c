using System.Text.Json;
using Hearth.Requests.Events;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary>Log-probabilities as completions have them: lists side by side. Goes on where the last chunk of an answer ended.</summary>
/// <param name="prompt">What the answer continues: places of tokens are counted from its beginning, also where it isn't repeated.</param>
sealed class TokenColumns(string prompt)
{
    int _offset = Characters(prompt);

    internal void Write(Utf8JsonWriter json, IReadOnlyList<TokenLogProbability> tokens, IReadOnlyDictionary<int, string> texts)
    {
        json.WriteStartObject("logprobs");
        Column(json, "tokens", tokens, token => json.WriteStringValue(texts[token.Token]));
        Column(json, "token_logprobs", tokens, token => json.WriteNumberValue(TokenTexts.Finite(token.LogProbability)));
        Column(json, "top_logprobs", tokens, token => WriteTop(json, token, texts));
        Column(json, "text_offset", tokens, token =>
        {
            json.WriteNumberValue(_offset);
            _offset += Characters(texts[token.Token]);
        });
        json.WriteEndObject();
    }

    static void Column(Utf8JsonWriter json, string name, IReadOnlyList<TokenLogProbability> tokens, Action<TokenLogProbability> write)
    {
        json.WriteStartArray(name);
        foreach (var token in tokens)
            write(token);
        json.WriteEndArray();
    }

    /// <summary>The likely tokens by their texts, and the drawn one. Parts of characters look alike, and an object has a name once: the likeliest gets it.</summary>
    static void WriteTop(Utf8JsonWriter json, TokenLogProbability drawn, IReadOnlyDictionary<int, string> texts)
    {
        json.WriteStartObject();
        foreach (var (text, logProbability) in drawn.Top.Select(t => (texts[t.Token], t.LogProbability)).Append((texts[drawn.Token], drawn.LogProbability)).DistinctBy(t => t.Item1))
            json.WriteNumber(text, TokenTexts.Finite(logProbability));
        json.WriteEndObject();
    }

    static int Characters(string text) => text.EnumerateRunes().Count();
}
