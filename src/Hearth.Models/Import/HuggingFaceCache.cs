using System.Text;
using Hearth.Models.Store;

namespace Hearth.Models.Import;

/// <summary>The cache of <c>huggingface_hub</c>: <c>models--OWNER--REPOSITORY/snapshots/COMMIT/FILE</c>, where a file is a link to <c>blobs/DIGEST</c>.</summary>
/// <remarks>The digest of a large file is its SHA-256 (Git LFS), that of a small one SHA-1; the lengths tell them apart. <c>refs/main</c> names the present commit.</remarks>
static class HuggingFaceCache
{
    const string Prefix = "models--", Separator = "--";
    const int Levels = 2, CommitBytes = 40;

    internal static IEnumerable<FoundModel> Read(string folder, FolderWalk walk)
        => from repository in walk.Folders(folder)
           where Path.GetFileName(repository).StartsWith(Prefix, StringComparison.Ordinal)
           let name = Path.GetFileName(repository)[Prefix.Length..].Replace(Separator, "/", StringComparison.Ordinal)
           // An earlier commit's file is better than one of the present commit that is not there.
           from model in Models(repository, name, walk).OrderBy(model => model.Problem is not null).DistinctBy(model => model.Origin)
           select model;

    /// <summary>The models of all commits, those of the present one first, then those of the one that was written to last.</summary>
    static IEnumerable<FoundModel> Models(string repository, string name, FolderWalk walk)
    {
        var snapshots = Path.Combine(repository, "snapshots");
        var present = Path.Combine(snapshots, PresentCommit(repository));
        var byCommit = walk.Files(snapshots, Levels + 1)
            .Where(path => Path.GetRelativePath(snapshots, path).Contains('/'))
            .GroupBy(path => Path.Combine(snapshots, Path.GetRelativePath(snapshots, path).Split('/')[0]));
        return from commit in byCommit.OrderByDescending(commit => commit.Key == present).ThenByDescending(commit => Directory.GetLastWriteTimeUtc(commit.Key))
               from path in GgufFiles.FirstParts(commit)
               let file = Path.GetRelativePath(commit.Key, path)
               select GgufFiles.Describe(path, ModelSource.HuggingFace, $"{name}/{file}", GgufFiles.NameOf(path), ModelName.From($"{name.Split('/')[0]}/{GgufFiles.NameOf(path)}"), DigestOf);
    }

    static string PresentCommit(string repository)
    {
        try
        {
            var commit = Encoding.ASCII.GetString(SmallFile.Read(Path.Combine(repository, "refs", "main"), CommitBytes + 1)).Trim();
            return commit.All(char.IsAsciiHexDigitLower) ? commit : "";
        }
        catch (InvalidDataException)
        {
            return "";
        }
    }

    static string? DigestOf(string path)
        => File.ResolveLinkTarget(path, returnFinalTarget: true)?.Name is { } blob && FileDigest.IsDigest(blob) ? blob : null;
}
