using Hearth.Cli.Output;

namespace Hearth.Cli.Chat;

/// <summary>What a line that begins with a slash does.</summary>
/// <param name="Name">With its slash.</param>
/// <param name="Argument">What follows, for the help text.</param>
/// <param name="Help">One line.</param>
/// <param name="Run">Does it; false ends the chat.</param>
sealed record SlashCommand(string Name, string Argument, string Help, Func<ChatSession, string, CancellationToken, Task<bool>> Run);

/// <summary>The commands of a chat. Help and completion come from this table.</summary>
static class ChatCommands
{
    internal static readonly SlashCommand[] All =
    [
        new("/system", "[TEXT]", "sets the system message and begins anew; without TEXT shows it", Then(SystemAsync)),
        new("/clear", "", "forgets the conversation, keeps the system message", Then(ClearAsync)),
        new("/compact", "", "lets the model summarise the conversation and goes on from the summary", Then((s, _, t) => s.CompactAsync(t))),
        new("/save", "FILE", "writes the conversation to a file (mode 0600, not encrypted)", Then(SaveAsync)),
        new("/load", "FILE", "goes on with a saved conversation", Then(LoadAsync)),
        new("/stats", "", "speed of the last answer, fill of the context, memory", Then((s, _, t) => s.ShowStatsAsync(t))),
        new("/model", "[MODEL]", "shows the model, or takes another one and keeps the conversation", Then((s, name, t) => s.ModelAsync(name, t))),
        new("/thinking", "[on|off]", "what the model thought before its last answer; on shows it as it comes, off folds it", Then(ThinkingAsync)),
        new("/help", "", "this list", Then(HelpAsync)),
        new("/quit", "", "leaves (Ctrl-D does too)", (_, _, _) => Task.FromResult(false)),
    ];

    /// <summary>The command that a line names, or null.</summary>
    internal static SlashCommand? Find(string line) => Array.Find(All, c => c.Name == line.Split(' ')[0]);

    /// <summary>What Tab makes of a line: the rest of a command's name, as far as it is certain.</summary>
    internal static string Complete(string line)
    {
        var matches = line.StartsWith('/') ? Array.FindAll(All, c => c.Name.StartsWith(line, StringComparison.Ordinal)) : [];
        if (matches.Length == 0)
            return line;
        if (matches.Length == 1)
            return matches[0].Argument.Length > 0 ? $"{matches[0].Name} " : matches[0].Name;
        var common = matches[0].Name;
        foreach (var other in matches)
        {
            while (!other.Name.StartsWith(common, StringComparison.Ordinal))
                common = common[..^1];
        }

        return common;
    }

    static Func<ChatSession, string, CancellationToken, Task<bool>> Then(Func<ChatSession, string, CancellationToken, Task> action)
        => async (session, argument, cancellation) =>
        {
            await action(session, argument, cancellation);
            return true;
        };

    static Task SystemAsync(ChatSession session, string text, CancellationToken _)
    {
        if (text.Length == 0)
        {
            session.Say(session.Conversation.System is { } system ? $"System message: {system.Reveal()}" : "No system message is set: the chat template may have its own.");
            return Task.CompletedTask;
        }

        session.Change(c =>
        {
            c.System = text;
            c.Clear();
        });
        session.Say("The system message is set; the conversation begins anew.");
        return Task.CompletedTask;
    }

    static Task ClearAsync(ChatSession session, string argument, CancellationToken _)
    {
        session.Change(c => c.Clear());
        session.Say("The conversation is forgotten.");
        return Task.CompletedTask;
    }

    static async Task SaveAsync(ChatSession session, string file, CancellationToken cancellation)
    {
        if (file.Length == 0)
        {
            session.Say("/save needs a name: /save FILE");
            return;
        }

        var path = session.PathOf(file);
        // Opening a pipe that nobody reads waits for ever; the user need not.
        await Task.Run(() => ConversationFile.SaveAsync(path, session.Conversation, session.IsConfined), cancellation).WaitAsync(cancellation);
        session.Say($"Saved to {path}. Only you may read it (mode 0600), but it is not encrypted.");
    }

    static async Task LoadAsync(ChatSession session, string file, CancellationToken cancellation)
    {
        if (file.Length == 0)
        {
            session.Say("/load needs a name: /load FILE");
            return;
        }

        var path = session.PathOf(file);
        var bytes = await BoundedFile.ReadInputAsync(path, "The conversation", ConversationFile.MaxBytes, cancellation);
        session.Change(c => ConversationFile.Load(path, bytes, c));
        session.Say($"Loaded {session.Conversation.Messages.Count} messages from {path}.");
    }

    static Task ThinkingAsync(ChatSession session, string choice, CancellationToken _)
    {
        switch (choice)
        {
            case "":
                session.ShowThinking();
                break;
            case "on" or "off":
                session.ShowsThinking = choice == "on";
                session.Say(session.ShowsThinking ? "What the model thinks is shown as it comes." : "What the model thinks is folded into a line.");
                break;
            default:
                session.Say("/thinking takes on, off, or nothing.");
                break;
        }

        return Task.CompletedTask;
    }

    static Task HelpAsync(ChatSession session, string argument, CancellationToken _)
    {
        foreach (var command in All)
            session.Say($"  {command.Name + " " + command.Argument,-16} {command.Help}");
        session.Say("Alt-Enter, Ctrl-J or a backslash at the end begins a new line; Ctrl-C stops an answer. // begins a message with a slash.");
        return Task.CompletedTask;
    }
}
