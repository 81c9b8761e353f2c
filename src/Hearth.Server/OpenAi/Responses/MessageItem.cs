using System.Text.Json;
using Hearth.Requests.Events;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi.Responses;

/// <summary>What the model says to the user.</summary>
/// <param name="index">Its place in the output.</param>
/// <param name="tell">Is told of every step.</param>
/// <param name="texts">The texts of the tokens whose log-probabilities are listed.</param>
sealed class MessageItem(int index, Tell tell, IReadOnlyDictionary<int, string> texts) : TextItem("message", "msg_", Part, index, tell)
{
    static readonly TextPart Part = new("content", "content_index", "output_text", "response.content_part", "response.output_text");

    readonly List<TokenLogProbability> _tokens = [];

    internal Task AddAsync(string text, IReadOnlyList<TokenLogProbability> tokens)
    {
        _tokens.AddRange(tokens);
        return AddAsync(text, json => WriteTokens(json, tokens));
    }

    protected override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("role", "assistant");
        base.WriteMembers(json);
    }

    protected override void WriteOfText(Utf8JsonWriter json) => WriteTokens(json, _tokens);

    protected override void WriteOfPart(Utf8JsonWriter json)
    {
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        WriteTokens(json, _tokens);
    }

    void WriteTokens(Utf8JsonWriter json, IReadOnlyList<TokenLogProbability> tokens)
    {
        json.WritePropertyName("logprobs");
        TokenTexts.Write(json, tokens, texts);
    }
}
