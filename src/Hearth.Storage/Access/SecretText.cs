namespace Hearth.Storage.Access;

/// <summary>A text that only its owner may see. It does not print itself: whoever shows it says so by name.</summary>
public sealed class SecretText
{
    readonly string _text;

    internal SecretText(string text) => _text = text;

    /// <summary>The text.</summary>
    public string Reveal() => _text;

    /// <summary>Not the text.</summary>
    public override string ToString() => "(secret)";
}
