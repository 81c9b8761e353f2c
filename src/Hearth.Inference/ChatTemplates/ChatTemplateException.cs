namespace Hearth.Inference.ChatTemplates;

/// <summary>
/// A chat template can't be read or rendered. The message names types, positions and words of the template's source;
/// it never holds a value of the context, except for what the template itself says through <c>raise_exception</c>.
/// </summary>
sealed class ChatTemplateException : Exception
{
    internal ChatTemplateException(string message) : base(message) => Reason = message;

    ChatTemplateException(string reason, int line, bool raised, Exception? inner)
        : base(raised ? reason : $"The chat template fails at line {line}: {reason}", inner)
        => (Reason, Line, IsRaisedByTemplate) = (reason, line, raised);

    /// <summary>What is wrong, without the position.</summary>
    internal string Reason { get; }

    /// <summary>Line of the template's source, from 1; 0 where none is known.</summary>
    internal int Line { get; }

    /// <summary>The template's author refuses these messages in his own words (<c>raise_exception</c>); the message may be shown as it is.</summary>
    internal bool IsRaisedByTemplate { get; }

    /// <summary>The template's own refusal.</summary>
    internal static ChatTemplateException Raised(string message, int line) => new(message, line, raised: true, null);

    /// <summary>The same failure with the line at which it happened.</summary>
    internal ChatTemplateException At(int line) => Line != 0 || IsRaisedByTemplate ? this : new(Reason, line, raised: false, this);
}
