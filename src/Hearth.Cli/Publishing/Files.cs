namespace Hearth.Cli.Publishing;

/// <summary>Whole folders.</summary>
static class Files
{
    /// <summary>Copies a file, or a folder with everything in it.</summary>
    internal static void Copy(string from, string to)
    {
        if (!Directory.Exists(from))
        {
            File.Copy(from, to);
            return;
        }

        Directory.CreateDirectory(to);
        foreach (var entry in Directory.EnumerateFileSystemEntries(from))
            Copy(entry, Path.Combine(to, Path.GetFileName(entry)));
    }

    /// <summary>Bytes of all files of a folder.</summary>
    internal static long Size(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
