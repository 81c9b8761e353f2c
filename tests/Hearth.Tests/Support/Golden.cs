using System.Runtime.CompilerServices;

namespace Hearth.Tests.Support;

/// <summary>Compares text with a file that a reviewer can read.</summary>
static class Golden
{
    /// <summary>Compares; <c>GOLDEN=write</c> rewrites the file, except in CI.</summary>
    internal static void Matches(string actual, string name, [CallerFilePath] string test = "")
    {
        var path = Repository.At("tests", "Hearth.Tests", "Golden", Path.GetFileNameWithoutExtension(test), name);
        if (Environment.GetEnvironmentVariable("GOLDEN") == "write" && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"No golden file {path}. Run the tests once with GOLDEN=write and review it.");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
