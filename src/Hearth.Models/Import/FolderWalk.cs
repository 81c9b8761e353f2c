namespace Hearth.Models.Import;

/// <summary>Lists files below a folder. Depth and number are bounded and no folder is entered twice, so that links in a circle end.</summary>
/// <param name="complaints">Gets a sentence for every folder that is there and cannot be read.</param>
sealed class FolderWalk(ICollection<string> complaints)
{
    const int MaxEntries = 20_000;
    int _entries;

    /// <summary>The paths of all files in the folder and so many levels below it, sorted.</summary>
    internal IReadOnlyList<string> Files(string folder, int levels)
    {
        var files = new List<string>();
        Walk(folder, RealPath(folder), levels, [], files);
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    /// <summary>The paths of the folders in a folder, sorted.</summary>
    internal IReadOnlyList<string> Folders(string folder)
        => [.. Entries(folder).OfType<DirectoryInfo>().Select(entry => entry.FullName).Order(StringComparer.Ordinal)];

    void Walk(string folder, string real, int levels, HashSet<string> entered, List<string> files)
    {
        if (!entered.Add(real))
            return;
        foreach (var entry in Entries(folder))
        {
            if (entry is FileInfo)
                files.Add(entry.FullName);
            else if (levels > 0)
                Walk(entry.FullName, entry.LinkTarget is null ? Path.Combine(real, entry.Name) : RealPath(entry.FullName), levels - 1, entered, files);
        }
    }

    List<FileSystemInfo> Entries(string folder)
    {
        try
        {
            var entries = new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.Name[0] != '.').Take(MaxEntries - _entries).ToList();
            _entries += entries.Count;
            if (_entries >= MaxEntries && !complaints.Contains(TooMany))
                complaints.Add(TooMany);
            return entries;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (UnauthorizedAccessException)
        {
            complaints.Add($"The folder {folder} may not be read by this user. Its owner can allow it, for example by making you a member of its group.");
            return [];
        }
        catch (IOException e)
        {
            complaints.Add($"The folder {folder} cannot be read: {e.Message}");
            return [];
        }
    }

    static string TooMany => $"More than {MaxEntries} files and folders: the rest was not looked at.";

    static string RealPath(string folder)
    {
        try
        {
            return Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return folder;
        }
    }
}
