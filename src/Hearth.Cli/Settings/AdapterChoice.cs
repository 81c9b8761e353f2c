using System.Globalization;

namespace Hearth.Cli.Settings;

/// <summary>An adapter (LoRA) and how strongly it counts, written <c>FILE</c> or <c>FILE:SCALE</c>.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Scale">1 as trained.</param>
sealed record AdapterChoice(string Path, float Scale = 1)
{
    /// <summary>
    /// Reads what was written. The scale is what follows the last colon where that is a number; otherwise the colon belongs to the name of the file. So a file
    /// whose name ends like a scale is written with one: <c>odd:2:1</c>.
    /// </summary>
    internal static AdapterChoice? Read(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !float.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var scale))
            return text.Length > 0 ? new(text) : null;
        return colon > 0 && float.IsFinite(scale) ? new(text[..colon], scale) : null;
    }

    /// <summary>With the name of the file only.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{System.IO.Path.GetFileName(Path)}{(Scale == 1 ? "" : $":{Scale}")}");
}
