using System.Security.Cryptography;
using Hearth.Models.Store;

namespace Hearth.Tests.Models.Store;

public sealed class FileDigestTests
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3_000_001, int.MaxValue, true)]
    [InlineData(3_000_001, int.MaxValue, false)]
    [InlineData(3_000_001, 70_001, true)]
    [InlineData(3_000_001, 70_001, false)]
    [InlineData(0, 1, false)]
    public async Task A_digest_is_that_of_all_bytes_and_so_are_copy_and_progress(int length, int atOnce, bool byOpenSsl)
    {
        var bytes = new byte[length];
        new Random(5).NextBytes(bytes);
        using var source = new SlowStream(bytes, atOnce);
        using var copy = new MemoryStream();
        var heard = 0;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), await FileDigest.ComputeAsync(source, copy, count => heard += count, byOpenSsl, Token));
        Assert.Equal((length, true), (heard, copy.ToArray().AsSpan().SequenceEqual(bytes)));
    }

    [Fact]
    public void OpenSSL_is_found_where_these_tests_have_it() => Assert.True(OpenSsl.IsThere);

    /// <summary>Gives no more than so many bytes at once.</summary>
    sealed class SlowStream(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => base.ReadAsync(buffer[..Math.Min(buffer.Length, atOnce)], cancellationToken);
    }
}
