namespace Hearth.Models.Import;

/// <summary>LM Studio's folder: <c>PUBLISHER/REPOSITORY/FILE.gguf</c>, sometimes with a folder more.</summary>
static class LmStudioFolder
{
    const int Levels = 3;

    internal static IEnumerable<FoundModel> Read(string folder, FolderWalk walk)
        => from path in GgufFiles.FirstParts(walk.Files(folder, Levels))
           let origin = Path.GetRelativePath(folder, path)
           let name = GgufFiles.NameOf(path)
           select GgufFiles.Describe(path, ModelSource.LmStudio, origin, name, ModelName.From($"{origin.Split('/')[0]}/{name}"));
}
