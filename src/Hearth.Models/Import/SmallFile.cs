using Hearth.Models.Store;
using Hearth.Requests.Models;

namespace Hearth.Models.Import;

/// <summary>Reads the small files of other programs: never more than a bound, never from anything but an ordinary file.</summary>
static class SmallFile
{
    /// <summary>All bytes, or an <see cref="InvalidDataException"/> that says why not.</summary>
    internal static byte[] Read(string path, int maxBytes, string? sha256 = null)
    {
        if (FileState.Of(path) is not { Bytes: > 0 } state)
            throw new InvalidDataException($"{path} is not there, or empty");
        if (state.Bytes > maxBytes)
            throw new InvalidDataException($"{path} has {state.Bytes} bytes; {maxBytes} are the most that is read");
        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new byte[maxBytes];
            var count = stream.ReadAtLeast(bytes, maxBytes, throwOnEndOfStream: false);
            if (sha256 is not null && Sha256.Hex(bytes.AsSpan(0, count)) != sha256)
                throw new InvalidDataException($"{path} is damaged: its content is not that of its name");
            return bytes[..count];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
