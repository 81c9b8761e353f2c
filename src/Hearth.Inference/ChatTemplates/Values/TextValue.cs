using Hearth.Inference.ChatTemplates.Text;

namespace Hearth.Inference.ChatTemplates.Values;

/// <summary>A text. Templates count in code points, the host in UTF-16 units: <see cref="CodePoints"/> translates.</summary>
/// <param name="text">The text.</param>
/// <param name="isFromSource">Stands in the template; errors may show it.</param>
/// <param name="isMarkup">Came from <c>safe</c> or <c>escape</c>: texts that join it are escaped for HTML, as by Python's <c>Markup</c>.</param>
sealed class TextValue(string text, bool isMarkup = false, bool isFromSource = false) : Value
{
    internal static readonly TextValue Empty = new("");

    int _length = -1;

    internal string Text => text;

    internal bool IsMarkup => isMarkup;

    internal bool IsFromSource => isFromSource;

    internal override string TypeName => isMarkup ? "Markup" : "str";

    internal override bool IsTrue => text.Length > 0;

    /// <summary>Length in code points.</summary>
    internal int Length => _length >= 0 ? _length : _length = CodePoints.Count(text);

    /// <summary>Every code point is one UTF-16 unit.</summary>
    internal bool IsSimple => Length == text.Length;

    /// <summary>Another text of the same kind.</summary>
    internal TextValue With(string other) => new(other, isMarkup);
}
