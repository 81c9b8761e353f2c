using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>Methods that fill a text up to a width.</summary>
static class TextPadding
{
    /// <summary>Where the padding goes.</summary>
    internal enum Side
    {
        Left,
        Right,
        Both,
    }

    internal static Method<TextValue> Padded(Side side) => (interpreter, self, arguments) =>
    {
        var bound = arguments.Bind("a padding method", 1, 2);
        var fill = bound[1] is null ? " " : TextMethods.TextOf(bound[1]!, "a padding method");
        if (CodePoints.Count(fill) != 1)
            throw new ChatTemplateException("the fill character must be exactly one character long");
        if (self.IsMarkup)
            fill = HtmlText.Escape(fill, interpreter.Budget);
        return CodePoints.Count(fill) == 1
            ? Pad(self, NumberText.Index(bound[0]!, "a width"), fill, side, interpreter.Budget)
            : throw new ChatTemplateException("the fill character must be exactly one character long");
    };

    internal static TextValue Pad(TextValue self, long width, string fill, Side side, Budget budget)
    {
        var missing = width - self.Length;
        if (missing <= 0)
            return self;
        budget.Text(self.Text.Length + (2 * missing * fill.Length));
        // Python gives the odd one to the left where the width is odd too.
        var left = side switch { Side.Left => missing, Side.Right => 0, _ => (missing / 2) + (missing & width & 1) };
        return self.With(Repeat(fill, left) + self.Text + Repeat(fill, missing - left));
    }

    internal static Value ZeroFilled(Interpreter interpreter, TextValue self, Arguments arguments)
    {
        var width = NumberText.Index(arguments.Bind("zfill", 1, 1)[0]!, "a width");
        var sign = self.Text.StartsWith('-') || self.Text.StartsWith('+') ? 1 : 0;
        var digits = Pad(self.With(self.Text[sign..]), width - sign, "0", Side.Left, interpreter.Budget);
        return self.With(self.Text[..sign] + digits.Text);
    }

    internal static Value WithoutTabs(Interpreter interpreter, TextValue self, Arguments arguments)
    {
        var size = arguments.Bind("expandtabs", 0, "tabsize")[0] is { } given ? NumberText.Index(given, "a tab size") : 8;
        var into = new BoundedText(interpreter.Budget);
        var column = 0L;
        foreach (var character in self.Text)
        {
            var spaces = character == '\t' && size > 0 ? size - (column % size) : 0;
            if (character == '\t')
                into.Append(' ', (int)spaces);
            else
                into.Append(character);
            column = character is '\n' or '\r' ? 0 : column + (character == '\t' ? spaces : char.IsLowSurrogate(character) ? 0 : 1);
        }

        return self.With(into.ToString());
    }

    static string Repeat(string fill, long count) => fill.Length == 1 ? new(fill[0], (int)count) : string.Concat(Enumerable.Repeat(fill, (int)count));
}
