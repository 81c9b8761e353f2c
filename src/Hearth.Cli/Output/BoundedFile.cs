using System.Text;

namespace Hearth.Cli.Output;

/// <summary>Reads what a user names, up to a limit, so that a wrong name does not fill the memory.</summary>
static class BoundedFile
{
    static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>All bytes of a file of at most <paramref name="maxBytes"/>; a longer one is an <see cref="IOException"/>.</summary>
    internal static byte[] ReadAll(string path, int maxBytes)
    {
        using var file = File.OpenRead(path);
        return ReadAll(file, maxBytes);
    }

    /// <summary>All bytes up to the end of the stream.</summary>
    internal static byte[] ReadAll(Stream stream, int maxBytes)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[81920];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > maxBytes)
                throw new IOException($"more than {maxBytes} bytes");
        }

        return bytes.ToArray();
    }

    /// <summary>The bytes as text, each character kept: no byte-order mark is removed and nothing invalid is replaced.</summary>
    internal static string Decode(byte[] bytes, string what)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new CliException(ExitCode.RequestFailed, $"{what} is not UTF-8: the byte at position {e.Index} fits no character.", "UTF-8 text.", "Convert the text first, for example with iconv.", e);
        }
    }

    /// <summary>A file that the user named as input of a request. Nobody waits for a pipe longer than the user wants.</summary>
    internal static Task<byte[]> ReadInputAsync(string path, string what, int maxBytes, CancellationToken cancellationToken)
        => Task.Run(() => ReadInput(path, what, maxBytes), cancellationToken).WaitAsync(cancellationToken);

    static byte[] ReadInput(string path, string what, int maxBytes)
    {
        try
        {
            return ReadAll(path, maxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.RequestFailed, $"{what} {path} cannot be read: {e.Message}", "a readable file.", "Check the path and the permissions.", e);
        }
    }
}
