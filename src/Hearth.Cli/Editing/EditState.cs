namespace Hearth.Cli.Editing;

/// <summary>What a key led to.</summary>
enum EditOutcome
{
    Continue,
    Submit,
    Interrupt,
    EndOfInput,
    ClearScreen,
    Complete,
}

/// <summary>A text that is being edited.</summary>
/// <param name="Text">The text; lines are separated by line feeds.</param>
/// <param name="Cursor">Index into the text, never inside a character.</param>
sealed record EditState(string Text, int Cursor)
{
    internal static EditState Empty { get; } = new("", 0);

    /// <summary>Earlier inputs, the oldest first; they live in memory only.</summary>
    internal IReadOnlyList<string> History { get; init; } = [];

    /// <summary>Which earlier input is shown; the count of them for the text that is being written.</summary>
    internal int HistoryIndex { get; init; }

    /// <summary>What was being written before an earlier input was shown.</summary>
    internal string Draft { get; init; } = "";

    /// <summary>What was deleted last, for putting it back.</summary>
    internal string Killed { get; init; } = "";

    /// <summary>How long the text is, never what it says.</summary>
    public override string ToString() => $"{Text.Length} characters";

    /// <summary>An empty text with this one added to the history, and the cursor ready for the next.</summary>
    internal EditState Next()
    {
        IReadOnlyList<string> history = Text.Length == 0 || (History.Count > 0 && History[^1] == Text) ? History : [.. History, Text];
        return Empty with { History = history, HistoryIndex = history.Count, Killed = Killed };
    }
}
