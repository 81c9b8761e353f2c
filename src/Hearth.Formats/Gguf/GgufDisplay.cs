using Hearth.Tensors.Memory;

namespace Hearth.Formats.Gguf;

/// <summary>Shows metadata values in a line each.</summary>
static class GgufDisplay
{
    const int ShownElements = 6, ShownElementChars = 24;

    internal static string Show(MappedFile file, in GgufValue value)
    {
        if (!value.IsArray)
            return ShowOne(file, value, 80);
        var shown = value.Element switch
        {
            GgufValueType.Array => [],
            GgufValueType.Str => Strings(file, value),
            _ => Numbers(file, value),
        };
        return $"[{string.Join(", ", shown)}{(shown.Count < value.Count ? ", …" : "")}]".Replace("[, …", "[…", StringComparison.Ordinal);
    }

    static string ShowOne(MappedFile file, in GgufValue value, int maxChars)
    {
        var bytes = file.Slice(value.Offset, value.Length);
        return value.Element == GgufValueType.Str ? Printable.Text(bytes, maxChars) : GgufNumbers.Show(value.Element, bytes);
    }

    /// <summary>Reads only the strings that are shown: an index of all would be for nothing.</summary>
    static List<string> Strings(MappedFile file, in GgufValue value)
    {
        var reader = new GgufReader(file, value.Offset);
        var shown = new List<string>();
        while (shown.Count < Math.Min(value.Count, ShownElements))
            shown.Add(Printable.Text(reader.ReadString("a string of an array", value.Length), ShownElementChars));
        return shown;
    }

    static List<string> Numbers(MappedFile file, in GgufValue value)
    {
        var size = value.Element.MinBytes;
        var shown = new List<string>();
        while (shown.Count < Math.Min(value.Count, ShownElements))
            shown.Add(GgufNumbers.Show(value.Element, file.Slice(value.Offset + shown.Count * size, size)));
        return shown;
    }
}
