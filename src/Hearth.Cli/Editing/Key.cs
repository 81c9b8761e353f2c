namespace Hearth.Cli.Editing;

/// <summary>What a key asks for.</summary>
enum KeyKind
{
    Text,
    Paste,
    Enter,
    NewLine,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    WordLeft,
    WordRight,
    DeleteWordLeft,
    DeleteWordRight,
    DeleteToStart,
    DeleteToEnd,
    Yank,
    ClearScreen,
    Interrupt,
    EndOfInput,
}

/// <summary>A key, or a text that was pasted at once.</summary>
readonly record struct Key(KeyKind Kind, string Text = "")
{
    /// <summary>The kind, never what was typed.</summary>
    public override string ToString() => $"{Kind}";
}
