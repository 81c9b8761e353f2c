using System.Runtime.CompilerServices;

namespace Hearth.Tests.Support;

/// <summary>Where the project and the material beside it are.</summary>
static class Repository
{
    /// <summary>The folder with <c>Hearth.slnx</c>.</summary>
    internal static string Root { get; } = Find();

    /// <summary>A file of the project.</summary>
    internal static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A file of the test data that licences keep out of the project; skips the test with an allowed reason where it is absent.</summary>
    internal static string Shared(params string[] parts)
    {
        var path = Path.Combine([Root, "..", "shared", .. parts]);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), "shared test data is not beside the project");
        return path;
    }

    static string Find([CallerFilePath] string here = "")
    {
        foreach (var start in (string[])[AppContext.BaseDirectory, Path.GetDirectoryName(here)!])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Hearth.slnx")))
                    return folder.FullName;
            }
        }

        throw new InvalidOperationException("No folder above the tests holds Hearth.slnx.");
    }
}
