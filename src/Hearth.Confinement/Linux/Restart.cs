using System.Globalization;
using System.Runtime.InteropServices;

namespace Hearth.Confinement.Linux;

/// <summary>Starts this process's program anew, as execv(3) does: the same process, descriptors and arguments.</summary>
static unsafe partial class Restart
{
    /// <summary>The start time's place in <c>/proc/self/stat</c> behind the name, which may hold anything and ends with the last parenthesis.</summary>
    const int StartTime = 19;

    /// <summary>Does not return, but where it fails.</summary>
    /// <param name="variables">Added to the environment.</param>
    internal static void With(IReadOnlyDictionary<string, string> variables)
    {
        // In the C library's environment, which needs no copy and may hold what is no UTF-8. Nobody else of this process reads it any more.
        if (variables.Any(v => SetVariable(v.Key, v.Value, 1) != 0))
            throw LibC.Failure("Setting the environment");
        RemovePorts();
        var line = File.ReadAllBytes("/proc/self/cmdline");
        using var arena = new NativeArena();
        fixed (byte* words = line)
            _ = Execute(Environment.ProcessPath!, Split(words, line.Length, arena));
        throw LibC.Failure("Starting the program anew in an environment in which nothing writes its memory");
    }

    /// <summary>The arguments are kept as bytes, each with its zero.</summary>
    static byte** Split(byte* words, int length, NativeArena arena)
    {
        var pointers = (byte**)arena.Take((new ReadOnlySpan<byte>(words, length).Count((byte)0) + 1) * sizeof(byte*));
        var count = 0;
        for (var word = words; word < words + length; word += MemoryMarshal.CreateReadOnlySpanFromNullTerminated(word).Length + 1)
            pointers[count++] = word;
        return pointers;
    }

    /// <summary>The runtime removes its ports at its end, to which it doesn't come now. Where it couldn't make them, there is nothing to remove.</summary>
    static void RemovePorts()
    {
        var facts = File.ReadAllText("/proc/self/stat");
        var start = facts[(facts.LastIndexOf(')') + 2)..].Split(' ')[StartTime];
        var process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        foreach (var port in (string[])[$"dotnet-diagnostic-{process}-{start}-socket", $"clr-debug-pipe-{process}-{start}-in", $"clr-debug-pipe-{process}-{start}-out"])
        {
            if (Path.Combine(Path.GetTempPath(), port) is var path && File.Exists(path))
                File.Delete(path);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, byte** arguments);
}
