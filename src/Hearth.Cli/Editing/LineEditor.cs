using System.Globalization;

namespace Hearth.Cli.Editing;

/// <summary>The line editor: from a state and a key to the next state. Nothing here knows a terminal.</summary>
static class LineEditor
{
    /// <summary>The state after a key, and whether the text is finished.</summary>
    internal static (EditState State, EditOutcome Outcome) Apply(EditState state, Key key) => key.Kind switch
    {
        KeyKind.Text or KeyKind.Paste => (Insert(state, key.Text), EditOutcome.Continue),
        KeyKind.NewLine => (Insert(state, "\n"), EditOutcome.Continue),
        KeyKind.Enter when state.Text.EndsWith('\\') && state.Cursor == state.Text.Length
            => (Insert(state with { Text = state.Text[..^1], Cursor = state.Cursor - 1 }, "\n"), EditOutcome.Continue),
        KeyKind.Enter => (state, EditOutcome.Submit),
        KeyKind.Tab => (state, EditOutcome.Complete),
        KeyKind.Interrupt => (state, EditOutcome.Interrupt),
        KeyKind.EndOfInput when state.Text.Length == 0 => (state, EditOutcome.EndOfInput),
        KeyKind.EndOfInput or KeyKind.Delete => (Remove(state, state.Cursor, After(state.Text, state.Cursor), false), EditOutcome.Continue),
        KeyKind.ClearScreen => (state, EditOutcome.ClearScreen),
        KeyKind.Backspace => (Remove(state, Before(state.Text, state.Cursor), state.Cursor, false), EditOutcome.Continue),
        KeyKind.DeleteWordLeft => (Remove(state, WordBefore(state.Text, state.Cursor), state.Cursor, true), EditOutcome.Continue),
        KeyKind.DeleteWordRight => (Remove(state, state.Cursor, WordAfter(state.Text, state.Cursor), true), EditOutcome.Continue),
        KeyKind.DeleteToStart => (Remove(state, LineStart(state), state.Cursor, true), EditOutcome.Continue),
        KeyKind.DeleteToEnd => (Remove(state, state.Cursor, LineEnd(state), true), EditOutcome.Continue),
        KeyKind.Yank => (Insert(state, state.Killed), EditOutcome.Continue),
        KeyKind.Left => (Move(state, Before(state.Text, state.Cursor)), EditOutcome.Continue),
        KeyKind.Right => (Move(state, After(state.Text, state.Cursor)), EditOutcome.Continue),
        KeyKind.WordLeft => (Move(state, WordBefore(state.Text, state.Cursor)), EditOutcome.Continue),
        KeyKind.WordRight => (Move(state, WordAfter(state.Text, state.Cursor)), EditOutcome.Continue),
        KeyKind.Home => (Move(state, LineStart(state)), EditOutcome.Continue),
        KeyKind.End => (Move(state, LineEnd(state)), EditOutcome.Continue),
        KeyKind.Up => (LineStart(state) > 0 ? MoveLine(state, -1) : Recall(state, state.HistoryIndex - 1), EditOutcome.Continue),
        KeyKind.Down => (LineEnd(state) < state.Text.Length ? MoveLine(state, 1) : Recall(state, state.HistoryIndex + 1), EditOutcome.Continue),
        _ => (state, EditOutcome.Continue),
    };

    static EditState Insert(EditState state, string text)
        => state with { Text = state.Text.Insert(state.Cursor, text), Cursor = state.Cursor + text.Length };

    static EditState Remove(EditState state, int from, int to, bool keep) => from == to ? state : state with
    {
        Text = state.Text.Remove(from, to - from),
        Cursor = from,
        Killed = keep ? state.Text[from..to] : state.Killed,
    };

    static EditState Move(EditState state, int cursor) => state with { Cursor = cursor };

    static EditState MoveLine(EditState state, int direction)
    {
        var start = LineStart(state);
        var column = state.Cursor - start;
        var target = direction < 0 ? LineStart(state with { Cursor = start - 1 }) : LineEnd(state) + 1;
        var end = LineEnd(state with { Cursor = target });
        return Move(state, OnBoundary(state.Text, Math.Min(target + column, end)));
    }

    static EditState Recall(EditState state, int index)
    {
        if (index < 0 || index > state.History.Count || index == state.HistoryIndex)
            return state;
        var draft = state.HistoryIndex == state.History.Count ? state.Text : state.Draft;
        var text = index == state.History.Count ? draft : state.History[index];
        return state with { Text = text, Cursor = text.Length, HistoryIndex = index, Draft = draft };
    }

    static int LineStart(EditState state) => state.Cursor == 0 ? 0 : state.Text.LastIndexOf('\n', state.Cursor - 1) + 1;

    static int LineEnd(EditState state) => state.Text.IndexOf('\n', state.Cursor) is var end && end < 0 ? state.Text.Length : end;

    static int After(string text, int cursor)
        => cursor == text.Length ? cursor : cursor + StringInfo.GetNextTextElementLength(text, cursor);

    static int Before(string text, int cursor) => cursor == 0 ? 0 : OnBoundary(text, cursor - 1);

    /// <summary>The start of the character that an index points into.</summary>
    static int OnBoundary(string text, int index)
    {
        // Clusters are found from the start of the line: no cluster crosses a line feed.
        var at = index == 0 ? 0 : text.LastIndexOf('\n', index - 1) + 1;
        for (int next; at < index && (next = After(text, at)) <= index; at = next)
        {
        }

        return at;
    }

    static int WordBefore(string text, int cursor)
    {
        while (cursor > 0 && !char.IsLetterOrDigit(text, cursor - 1))
            cursor = Before(text, cursor);
        while (cursor > 0 && char.IsLetterOrDigit(text, cursor - 1))
            cursor = Before(text, cursor);
        return cursor;
    }

    static int WordAfter(string text, int cursor)
    {
        while (cursor < text.Length && !char.IsLetterOrDigit(text, cursor))
            cursor = After(text, cursor);
        while (cursor < text.Length && char.IsLetterOrDigit(text, cursor))
            cursor = After(text, cursor);
        return cursor;
    }
}
