using Hearth.Requests;

namespace Hearth.Inference.ChatTemplates;

/// <summary>
/// A chat template can't be read or rendered. The message names types, positions and words of the template's source; it never holds a value of the
/// context. What the template itself says through <c>raise_exception</c>, which may repeat one, is in <see cref="Words"/>.
/// </summary>
sealed class ChatTemplateException : Exception
{
    internal ChatTemplateException(string message) : base(message) => Reason = message;

    ChatTemplateException(string reason, int line, Exception inner)
        : base($"The chat template fails at line {line}: {reason}", inner)
        => (Reason, Line) = (reason, line);

    ChatTemplateException(PrivateText words, int line)
        : base($"The chat template refuses the messages at line {line}.")
        => (Reason, Line, IsRaisedByTemplate, Words) = (Message, line, true, words);

    /// <summary>What is wrong, without the position.</summary>
    internal string Reason { get; }

    /// <summary>Line of the template's source, from 1; 0 where none is known.</summary>
    internal int Line { get; }

    /// <summary>The template's author refuses these messages in his own words (<c>raise_exception</c>).</summary>
    internal bool IsRaisedByTemplate { get; }

    /// <summary>Those words; empty otherwise.</summary>
    internal PrivateText Words { get; }

    /// <summary>The template's own refusal.</summary>
    internal static ChatTemplateException Raised(PrivateText words, int line) => new(words, line);

    /// <summary>The same failure with the line at which it happened.</summary>
    internal ChatTemplateException At(int line) => Line != 0 || IsRaisedByTemplate ? this : new(Reason, line, this);
}
