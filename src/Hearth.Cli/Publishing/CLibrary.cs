using System.Text;
using System.Text.RegularExpressions;

namespace Hearth.Cli.Publishing;

/// <summary>Which C library programs need.</summary>
static partial class CLibrary
{
    /// <summary>The version of glibc that the files of a folder need, or null where none needs it.</summary>
    /// <remarks>
    /// An ELF file lists the versions of the symbols that it takes, as text: <c>GLIBC_2.34</c>. A program that was linked here may need this system's, so it is said, not promised.
    /// </remarks>
    internal static Version? Needed(string folder) => Directory.EnumerateFiles(folder).SelectMany(Versions).Max();

    static IEnumerable<Version> Versions(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.AsSpan().StartsWith("\u007fELF"u8) ? Names().Matches(Encoding.Latin1.GetString(bytes)).Select(match => Version.Parse(match.Groups[1].ValueSpan)) : [];
    }

    [GeneratedRegex(@"\0GLIBC_(2(\.[0-9]{1,4}){1,2})(?=\0)")]
    private static partial Regex Names();
}
