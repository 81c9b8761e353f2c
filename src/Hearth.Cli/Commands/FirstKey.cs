using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Storage;
using Hearth.Storage.Access;

namespace Hearth.Cli.Commands;

/// <summary>The key of whoever starts the server for the first time: shown once, or written into a file where standard output is kept somewhere, as a service's is.</summary>
static class FirstKey
{
    /// <summary>Who it belongs to.</summary>
    internal const string Owner = "owner";

    /// <summary>Makes it: its text, or the file that it was written into; neither where there are users already.</summary>
    internal static async Task<(string? Text, string? File)> MakeAsync(Invocation call, Database storage)
    {
        if ((await storage.Users.ListAsync(call.CancellationToken)).Count > 0)
            return (null, null);
        var path = call.Get(SettingTable.FirstKey) is { } named ? Path.GetFullPath(call.Folders.Resolve(named)) : null;
        var file = path is null ? null : Create(path);
        await using (file)
        {
            await storage.Users.AddAsync(Owner, new(), call.CancellationToken);
            var scopes = KeyScopes.Chat | KeyScopes.Read | KeyScopes.Admin | KeyScopes.Metrics;
            var (_, text) = await storage.Keys.AddAsync(Owner, new(scopes) { Label = "made by the first start of the server" }, call.CancellationToken);
            if (file is null)
                return (text.Reveal(), null);
            await file.WriteAsync($"{text.Reveal()}\n");
            return (null, path);
        }
    }

    /// <summary>For its owner only, and never over a file that is there.</summary>
    static StreamWriter Create(string path)
    {
        try
        {
            return new(new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.RequestFailed, $"The first key can't be written: {e.Message}", "a file that isn't there yet, in a folder that this user may write.", "Name another with --first-key.", e);
        }
    }
}
