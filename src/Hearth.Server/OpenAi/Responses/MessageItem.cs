using System.Text;
using System.Text.Json;
using Hearth.Requests.Events;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi.Responses;

/// <summary>What the model says to the user.</summary>
/// <param name="index">Its place in the output.</param>
/// <param name="tell">Is told of every step.</param>
/// <param name="texts">The texts of the tokens whose log-probabilities are listed.</param>
sealed class MessageItem(int index, Tell tell, IReadOnlyDictionary<int, string> texts) : OutputItem("message", "msg_", index, tell)
{
    readonly StringBuilder _text = new();
    readonly List<TokenLogProbability> _tokens = [];
    bool _hasPart;

    internal Task AddAsync(string text, IReadOnlyList<TokenLogProbability> tokens)
    {
        _text.Append(text);
        _tokens.AddRange(tokens);
        return TellPartAsync("response.output_text.delta", json =>
        {
            json.WriteString("delta", text);
            json.WritePropertyName("logprobs");
            TokenTexts.Write(json, tokens, texts);
        });
    }

    protected override Task BeginAsync()
    {
        _hasPart = true;
        return TellPartAsync("response.content_part.added", WritePartMember);
    }

    protected override async Task FinishAsync()
    {
        await TellPartAsync("response.output_text.done", json =>
        {
            json.WriteString("text", _text.ToString());
            json.WritePropertyName("logprobs");
            TokenTexts.Write(json, _tokens, texts);
        });
        await TellPartAsync("response.content_part.done", WritePartMember);
    }

    protected override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("role", "assistant");
        json.WriteStartArray("content");
        if (_hasPart)
            WritePart(json);
        json.WriteEndArray();
    }

    Task TellPartAsync(string type, Action<Utf8JsonWriter> write) => TellAsync(type, json =>
    {
        json.WriteNumber("content_index", 0);
        write(json);
    });

    void WritePartMember(Utf8JsonWriter json)
    {
        json.WritePropertyName("part");
        WritePart(json);
    }

    void WritePart(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "output_text");
        json.WriteString("text", _text.ToString());
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WritePropertyName("logprobs");
        TokenTexts.Write(json, _tokens, texts);
        json.WriteEndObject();
    }
}
