namespace Hearth.Models.Store;

/// <summary>Length and time of a file behind all links.</summary>
readonly record struct FileState(long Bytes, DateTimeOffset Modified)
{
    /// <summary>The state; null where there is no such file, or it may not be looked at.</summary>
    internal static FileState? Of(string path)
    {
        try
        {
            // The length of a link would be its own; links in a circle are an IOException.
            var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            return file.Exists ? new(file.Length, new(file.LastWriteTimeUtc, TimeSpan.Zero)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
