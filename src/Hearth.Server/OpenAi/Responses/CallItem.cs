using System.Text.Json;
using Hearth.Requests.Chat;

namespace Hearth.Server.OpenAi.Responses;

/// <summary>A function that the model asks to be called. A call comes whole, so its arguments are one piece.</summary>
/// <param name="index">Its place in the output.</param>
/// <param name="tell">Is told of every step.</param>
/// <param name="call">The call.</param>
sealed class CallItem(int index, Tell tell, ToolCall call) : OutputItem("function_call", "fc_", index, tell)
{
    string _arguments = "";

    internal Task AddAsync()
    {
        _arguments = call.ArgumentsJson.Reveal();
        return TellAsync("response.function_call_arguments.delta", json => json.WriteString("delta", _arguments));
    }

    protected override Task FinishAsync() => TellAsync("response.function_call_arguments.done", json =>
    {
        json.WriteString("name", call.Name);
        json.WriteString("arguments", _arguments);
    });

    protected override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("call_id", call.Id);
        json.WriteString("name", call.Name);
        json.WriteString("arguments", _arguments);
    }
}
