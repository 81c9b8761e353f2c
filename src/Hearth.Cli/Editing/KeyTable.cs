namespace Hearth.Cli.Editing;

/// <summary>Which bytes mean which key: control characters, and the sequences of ECMA-48 and xterm.</summary>
static class KeyTable
{
    /// <summary>Control characters, as the usual line editors use them.</summary>
    internal static readonly Dictionary<byte, KeyKind> Controls = new()
    {
        [0x01] = KeyKind.Home,
        [0x02] = KeyKind.Left,
        [0x03] = KeyKind.Interrupt,
        [0x04] = KeyKind.EndOfInput,
        [0x05] = KeyKind.End,
        [0x06] = KeyKind.Right,
        [0x08] = KeyKind.Backspace,
        [0x09] = KeyKind.Tab,
        [0x0A] = KeyKind.NewLine,
        [0x0B] = KeyKind.DeleteToEnd,
        [0x0C] = KeyKind.ClearScreen,
        [0x0D] = KeyKind.Enter,
        [0x0E] = KeyKind.Down,
        [0x10] = KeyKind.Up,
        [0x15] = KeyKind.DeleteToStart,
        [0x17] = KeyKind.DeleteWordLeft,
        [0x19] = KeyKind.Yank,
        [0x7F] = KeyKind.Backspace,
    };

    /// <summary>What follows ESC where it is one byte: the Alt key.</summary>
    internal static readonly Dictionary<byte, KeyKind> Alt = new()
    {
        [0x0A] = KeyKind.NewLine,
        [0x0D] = KeyKind.NewLine,
        [0x08] = KeyKind.DeleteWordLeft,
        [0x7F] = KeyKind.DeleteWordLeft,
        [(byte)'b'] = KeyKind.WordLeft,
        [(byte)'f'] = KeyKind.WordRight,
        [(byte)'d'] = KeyKind.DeleteWordRight,
    };

    /// <summary>Sequences after ESC [ or ESC O: parameters and final byte.</summary>
    internal static readonly Dictionary<string, KeyKind> Sequences = new()
    {
        ["A"] = KeyKind.Up,
        ["B"] = KeyKind.Down,
        ["C"] = KeyKind.Right,
        ["D"] = KeyKind.Left,
        ["H"] = KeyKind.Home,
        ["F"] = KeyKind.End,
        ["M"] = KeyKind.Enter,
        ["1~"] = KeyKind.Home,
        ["7~"] = KeyKind.Home,
        ["4~"] = KeyKind.End,
        ["8~"] = KeyKind.End,
        ["3~"] = KeyKind.Delete,
        ["1;3C"] = KeyKind.WordRight,
        ["1;5C"] = KeyKind.WordRight,
        ["1;3D"] = KeyKind.WordLeft,
        ["1;5D"] = KeyKind.WordLeft,
        ["3;5~"] = KeyKind.DeleteWordRight,
        ["13;2u"] = KeyKind.NewLine,
        ["13;3u"] = KeyKind.NewLine,
        ["27;2;13~"] = KeyKind.NewLine,
    };
}
