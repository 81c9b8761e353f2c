using System.Buffers;
using System.Security.Cryptography;
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
    internal static Task<string> ComputeAsync(Stream source, Stream? copy, Action<int>? progress, CancellationToken cancellationToken)
        => ComputeAsync(source, copy, progress, OpenSsl.IsThere, cancellationToken);

    /// <inheritdoc cref="ComputeAsync(Stream, Stream?, Action{int}?, CancellationToken)"/>
    /// <param name="source">Read to its end.</param>
    /// <param name="copy">Gets all bytes too, where it is not null.</param>
    /// <param name="progress">Hears how many bytes came at a time.</param>
    /// <param name="byOpenSsl">Whether OpenSSL computes it, ten times as fast as <see cref="Sha256"/>.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal static async Task<string> ComputeAsync(Stream source, Stream? copy, Action<int>? progress, bool byOpenSsl, CancellationToken cancellationToken)
    {
        using var fast = byOpenSsl ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        var own = new Sha256();
        var buffer = new byte[BufferBytes];
        for (int count; (count = await source.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (fast is not null)
                fast.AppendData(buffer, 0, count);
            else
                own.Append(buffer.AsSpan(0, count));
            if (copy is not null)
                await copy.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            progress?.Invoke(count);
        }

        return fast is null ? own.FinishHex() : Convert.ToHexStringLower(fast.GetHashAndReset());
    }
}
