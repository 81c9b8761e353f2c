using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Cli.Support;

namespace Hearth.Tests.Server.Support;

/// <summary>A model that calls the tool "weather", and once its result is there says it.</summary>
static class CallingModel
{
    internal static async Task<TestServer> ServeAsync()
    {
        var server = await TestServer.StartAsync();
        server.Model = Make();
        return server;
    }

    internal static FakeModel Make()
    {
        var model = new FakeModel
        {
            Shape = (piece, delta) => piece == "call" ? delta with { Text = "", ToolCalls = [new("call_1", "weather", """{"city": "Bonn"}""")] } : delta,
        };
        model.Answer = request =>
        {
            var last = ((ChatPrompt)request.Prompt).Messages[^1];
            model.Reason = last.Role == "tool" ? FinishReason.EndOfText : FinishReason.ToolCalls;
            return last.Role == "tool" ? ["It is ", last.Content.Reveal()] : ["call"];
        };
        return model;
    }
}
