using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;
using Hearth.Requests;
using Hearth.Requests.Models;

namespace Hearth.Cli.Commands;

/// <summary>One call of a command: its values, its argument and the world around it.</summary>
sealed class Invocation(Host host, SettingValues values, string? argument, CancellationToken cancellationToken)
{
    internal Host Host => host;

    internal Terminal Terminal => host.Terminal;

    internal SettingValues Values => values;

    internal string? Argument => argument;

    internal CancellationToken CancellationToken => cancellationToken;

    internal bool Json => Get(SettingTable.Json);

    internal Folders Folders { get; } = new(host.Environment, host.ProgramFolder);

    internal T Get<T>(Setting<T> setting) => values.Get(setting);

    /// <summary>A line for people on standard error; nothing with <c>--quiet</c>.</summary>
    internal void Note(string line)
    {
        if (!Get(SettingTable.Quiet))
            Terminal.WriteError($"{TerminalText.Clean(line)}\n");
    }

    /// <summary>A bar on standard error, where it is wanted and there is a terminal.</summary>
    internal ProgressBar Progress(string label) => new(Terminal, !Get(SettingTable.Quiet), label, host.Clock);

    /// <summary>The path of the model: the one that was named, or the one that ships.</summary>
    internal string ModelPath(string? named = null)
    {
        var path = (named ?? Get(SettingTable.Model)) is { } typed ? Folders.Resolve(typed) : Folders.FindShippedModel();
        if (Directory.Exists(path))
            throw new CliException(ExitCode.Model, $"{path} is a folder.", "a GGUF file.", "Name the file in it.");
        return File.Exists(path)
            ? path
            : throw new CliException(ExitCode.Model, $"There is no file {path}.", "a GGUF file.", "Check the path; without --model the model that ships with Hearth is taken.");
    }

    /// <summary>Opens the model in a worker of its own.</summary>
    internal Task<IModelFile> OpenModelAsync(string? named = null)
        => host.OpenModel(new(SplitFiles.Of(ModelPath(named)), Get(SettingTable.Unconfined)), cancellationToken);

    /// <summary>How the settings want the model to be loaded.</summary>
    internal LoadOptions LoadOptions()
    {
        var threads = Get(SettingTable.Threads);
        var decodeThreads = Get(SettingTable.DecodeThreads);
        var activations = Get(SettingTable.Activations);

        // Activations in single precision are for comparing with references, so the cache does not round either unless that is asked for.
        var kv = activations == ActivationType.Float && values.Find(SettingTable.Kv).Texts is null ? KvType.F32 : Get(SettingTable.Kv);
        return new()
        {
            ContextLength = Get(SettingTable.Context),
            KvType = kv,
            Activations = activations,
            PrefillThreads = threads,
            DecodeThreads = decodeThreads == 0 ? threads : decodeThreads,
            InstructionSet = Get(SettingTable.Isa),
        };
    }

    /// <summary>Loads the weights, with a bar where it takes a while.</summary>
    internal async Task<IEngine> LoadAsync(IModelFile model)
    {
        using var progress = Progress("loading the model");
        return await model.LoadAsync(LoadOptions(), progress, cancellationToken);
    }
}
