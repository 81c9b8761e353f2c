using Microsoft.Win32.SafeHandles;

namespace Hearth.Cli.Terminals;

/// <summary>The three descriptors that a program is started with.</summary>
static class StandardStreams
{
    /// <summary>Standard input: the descriptor itself, because .NET's own stream edits lines of a terminal, which is our editor's work.</summary>
    internal static Stream Input() => IsInherited(0) ? Unbuffered(0, FileAccess.Read) : Stream.Null;

    /// <summary>Standard output. .NET's own stream swallows that the reader of a pipe has gone; a model would go on for nobody.</summary>
    internal static Stream Output()
    {
        if (!IsInherited(1))
            return Stream.Null;
        // A file is left to .NET: its position is shared with whoever writes to it before and after.
        return Console.IsOutputRedirected && Unbuffered(1, FileAccess.Write) is { CanSeek: false } pipe ? pipe : Console.OpenStandardOutput();
    }

    /// <summary>
    /// False where the program was started without the descriptor. Its number then belongs to something that the runtime opened, and that can be told: such
    /// descriptors are closed when a program starts, so none that was inherited has the flag O_CLOEXEC.
    /// </summary>
    static bool IsInherited(int descriptor)
    {
        const int CloseOnExec = 0x80000;
        var facts = $"/proc/self/fdinfo/{descriptor}";
        if (!File.Exists(facts))
            return !OperatingSystem.IsLinux();
        var flags = File.ReadLines(facts).First(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return (Convert.ToInt32(flags[6..].Trim(), 8) & CloseOnExec) == 0;
    }

    static FileStream Unbuffered(int descriptor, FileAccess access) => new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
}
