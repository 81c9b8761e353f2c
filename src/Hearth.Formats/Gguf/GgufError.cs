namespace Hearth.Formats.Gguf;

/// <summary>The errors about a file that is not as the format demands: what was found, what was expected, what to do.</summary>
static class GgufError
{
    /// <summary>An error at a place of the file, in the entry or tensor of a name, if that is known.</summary>
    internal static InvalidDataException At(long position, string name, string finding)
        => Of($"{finding} (at byte {position}{(name.Length == 0 ? "" : $", in {Printable.Text(name)}")})");

    internal static InvalidDataException Of(string finding)
        => new($"{finding}. The model file is damaged or breaks the rules of GGUF: fetch it again and compare its checksum with the publisher's.");

    /// <summary>An error about a value that is well-formed and still not what the reader of the model needs.</summary>
    internal static InvalidDataException Value(string finding) => new($"{finding}. Choose another conversion of this model.");
}
