using System.Security.Cryptography;
using Hearth.Models.Store;

namespace Hearth.Tests.Models.Store;

public sealed class FileDigestTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData((1 << 20) + 1, true)]
    [InlineData((1 << 20) + 1, false)]
    public async Task The_digest_is_the_same_with_OpenSSL_and_without(int length, bool byOpenSsl)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        using var copy = new MemoryStream();
        var told = 0;
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(bytes)),
            await FileDigest.ComputeAsync(new MemoryStream(bytes), copy, count => told += count, byOpenSsl, TestContext.Current.CancellationToken));
        Assert.Equal(length, told);
        Assert.Equal(bytes, copy.ToArray());
    }

    [Fact]
    public void OpenSSL_is_found_where_these_tests_have_it() => Assert.True(OpenSsl.IsThere);
}
