using Hearth.Tests.Support;

namespace Hearth.Tests.Formats.Gguf;

/// <summary>Asserts that a file is refused in the documented manner and for the right reason.</summary>
static class Refused
{
    internal static void Because(string reason, GgufBuilder file) => Because(reason, file.Build());

    internal static void Because(string reason, ReadOnlySpan<byte> bytes)
    {
        var error = Open(bytes);
        Assert.NotNull(error);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        // What to do follows what was found.
        Assert.Matches("(?i)fetch|choose|convert", error.Message);
    }

    static InvalidDataException? Open(ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var file = GgufBuilder.Open(bytes);
            return null;
        }
        catch (InvalidDataException e)
        {
            return e;
        }
    }
}
