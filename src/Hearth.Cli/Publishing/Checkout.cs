using Hearth.Cli.Output;

namespace Hearth.Cli.Publishing;

/// <summary>A checkout of the sources.</summary>
/// <param name="Root">Its folder.</param>
sealed record Checkout(string Root)
{
    /// <summary>What goes along with the programs.</summary>
    static readonly string[] Documents = ["LICENSE", "NOTICE", "README.md", "CONTRIBUTING.md", "docs"];

    /// <summary>The checkout that a program was built in, in one of the folders above it.</summary>
    internal static Checkout Above(string programFolder)
    {
        for (var folder = new DirectoryInfo(programFolder); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hearth.slnx")))
                return new(folder.FullName);
        }

        throw new CliException(
            ExitCode.RequestFailed, $"The sources of Hearth are not there: no folder above {programFolder} holds Hearth.slnx.", "a program that was built in a checkout.",
            "Run ./hearth publish in a checkout; a folder that was published can be copied as it is.");
    }

    internal string At(string path) => Path.Combine(Root, path);

    /// <summary>Copies licence, notices and documents.</summary>
    internal void CopyDocuments(string folder)
    {
        foreach (var name in Documents)
            Files.Copy(At(name), Path.Combine(folder, name));
    }
}
