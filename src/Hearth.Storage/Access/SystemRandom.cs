namespace Hearth.Storage.Access;

/// <summary>Random bytes of the operating system's generator. .NET's own asks OpenSSL, which a published folder need not find.</summary>
static class SystemRandom
{
    internal static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        using var source = new FileStream("/dev/urandom", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        source.ReadExactly(bytes);
        return bytes;
    }
}
