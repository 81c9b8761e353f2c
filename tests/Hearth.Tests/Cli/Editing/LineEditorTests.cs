using System.Globalization;
using CsCheck;
using Hearth.Cli.Editing;

namespace Hearth.Tests.Cli.Editing;

public sealed class LineEditorTests
{
    static readonly string[] Pieces = ["a", "Z", " ", "é", "e\u0301", "漢", "👍🏽", "👨‍👩‍👧", "🇩🇪", "\n", ".", "9"];

    static readonly Gen<Key> AnyKey = Gen.Frequency(
        (3, Gen.OneOf(Pieces.Select(Gen.Const).ToArray()).Select(text => text == "\n" ? new Key(KeyKind.NewLine) : new Key(KeyKind.Text, text))),
        (3, Gen.Enum<KeyKind>().Select(kind => kind is KeyKind.Text or KeyKind.Paste ? new Key(kind, "x y") : new Key(kind))));

    public static TheoryData<string, string> Cases => new()
    {
        { "hello", "hello|" },
        { "hello<Left><Left>X", "helX|lo" },
        { "hello<Home>X<End>Y", "XhelloY|" },
        { "hello<Backspace><Backspace>", "hel|" },
        { "hello<Home><Delete>", "|ello" },
        { "one two<DeleteWordLeft>", "one |" },
        { "one two<DeleteWordLeft><DeleteWordLeft><Yank>", "one |" },
        { "one two<WordLeft><WordLeft>X", "X|one two" },
        { "one two<Home><WordRight>X", "oneX| two" },
        { "one two<Home><DeleteWordRight>", "| two" },
        { "one two<DeleteToStart><Yank><Yank>", "one twoone two|" },
        { "one two<Home><DeleteToEnd>", "|" },
        { "one<NewLine>two<Home>X", "one\nX|two" },
        { "one<NewLine>two<DeleteToStart>", "one\n|" },
        { "one<NewLine>two<Up>X", "oneX|\ntwo" },
        { "one<NewLine>two<Up><Home><Down>X", "one\nX|two" },
        { "e\u0301<Backspace>", "|" },
        { "a👨‍👩‍👧<Backspace>b", "ab|" },
        { "🇩🇪🇫🇷<Left><Backspace>", "|🇫🇷" },
        { "one\\<Enter>two", "one\ntwo|" },
        { "one<EndOfInput>", "one|" },
        { "<Backspace><Left><Right><Up><Down><Delete><DeleteWordLeft>", "|" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Keys_do_what_they_say(string keys, string expected)
    {
        var state = Type(EditState.Empty, keys);
        Assert.Equal(expected, state.Text.Insert(state.Cursor, "|"));
    }

    [Fact]
    public void Arrows_recall_earlier_inputs_and_bring_the_draft_back()
    {
        var state = Type(EditState.Empty, "first").Next();
        state = Type(state, "second").Next();
        state = Type(state, "second").Next();
        state = Type(state, "draft<Up>");
        Assert.Equal("second", state.Text);
        state = Type(state, "<Up>");
        Assert.Equal("first", state.Text);
        state = Type(state, "<Up>");
        Assert.Equal("first", state.Text);
        state = Type(state, "<Down><Down>");
        Assert.Equal("draft", state.Text);
    }

    [Theory]
    [InlineData("hi<Enter>", "Submit")]
    [InlineData("<EndOfInput>", "EndOfInput")]
    [InlineData("hi<Interrupt>", "Interrupt")]
    [InlineData("hi<Tab>", "Complete")]
    [InlineData("hi<ClearScreen>", "ClearScreen")]
    [InlineData("hi<EndOfInput>", "Continue")]
    public void Some_keys_end_the_editing(string keys, string expected)
    {
        var outcome = EditOutcome.Continue;
        var state = EditState.Empty;
        foreach (var key in Keys(keys))
            (state, outcome) = LineEditor.Apply(state, key);
        Assert.Equal(expected, outcome.ToString());
    }

    [Fact]
    public void The_cursor_is_never_inside_a_character_whatever_is_typed()
        => AnyKey.List[0, 40].Sample(keys =>
        {
            var state = EditState.Empty;
            foreach (var key in keys)
                (state, _) = LineEditor.Apply(state, key);
            return state.Cursor == state.Text.Length || StringInfo.ParseCombiningCharacters(state.Text).Contains(state.Cursor);
        });

    [Fact]
    public void On_the_screen_no_row_is_too_wide_and_the_cursor_is_in_a_row()
        => Gen.Select(AnyKey.List[0, 60], Gen.Int[4, 30], Gen.Int[1, 6]).Sample((keys, width, height) =>
        {
            var state = EditState.Empty;
            foreach (var key in keys)
                (state, _) = LineEditor.Apply(state, key);
            var screen = EditorScreen.Layout("› ", "· ", state, width, height);
            return screen.Rows.All(r => Hearth.Cli.Terminals.TextWidth.Of(r) <= width) && screen.Rows.Count <= height
                && screen.CursorRow >= 0 && screen.CursorRow < screen.Rows.Count && screen.CursorColumn >= 0 && screen.CursorColumn < width;
        });

    [Theory]
    [InlineData("", 10, "› ", 0, 2)]
    [InlineData("hello", 10, "› hello", 0, 7)]
    [InlineData("12345678", 10, "› 12345678|", 1, 0)]
    [InlineData("123456789", 10, "› 12345678|9", 1, 1)]
    [InlineData("1234567漢", 10, "› 1234567|漢", 1, 2)]
    [InlineData("a\nb", 10, "› a|· b", 1, 3)]
    [InlineData("12345678\nb", 10, "› 12345678|· b", 1, 3)]
    [InlineData("a\tb", 20, "› a    b", 0, 8)]
    public void A_text_is_laid_out_in_rows(string text, int width, string rows, int row, int column)
    {
        var screen = EditorScreen.Layout("› ", "· ", EditState.Empty with { Text = text, Cursor = text.Length }, width, 10);
        Assert.Equal((rows, row, column), (string.Join('|', screen.Rows), screen.CursorRow, screen.CursorColumn));
    }

    [Theory]
    [InlineData("one", 80, 0)]
    [InlineData("one\ntwo", 80, 1)]
    [InlineData("12345678901234567890123456", 20, 1)]
    [InlineData("12345678901234567890123456", 10, 2)]
    [InlineData("12345678901234567\nx", 10, 2)]
    [InlineData("漢漢漢漢漢漢漢漢漢\nx", 10, 2)]
    public void After_a_change_of_width_the_rows_above_the_cursor_are_those_of_the_terminal(string text, int width, int rows)
    {
        var screen = EditorScreen.Layout("› ", "· ", EditState.Empty with { Text = text, Cursor = text.Length }, 40, 10);
        Assert.Equal(rows, screen.RowsAboveCursor(width));
    }

    static EditState Type(EditState state, string keys)
    {
        foreach (var key in Keys(keys))
            (state, _) = LineEditor.Apply(state, key);
        return state;
    }

    static IEnumerable<Key> Keys(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var close = text[i] == '<' ? text.IndexOf('>', i) : -1;
            var length = close > 0 ? close + 1 - i : StringInfo.GetNextTextElementLength(text, i);
            yield return close > 0 ? new(Enum.Parse<KeyKind>(text[(i + 1)..close])) : new(KeyKind.Text, text.Substring(i, length));
            i += length;
        }
    }
}
