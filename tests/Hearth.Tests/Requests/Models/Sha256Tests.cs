using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Hearth.Requests.Models;

namespace Hearth.Tests.Requests.Models;

public sealed class Sha256Tests
{
    /// <summary>The examples of NIST for FIPS 180-4, and the digest of nothing.</summary>
    [Theory]
    [InlineData("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    [InlineData("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")]
    public void Published_examples_have_their_digest(string text, int times, string digest)
        => Assert.Equal(digest, Sha256.Hex(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times)))));

    [Fact]
    public void Bytes_in_any_pieces_have_the_digest_that_OpenSSL_gives()
        => Gen.Byte.Array[0, 150].Array[0, 6].Sample(pieces =>
        {
            var hash = new Sha256();
            foreach (var piece in pieces)
                hash.Append(piece);
            return hash.FinishHex() == Convert.ToHexStringLower(SHA256.HashData(pieces.SelectMany(p => p).ToArray()));
        });
}
