using System.Text.Json;

namespace Hearth.Server.OpenAi.Responses;

/// <summary>One item of a response's output. It is opened, gets parts, and is closed; each step is told.</summary>
/// <param name="kind">What the API calls it.</param>
/// <param name="prefix">How its id begins.</param>
/// <param name="index">Its place in the output.</param>
/// <param name="tell">Is told of every step.</param>
abstract class OutputItem(string kind, string prefix, int index, Tell tell)
{
    readonly string _id = OpenAiWords.NewId(prefix);
    string _status = "in_progress";

    internal async Task OpenAsync()
    {
        await TellWholeAsync("response.output_item.added");
        await BeginAsync();
    }

    internal async Task CloseAsync(bool isWhole)
    {
        await FinishAsync();
        _status = isWhole ? "completed" : "incomplete";
        await TellWholeAsync("response.output_item.done");
    }

    internal void Break() => _status = "incomplete";

    /// <summary>The item as far as it is there.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", _id);
        json.WriteString("type", kind);
        json.WriteString("status", _status);
        WriteMembers(json);
        json.WriteEndObject();
    }

    /// <summary>After the item was added.</summary>
    protected virtual Task BeginAsync() => Task.CompletedTask;

    /// <summary>Before the item is done.</summary>
    protected abstract Task FinishAsync();

    protected abstract void WriteMembers(Utf8JsonWriter json);

    /// <summary>Tells a step inside the item.</summary>
    protected Task TellAsync(string type, Action<Utf8JsonWriter> write) => tell(type, json =>
    {
        json.WriteString("item_id", _id);
        json.WriteNumber("output_index", index);
        write(json);
    });

    Task TellWholeAsync(string type) => tell(type, json =>
    {
        json.WriteNumber("output_index", index);
        json.WritePropertyName("item");
        Write(json);
    });
}
