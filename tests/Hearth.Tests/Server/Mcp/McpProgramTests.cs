using System.Diagnostics;
using System.Text.Json;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Mcp;

/// <summary>The built program <c>hearth mcp</c>, whatever it is sent: its standard output has messages of the protocol, and nothing else.</summary>
[Collection("kernels")]
public sealed class McpProgramTests : IDisposable
{
    const string Canary = "canary90ab";

    readonly PrivateHome _home = new();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Standard_output_has_nothing_but_messages_and_standard_error_no_word_of_them()
    {
        var process = _home.Start(_home.Line(PrivateHome.Program, "mcp"));
        var error = process.StandardError.ReadToEndAsync(Stop);
        string[] lines =
        [
            "", Canary, "{", "[1]", $$"""{"jsonrpc": "2.0", "id": 1, "method": "{{Canary}}"}""",
            McpMessages.Call(McpSchemas.Newest, "chat", $$"""{"prompt": "{{Canary}}", "model": "{{Canary}}"}"""),
            McpMessages.Call(McpSchemas.Newest, "chat", $$"""{"prompt": "{{Canary}}", "max_tokens": 2}"""),
            McpMessages.Request(McpSchemas.Newest, "tools/list", "{}", "\"last\""),
        ];
        foreach (var line in lines)
            await process.StandardInput.WriteAsync(line.ReplaceLineEndings(" ") + "\n");
        // Calls are answered when they are done, in any order.
        var answers = new List<JsonElement>();
        while (answers.Count(a => a.TryGetProperty("result", out _)) < 3)
            answers.Add(JsonElement.Parse((await process.StandardOutput.ReadLineAsync(Stop).AsTask().WaitAsync(Patience.Longest, Stop))!));
        process.StandardInput.Close();
        Assert.Empty(await process.StandardOutput.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop).WaitAsync(Patience.Longest, Stop);
        Assert.Equal(0, process.ExitCode);
        Assert.All(answers, answer => Assert.Equal("2.0", answer.GetProperty("jsonrpc").GetString()));
        Assert.DoesNotContain(Canary, await error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_confinement_it_is_loud_and_each_result_says_so()
    {
        var process = _home.Start(_home.Line(PrivateHome.Program, "mcp", "--unconfined"));
        var error = process.StandardError.ReadToEndAsync(Stop);
        await process.StandardInput.WriteAsync(McpMessages.Call(McpSchemas.Newest, "chat", """{"prompt": "Hi", "max_tokens": 1}""").ReplaceLineEndings(" ") + "\n");
        var answer = JsonElement.Parse((await process.StandardOutput.ReadLineAsync(Stop).AsTask().WaitAsync(Patience.Longest, Stop))!);
        Assert.False(answer.GetProperty("result").GetProperty("_meta").GetProperty("hearth/confined").GetBoolean());
        process.StandardInput.Close();
        Assert.Contains("WARNING: --unconfined", await error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_when_it_is_told_to_though_the_client_is_still_there()
    {
        var process = _home.Start(_home.Line(PrivateHome.Program, "mcp"));
        await process.StandardInput.WriteAsync(McpMessages.Initialize("2025-11-25") + "\n");
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(Stop));
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync(Stop).WaitAsync(Patience.Longest, Stop);
        Assert.Equal(130, process.ExitCode);
    }
}
