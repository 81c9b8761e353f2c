using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Linux;

/// <summary>What a process wrote to its standard error before it ended, reduced to what can be told.</summary>
/// <remarks>
/// The pipe is read only after the end, and only its first bytes: a process that floods it blocks itself, and costs the host nothing. An
/// exception's message may quote a prompt, so nothing of the text leaves this class but names of a closed list and an exception's type.
/// </remarks>
static unsafe class LastWords
{
    const int MostBytes = 16 * 1024, MostNameCharacters = 100;

    /// <summary>The pipe's capacity: a stack overflow prints its frames, and must not block before the process ends.</summary>
    internal const int PipeBytes = 1024 * 1024;

    const string Unhandled = "Unhandled exception. ";

    static readonly (string Phrase, string Meaning)[] Known =
    [
        ("Stack overflow.", "stack overflow"),
        ("Out of memory.", "out of memory"),
        ("Process terminated.", "it ended itself on purpose (fail fast)"),
        ("Fatal error.", "fatal error of the runtime"),
        ("Failed to create CoreCLR", "the runtime could not start (CoreCLR was not created)"),
        ("GC heap initialization failed", "the runtime could not reserve its heap"),
        ("You must install or update .NET", ".NET was not found: the wrong version, or DOTNET_ROOT names the wrong folder"),
        ("You must install .NET", ".NET was not found: DOTNET_ROOT names the wrong folder, or none"),
        ("version `GLIBC_", "the C library of this system is older than that of the machine where the worker was published"),
        ("does not contain any version-numbered child folders", ".NET was not found: the folder that DOTNET_ROOT names is empty or may not be read"),
        ("error while loading shared libraries", "a shared library was not found or could not be read"),
        ("The application to execute does not exist", "the worker's program was not found or could not be read"),
    ];

    /// <summary>Reads what is in the pipe, explains it and forgets it.</summary>
    internal static string? Read(SafeFileHandle pipe)
    {
        var buffer = new byte[MostBytes];
        var length = 0;
        fixed (byte* start = buffer)
        {
            while (length < buffer.Length)
            {
                var count = LibC.Read(pipe, start + length, (nuint)(buffer.Length - length));
                if (count <= 0)
                    break;
                length += (int)count;
            }
        }

        var reason = Explain(buffer.AsSpan(0, length));
        Array.Clear(buffer);
        return reason;
    }

    /// <summary>Pure: the part that can be told.</summary>
    internal static string? Explain(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf(Encoding.ASCII.GetBytes(Unhandled));
        if (at >= 0 && TypeName(text[(at + Unhandled.Length)..]) is { } name)
            return $"unhandled {name}";
        foreach (var (phrase, meaning) in Known)
        {
            if (text.IndexOf(Encoding.ASCII.GetBytes(phrase)) >= 0)
                return meaning;
        }

        return null;
    }

    static string? TypeName(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit((char)text[length]) || text[length] is (byte)'.' or (byte)'_' or (byte)'+' or (byte)'`'))
            length++;
        return length is > 0 and <= MostNameCharacters && text[length..].StartsWith(":"u8) ? Encoding.ASCII.GetString(text[..length]) : null;
    }
}
