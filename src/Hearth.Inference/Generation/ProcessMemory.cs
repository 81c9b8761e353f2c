using System.Globalization;

namespace Hearth.Inference.Generation;

/// <summary>Resident memory of this process as Linux tells it (proc(5), <c>/proc/self/status</c>); zeros where it cannot be read.</summary>
readonly record struct ProcessMemory(long Resident, long Anonymous, long Peak)
{
    internal static ProcessMemory Read()
    {
        var memory = default(ProcessMemory);
        try
        {
            foreach (var line in File.ReadLines("/proc/self/status"))
            {
                memory = line.Split(':', 2) switch
                {
                    ["VmRSS", var v] => memory with { Resident = Bytes(v) },
                    ["RssAnon", var v] => memory with { Anonymous = Bytes(v) },
                    ["VmHWM", var v] => memory with { Peak = Bytes(v) },
                    _ => memory,
                };
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        return memory;
    }

    static long Bytes(string value) => long.TryParse(value.AsSpan().Trim().TrimEnd("kB "), NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes * 1024 : 0;
}
