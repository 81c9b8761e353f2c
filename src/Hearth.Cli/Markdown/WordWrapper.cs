using System.Runtime.InteropServices;
using System.Text;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Markdown;

/// <summary>Breaks lines between words, so that none is cut at the edge of the terminal. A word is written when it is complete.</summary>
sealed class WordWrapper(Action<string> write, Func<int> width, bool color)
{
    const char ZeroWidthJoiner = '\u200D';

    readonly List<char> _word = [];
    readonly List<TextStyle> _styles = [];
    readonly StringBuilder _out = new();
    TextStyle _style, _spaceStyle;
    int _column, _spaces;
    string _hang = "";

    /// <summary>What stands before a line that had to be broken.</summary>
    internal string Hang
    {
        set => _hang = value;
    }

    internal void Append(string text, TextStyle style)
    {
        foreach (var c in text)
            Append(c, style);
    }

    internal void Append(char c, TextStyle style)
    {
        switch (c)
        {
            case '\n':
                EndLine();
                break;
            case ' ':
                EndWord();
                _spaces++;
                _spaceStyle = style;
                break;
            default:
                if (BreaksBefore(c))
                    EndWord();
                _word.Add(c);
                _styles.Add(style);
                break;
        }
    }

    /// <summary>Text that is written as it is, whatever the width: lines of code and tables.</summary>
    internal void AppendUnbroken(string text, TextStyle style)
    {
        EndWord();
        Spaces();
        Put(text, style);
        _column += TextWidth.Of(text);
    }

    /// <summary>Ends the line.</summary>
    internal void EndLine()
    {
        EndWord();
        _spaces = 0;
        Restyle(TextStyle.Plain);
        _out.Append('\n');
        _column = 0;
        Send();
    }

    /// <summary>Writes what waits, a word without its end too.</summary>
    internal void Finish()
    {
        EndWord();
        Restyle(TextStyle.Plain);
        Send();
    }

    // Scripts without spaces may be broken between any two letters, except inside a joined emoji.
    bool BreaksBefore(char c)
        => _word.Count > 0 && !char.IsLowSurrogate(c) && _word[^1] != ZeroWidthJoiner
            && (char.IsHighSurrogate(c) || (c >= 0x1100 && TextWidth.Of(new Rune(c)) == 2));

    void EndWord()
    {
        if (_word.Count == 0)
            return;
        var cells = TextWidth.Of(CollectionsMarshal.AsSpan(_word));
        if (_column > 0 && _column + _spaces + cells > width())
        {
            Restyle(TextStyle.Plain);
            _out.Append('\n');
            (_column, _spaces) = (0, 0);
            if (_hang.Length > 0)
                Put(_hang, string.IsNullOrWhiteSpace(_hang) ? TextStyle.Plain : TextStyle.Dim);
            _column = TextWidth.Of(_hang);
        }

        Spaces();
        for (var i = 0; i < _word.Count; i++)
        {
            Restyle(_styles[i]);
            _out.Append(_word[i]);
        }

        _column += cells;
        _word.Clear();
        _styles.Clear();
        Send();
    }

    void Spaces()
    {
        if (_spaces > 0)
            Put(new string(' ', _spaces), _spaceStyle);
        _column += _spaces;
        _spaces = 0;
    }

    void Put(string text, TextStyle style)
    {
        Restyle(style);
        _out.Append(text);
    }

    void Restyle(TextStyle style)
    {
        if (style != _style && color)
            _out.Append(style == TextStyle.Plain ? "\e[0m" : StyleSequences.Of(style));
        _style = style;
    }

    void Send()
    {
        if (_out.Length > 0)
            write(_out.ToString());
        _out.Clear();
    }
}
