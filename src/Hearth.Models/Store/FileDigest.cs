using System.Buffers;
using Hearth.Requests.Models;

namespace Hearth.Models.Store;

/// <summary>SHA-256 of files (FIPS 180-4), written in lower-case hexadecimal digits.</summary>
static class FileDigest
{
    const int BufferBytes = 1 << 20;
    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    internal static bool IsDigest(string? text) => text is { Length: 64 } && !text.AsSpan().ContainsAnyExcept(Digits);

    /// <summary>The digest of what a stream still holds.</summary>
    /// <param name="source">Read to its end.</param>
    /// <param name="copy">Gets all bytes too, where it is not null.</param>
    /// <param name="progress">Hears how many bytes came at a time.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal static async Task<string> ComputeAsync(Stream source, Stream? copy, Action<int>? progress, CancellationToken cancellationToken)
    {
        var hash = new Sha256();
        var buffer = new byte[BufferBytes];
        for (int count; (count = await source.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            hash.Append(buffer.AsSpan(0, count));
            if (copy is not null)
                await copy.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            progress?.Invoke(count);
        }

        return hash.FinishHex();
    }
}
