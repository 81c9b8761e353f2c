using System.Globalization;
using System.Text.Json;
using Hearth.Cli.Output;

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

    /// <summary>Itself, unless there is no such file but one whose name ends before the last colon: then what follows was meant as a scale.</summary>
    /// <exception cref="CliException">It was.</exception>
    internal AdapterChoice Checked()
    {
        var colon = Path.LastIndexOf(':');
        return colon > 0 && !File.Exists(Path) && File.Exists(Path[..colon])
            ? throw new CliException(ExitCode.Usage, $"'{Path[(colon + 1)..]}' is no scale for the adapter {Path[..colon]}.", "FILE or FILE:SCALE, with a number such as 0.5.", "Correct the number, or leave it and its colon out.")
            : this;
    }

    /// <summary>The members of an adapter in a result.</summary>
    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("path", Path);
        writer.WriteNumber("scale", Scale);
    }

    /// <summary>With the name of the file only.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{System.IO.Path.GetFileName(Path)}{(Scale == 1 ? "" : $":{Scale}")}");
}
