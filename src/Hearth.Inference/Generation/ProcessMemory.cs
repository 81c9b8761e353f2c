using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Inference.Generation;

/// <summary>Resident memory of this process as Linux tells it (proc(5), <c>/proc/self/status</c>); zeros where it cannot be read.</summary>
/// <remarks>The file stays open: a confined process can't open it again once its model is loaded.</remarks>
sealed class ProcessMemory : IDisposable
{
    /// <summary>More than the kernel writes.</summary>
    const int MostBytes = 8192;

    readonly SafeFileHandle? _status = Open();

    internal (long Resident, long Anonymous, long Peak) Read()
    {
        if (_status is null)
            return default;
        var buffer = new byte[MostBytes];
        var length = RandomAccess.Read(_status, buffer, 0);
        var lines = Encoding.ASCII.GetString(buffer, 0, length).Split('\n');
        return (Bytes(lines, "VmRSS"), Bytes(lines, "RssAnon"), Bytes(lines, "VmHWM"));
    }

    public void Dispose() => _status?.Dispose();

    static SafeFileHandle? Open()
    {
        try
        {
            return File.OpenHandle("/proc/self/status");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static long Bytes(string[] lines, string key)
    {
        var value = lines.FirstOrDefault(line => line.StartsWith($"{key}:", StringComparison.Ordinal)).AsSpan();
        return long.TryParse(value[Math.Min(key.Length + 1, value.Length)..].Trim().TrimEnd("kB "), NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes)
            ? kibibytes * 1024
            : 0;
    }
}
