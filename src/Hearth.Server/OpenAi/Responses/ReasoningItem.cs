using System.Text;
using System.Text.Json;

namespace Hearth.Server.OpenAi.Responses;

/// <summary>What the model thinks before it says something. Clients show it as a summary; here it is all that was thought.</summary>
/// <param name="index">Its place in the output.</param>
/// <param name="tell">Is told of every step.</param>
sealed class ReasoningItem(int index, Tell tell) : OutputItem("reasoning", "rs_", index, tell)
{
    readonly StringBuilder _text = new();
    bool _hasPart;

    internal Task AddAsync(string text)
    {
        _text.Append(text);
        return TellPartAsync("response.reasoning_summary_text.delta", json => json.WriteString("delta", text));
    }

    protected override Task BeginAsync()
    {
        _hasPart = true;
        return TellPartAsync("response.reasoning_summary_part.added", WritePartMember);
    }

    protected override async Task FinishAsync()
    {
        await TellPartAsync("response.reasoning_summary_text.done", json => json.WriteString("text", _text.ToString()));
        await TellPartAsync("response.reasoning_summary_part.done", WritePartMember);
    }

    protected override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteStartArray("summary");
        if (_hasPart)
            WritePart(json);
        json.WriteEndArray();
    }

    Task TellPartAsync(string type, Action<Utf8JsonWriter> write) => TellAsync(type, json =>
    {
        json.WriteNumber("summary_index", 0);
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
        json.WriteString("type", "summary_text");
        json.WriteString("text", _text.ToString());
        json.WriteEndObject();
    }
}
