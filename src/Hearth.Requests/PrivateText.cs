namespace Hearth.Requests;

/// <summary>What a user wrote, or is answered with. It does not get into a log, an error or a file by accident.</summary>
/// <remarks>
/// Interpolating, concatenating or serializing it, and printing a record that holds it, give its length at most; <see cref="Reveal"/> is the only way to the
/// text. That is a method because serializers and structured logs read properties. TextTests lists the files that call it.
/// </remarks>
public readonly record struct PrivateText
{
    // Null for the empty text, so that the default value equals it.
    readonly string? _text;

    /// <summary>A text from now on kept to itself.</summary>
    public PrivateText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text.Length > 0 ? text : null;
    }

    /// <summary>The text kept to itself, or null where there is none.</summary>
    public static PrivateText? OrNull(string? text) => text is null ? (PrivateText?)null : new(text);

    /// <summary>Characters, as .NET counts them.</summary>
    public int Length => Reveal().Length;

    /// <summary>The text itself.</summary>
    public string Reveal() => _text ?? "";

    /// <summary>How long the text is, never what it says.</summary>
    public override string ToString() => $"PrivateText({Length} characters)";

    /// <summary>A string becomes private by itself; the way back is <see cref="Reveal"/>.</summary>
    public static implicit operator PrivateText(string text) => new(text);
}
