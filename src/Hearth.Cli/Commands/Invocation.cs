using System.Text.Json;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;
using Hearth.Models;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Storage;

namespace Hearth.Cli.Commands;

/// <summary>One call of a command: its values, its argument and the world around it.</summary>
sealed class Invocation(Host host, SettingValues values, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
{
    /// <summary>Not for --quiet to hide.</summary>
    const string Unconfined = "WARNING: --unconfined: the worker can open every file and every connection that you can. What it answers is recorded as unconfined.\n";

    ModelStore? _models;
    IReadOnlyList<AdapterChoice> _adapters = [];

    internal Host Host => host;

    internal Terminal Terminal => host.Terminal;

    internal SettingValues Values => values;

    internal string? Argument => arguments.Count == 0 ? null : arguments[0];

    internal IReadOnlyList<string> Arguments => arguments;

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

    /// <summary>The models of this machine.</summary>
    internal ModelStore Models => _models ??= new(Folders.Models, Folders.ShippedModels is { } folder ? BuiltInModels.In(folder) : []);

    /// <summary>Opens the accounts and keys of this machine; whoever opens them closes them.</summary>
    internal Database OpenStorage() => Database.Open(Folders.Storage, host.Clock);

    /// <summary>The model that was named, or the one that ships, with the adapters that are set beside its own; see <see cref="Use"/>.</summary>
    /// <param name="named">A path or a name; null takes --model.</param>
    internal ChosenModel ChooseModel(string? named = null) => Choose(ChosenModel.Find(this, named ?? Get(SettingTable.Model)));

    /// <summary>The same for a model of the list.</summary>
    internal ChosenModel ChooseModel(ModelEntry entry) => Choose(ChosenModel.Of(this, entry));

    ChosenModel Choose(ChosenModel model)
    {
        Use(model);
        return model with { Adapters = [.. model.Adapters, .. Get(SettingTable.Lora).Select(adapter => (adapter with { Path = Folders.Resolve(adapter.Path) }).Checked())] };
    }

    /// <summary>From now on the defaults of this model hold where nothing stronger is set.</summary>
    internal void Use(ChosenModel model) => values.UseModel(model.Name, model.Entry?.Defaults ?? new Dictionary<string, IReadOnlyList<string>>());

    /// <summary>Opens a model with its adapters in a worker of its own, to be loaded.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inlineReplies">Whether readers of its answers never block.</param>
    internal Task<IModelFile> OpenAsync(ChosenModel model, bool inlineReplies = false)
    {
        _adapters = model.Adapters;
        return OpenAsync(model.Paths, [.. model.Adapters.Select(adapter => adapter.Path)], inlineReplies);
    }

    /// <summary>Opens the files of a model in a worker of its own, to look at them; none for a worker without a model.</summary>
    internal Task<IModelFile> OpenAsync(IReadOnlyList<string> paths) => OpenAsync(paths, []);

    Task<IModelFile> OpenAsync(IReadOnlyList<string> paths, IReadOnlyList<string> adapters, bool inlineReplies = false)
    {
        var unconfined = Get(SettingTable.Unconfined);
        if (unconfined)
            Terminal.WriteError(Unconfined);
        return host.OpenModel(new(paths, adapters, unconfined, host.Alarms) { InlineReplies = inlineReplies }, cancellationToken);
    }

    /// <summary>For commands that say what a model takes without loading it: they open no adapters.</summary>
    internal void NoteAdapters(ChosenModel model)
    {
        if (model.Adapters.Count > 0)
            Note($"What its adapters take comes on top, 4 bytes for each of their numbers: {string.Join(", ", model.Adapters)}.");
    }

    /// <summary>
    /// What a worker answered, as one JSON object, which also records with which adapters, where there are any, whether the worker was confined and how often it was denied something.
    /// </summary>
    internal void WriteResult(Action<Utf8JsonWriter> members) => Terminal.WriteJson(writer =>
    {
        members(writer);
        if (_adapters.Count > 0)
            writer.WriteObjects("adapters", _adapters, adapter => adapter.Write(writer));
        writer.WriteBoolean("confined", !Get(SettingTable.Unconfined));
        writer.WriteNumber("denied_calls", host.Alarms.Count);
    });

    /// <summary>How the settings want a model to be loaded.</summary>
    internal LoadOptions LoadOptions(ChosenModel model)
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
            Adapters = [.. model.Adapters.Select(adapter => new AdapterUse(Path.GetFileName(adapter.Path), adapter.Scale))],
        };
    }

    /// <summary>Loads the weights, with a bar where it takes a while.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">Its open files.</param>
    /// <param name="adapt">What the command needs otherwise; null where the settings are right.</param>
    internal async Task<IEngine> LoadAsync(ChosenModel model, IModelFile file, Func<LoadOptions, LoadOptions>? adapt = null)
    {
        using var progress = Progress("loading the model");
        return await file.LoadAsync(adapt?.Invoke(LoadOptions(model)) ?? LoadOptions(model), progress, cancellationToken);
    }
}
