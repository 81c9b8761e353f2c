using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.Anthropic;

/// <summary><c>POST /v1/messages/count_tokens</c>: what a message's prompt would have, computed by the model's own template and tokenizer.</summary>
static class TokenCount
{
    internal static async Task HandleAsync(Call call)
    {
        var request = MessagesRequest.ReadPrompt(await call.ReadBodyAsync());
        using var lease = await call.UseModelAsync(request.Model);
        var tokens = await Answering.CountAsync(call, lease, request.Asked);
        await call.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("input_tokens", tokens);
            json.WriteEndObject();
        });
    }
}
