using System.Security.Cryptography;

namespace Hearth.Tests.Models.Support;

/// <summary>A cache as <c>huggingface_hub</c> writes it: snapshots of links to blobs.</summary>
static class HubLayout
{
    /// <summary>Puts a file into a snapshot; the blob is the file itself, or a copy of the bytes. Returns the path in the snapshot.</summary>
    internal static string Add(string hub, string repository, string commit, string name, byte[]? bytes, string? file = null)
    {
        var folder = Path.Combine(hub, $"models--{repository.Replace("/", "--")}");
        var snapshot = Path.Combine(folder, "snapshots", commit, name);
        Directory.CreateDirectory(Path.GetDirectoryName(snapshot)!);
        Directory.CreateDirectory(Path.Combine(folder, "blobs"));
        using var stream = bytes is null ? File.OpenRead(file!) : (Stream)new MemoryStream(bytes);
        var blob = Path.Combine(folder, "blobs", Convert.ToHexStringLower(SHA256.HashData(stream)));
        if (bytes is not null)
            File.WriteAllBytes(blob, bytes);
        else if (!Path.Exists(blob))
            File.CreateSymbolicLink(blob, file!);
        File.CreateSymbolicLink(snapshot, Path.GetRelativePath(Path.GetDirectoryName(snapshot)!, blob));
        return snapshot;
    }

    /// <summary>Says which commit is the present one.</summary>
    internal static void Present(string hub, string repository, string commit)
    {
        var refs = Path.Combine(hub, $"models--{repository.Replace("/", "--")}", "refs");
        Directory.CreateDirectory(refs);
        File.WriteAllText(Path.Combine(refs, "main"), commit);
    }
}
