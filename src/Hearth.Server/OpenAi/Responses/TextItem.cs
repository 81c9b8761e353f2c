using System.Text;
using System.Text.Json;

namespace Hearth.Server.OpenAi.Responses;

/// <summary>How the API names the only part of an item of text.</summary>
/// <param name="Member">The item's member that lists its parts.</param>
/// <param name="Index">The number of a part in events.</param>
/// <param name="Kind">What kind of part it is.</param>
/// <param name="PartEvents">How the names of events of the part begin.</param>
/// <param name="TextEvents">How those of its text begin.</param>
sealed record TextPart(string Member, string Index, string Kind, string PartEvents, string TextEvents)
{
    public override string ToString() => nameof(TextPart);
}

/// <summary>An item that is one text, which comes in pieces.</summary>
abstract class TextItem(string kind, string prefix, TextPart part, int index, Tell tell) : OutputItem(kind, prefix, index, tell)
{
    readonly StringBuilder _text = new();
    bool _hasPart;

    protected Task AddAsync(string text, Action<Utf8JsonWriter> writeMore)
    {
        _text.Append(text);
        return TellPartAsync($"{part.TextEvents}.delta", json =>
        {
            json.WriteString("delta", text);
            writeMore(json);
        });
    }

    protected override Task BeginAsync()
    {
        _hasPart = true;
        return TellPartAsync($"{part.PartEvents}.added", WritePartMember);
    }

    protected override async Task FinishAsync()
    {
        await TellPartAsync($"{part.TextEvents}.done", json =>
        {
            json.WriteString("text", _text.ToString());
            WriteOfText(json);
        });
        await TellPartAsync($"{part.PartEvents}.done", WritePartMember);
    }

    protected override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteStartArray(part.Member);
        if (_hasPart)
            WritePart(json);
        json.WriteEndArray();
    }

    /// <summary>What stands beside the whole text in its last event.</summary>
    protected virtual void WriteOfText(Utf8JsonWriter json)
    {
    }

    /// <summary>What stands beside the text in its part.</summary>
    protected virtual void WriteOfPart(Utf8JsonWriter json)
    {
    }

    Task TellPartAsync(string type, Action<Utf8JsonWriter> write) => TellAsync(type, json =>
    {
        json.WriteNumber(part.Index, 0);
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
        json.WriteString("type", part.Kind);
        json.WriteString("text", _text.ToString());
        WriteOfPart(json);
        json.WriteEndObject();
    }
}
