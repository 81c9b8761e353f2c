using Hearth.Cli.Chat;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth chat</c>: a conversation.</summary>
static class ChatCommand
{
    internal static readonly Command Command = new("chat", "talks with a model; /help inside shows what it can do", RunAsync)
    {
        Details = "The conversation stays in memory unless you /save it. Where standard input is no terminal, every line is a\n"
            + "message; with --json one object with all messages comes at the end.",
        Groups =
        [
            ("Answers", [.. SettingTable.Sampling, SettingTable.Timings]),
            ("Model", SettingTable.Loading),
        ],
        Examples =
        [
            ("with the model that ships", "hearth chat"),
            ("with another model, and a role for it", "hearth chat --model llama3.2:1b --system \"You are a patient teacher.\""),
            ("from a script", "printf 'Hi!\\nAnd in French?\\n' | hearth chat --temperature 0"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var chosen = call.ChooseModel();
        await LicenceGate.PassAsync(call, chosen);
        await using var model = new ChatModel(call, chosen);
        model.Begin();
        using var input = Input(call);
        var interactive = input is TerminalInput;
        var session = new ChatSession(call, input, model, interactive);
        if (interactive)
            session.Say($"Hearth · {model.Chosen.Name}{model.Chosen.WithAdapters} · offline, on this processor · /help, Ctrl-D leaves");
        await session.RunAsync(call.CancellationToken);
        if (call.Json)
            call.WriteResult(writer => ConversationFile.Write(writer, session.Conversation));
        return ExitCode.Ok;
    }

    static IChatInput Input(Invocation call)
        => call.Terminal is { InputIsTerminal: true, OutputIsTerminal: true } && !call.Json && RawMode.Enter() is { } mode
            ? new TerminalInput(call.Terminal, mode, () => Console.WindowHeight, ChatCommands.Complete)
            : new LineInput(call.Terminal.Input);
}
