using System.IO.Pipes;
using Hearth.Workers.Client;

namespace Hearth.Workers.Verification;

/// <summary>What the attempts aim at on the host's side: a folder with files as a user has them, a model file, and a descriptor that is left open for children.</summary>
sealed class Scene : IDisposable
{
    static readonly string[] Files = ["secret.txt", "truncate-me", "remove-me", "rename-me"];

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hearth-verify-");
    readonly AnonymousPipeServerStream _leak = new(PipeDirection.Out, HandleInheritability.Inheritable);

    internal Scene()
    {
        Prepare();
        Model = ModelHandles.Open([In("model")], []);
    }

    internal string Folder => _folder.FullName;

    /// <summary>The name of a socket that has no path.</summary>
    internal string AbstractName { get; } = $"hearth-verify-{Guid.NewGuid():N}";

    /// <summary>Owned; descriptor 4 of the probes.</summary>
    internal ModelHandles Model { get; }

    /// <summary>A descriptor that children inherit unless somebody closes it, and what it leads to.</summary>
    internal (int Number, string Name) Leaked
    {
        get
        {
            var number = (int)_leak.ClientSafePipeHandle.DangerousGetHandle();
            return (number, new FileInfo($"/proc/self/fd/{number}").LinkTarget ?? "");
        }
    }

    /// <summary>As it was before anybody attempted anything.</summary>
    internal void Prepare()
    {
        // The model file stays the same one, since it is open; the listener is not ours.
        foreach (var entry in _folder.EnumerateFileSystemInfos().Where(entry => entry.Name is not ("model" or "listener")))
            entry.Delete();
        foreach (var name in Files)
            File.WriteAllText(In(name), "secret");
        File.WriteAllText(In("model"), "model");
        File.CreateSymbolicLink(In("link"), In("secret.txt"));
    }

    public void Dispose()
    {
        Model.Dispose();
        _leak.Dispose();
        _folder.Delete(recursive: true);
    }

    string In(string name) => Path.Combine(Folder, name);
}
