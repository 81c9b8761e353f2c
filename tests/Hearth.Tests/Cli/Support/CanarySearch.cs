using System.Diagnostics;
using System.Text;

namespace Hearth.Tests.Cli.Support;

/// <summary>Finds a word in files, however it was written there.</summary>
static class CanarySearch
{
    const long MostBytes = 256 << 20;

    /// <summary>The word as bytes, by the name of the encoding.</summary>
    internal static Dictionary<string, byte[]> Encodings(string word) => new()
    {
        ["UTF-8"] = Encoding.UTF8.GetBytes(word),
        ["UTF-16"] = Encoding.Unicode.GetBytes(word)[..^1],    // big endian too: only the zeros before and behind differ
        ["base64"] = Base64(word, 0),
        ["base64, one byte later"] = Base64(word, 1),
        ["base64, two bytes later"] = Base64(word, 2),
        ["hexadecimal"] = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(word))),
    };

    /// <summary>The files below a folder that hold it, with the encoding, or the one file that is named. What is a link, a pipe or out of reach is passed over.</summary>
    internal static List<string> Find(string folder, string word)
    {
        var needles = Encodings(word);
        return [.. from path in Files(folder)
                   let bytes = Read(path)
                   from needle in needles
                   where bytes.AsSpan().IndexOf(needle.Value) >= 0
                   orderby path
                   select $"{Path.GetRelativePath(folder, path)}: {needle.Key}"];
    }

    /// <summary>Files and nothing else: whoever opens a pipe waits for its other end, and .NET does not tell the two apart.</summary>
    static string[] Files(string folder)
    {
        using var find = Process.Start(new ProcessStartInfo("find", [folder, "-type", "f", "-print0"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        find.ErrorDataReceived += (_, _) => { };
        find.BeginErrorReadLine();
        return find.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    static byte[] Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= MostBytes } ? File.ReadAllBytes(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The characters that stay the same whatever stands before and behind the word.</summary>
    static byte[] Base64(string word, int before)
    {
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', before) + word)).TrimEnd('=');
        return Encoding.ASCII.GetBytes(text[(before == 0 ? 0 : before + 1)..^1]);
    }
}
