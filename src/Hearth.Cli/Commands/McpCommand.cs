using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Server.Mcp;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth mcp</c>: the models of this machine as tools of a client that starts it, over its standard input and output.</summary>
static class McpCommand
{
    internal static readonly Command Command = new("mcp", "gives the models of this machine to an MCP client that starts it, as tools", RunAsync)
    {
        Details = "Speaks the Model Context Protocol (2026-07-28 and older versions) over standard input and output, one\n"
            + "message a line; standard output carries nothing else. An editor or another client starts it. The tools\n"
            + "are chat, embed and list_models. No connection is opened, and no key is needed: whoever starts it is\n"
            + "the one who asks. The same tools over HTTP are at /mcp of 'hearth serve'.",
        Groups =
        [
            ("Work", [SettingTable.UsualModel, SettingTable.KeepAlive, SettingTable.MemoryBudget]),
            // Adapters belong to one model: 'hearth models set' sets them.
            ("Models", [.. SettingTable.Loading.Where(setting => setting != SettingTable.Model && setting != SettingTable.Lora)]),
        ],
        Examples =
        [
            ("what a client's configuration names as its command", "hearth mcp"),
            ("with a model for calls that name none", "hearth mcp --model llama3.2:1b"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var options = new McpOptions
        {
            Models = call.Models,
            OpenModel = (model, _) => ServedModel.OpenAsync(call, model),
            ModelSettings = model => ServedModel.SettingsOf(call, model),
            UsualModel = UsualOf(call),
            Unconfined = call.Get(SettingTable.Unconfined),
            Limits = new() { KeepAlive = TimeSpan.FromSeconds(call.Get(SettingTable.KeepAlive)), MemoryBudget = call.Get(SettingTable.MemoryBudget) * 1_000_000L },
        };
        // Nobody waits for its end to hear of an alarm.
        call.Host.Alarms.Heard = () => call.Host.Alarms.Show(call.Terminal);
        // A read from the client can't be called off; whoever waits for it can.
        await McpProgram.RunAsync(options, call.Terminal.Input, call.Terminal.Output, call.Host.Clock, call.CancellationToken).WaitAsync(call.CancellationToken);
        return ExitCode.Ok;
    }

    /// <summary>The model of --model, or the one that ships where there is one.</summary>
    static string? UsualOf(Invocation call)
        => call.Get(SettingTable.UsualModel) is { } name ? call.Models.Find(name).Name : call.Folders.ShippedModels is null ? null : ChosenModel.Find(call, null).Entry?.Name;
}
