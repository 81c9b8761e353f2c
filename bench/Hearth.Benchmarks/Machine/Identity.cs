using System.Security.Cryptography;

namespace Hearth.Benchmarks.Machine;

/// <summary>A short name for the exact content of some files: samples of different builds are never mixed.</summary>
static class Identity
{
    internal static string OfFiles(IEnumerable<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths.Order(StringComparer.Ordinal))
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
