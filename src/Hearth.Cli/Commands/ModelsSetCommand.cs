using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;
using Hearth.Models;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth models set</c>: what holds for one model unless an option says otherwise.</summary>
static class ModelsSetCommand
{
    const string LicenceKey = "licence", Accepted = "accepted";

    internal static readonly Command Command = new("models set", "sets defaults of a model: system message, adapters, sampling, context", RunAsync)
    {
        Argument = "NAME KEY=VALUE…",
        ArgumentHelp = "the model, then settings by the names of their options; KEY= removes one",
        ArgumentIsModel = true,
        ManyArguments = true,
        Details = "The keys are: " + string.Join(", ", SettingTable.PerModel.Select(setting => setting.Name)).Replace("repetition-penalty, ", "repetition-penalty,\n")
            + ".\nA key that is given several times has several values (stop, logit-bias, lora). licence=accepted accepts the licence.",
        Groups = [],
        Examples =
        [
            ("a cooler head and a role", "hearth models set llama3.2:1b temperature=0.2 system=\"You are a patient teacher.\""),
            ("a longer context, and no role any more", "hearth models set llama3.2:1b context=16384 system="),
            ("always with an adapter", "hearth models set llama3.2:1b lora=style.gguf:0.5"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        if (call.Arguments.Count < 2)
            throw new CliException(ExitCode.Usage, call.Argument is null ? "No model is named." : "Nothing is set.", "a model and settings, such as llama3.2:1b temperature=0.2.", "'hearth models set --help' has examples.");
        var pairs = call.Arguments.Skip(1).Select(Split).GroupBy(pair => pair.Key, pair => pair.Value).ToDictionary(group => group.Key, group => group.ToList());
        foreach (var (key, values) in pairs)
            Check(key, values);
        foreach (var key in pairs.Keys.Where(key => ModelDefaults.Find(key) is { NamesFile: true }))
            pairs[key] = pairs[key].ConvertAll(value => value.Length == 0 ? value : Path.GetFullPath(call.Folders.Resolve(value)));

        var changed = await call.Models.ChangeAsync(call.Arguments[0], model => Apply(model, pairs), call.CancellationToken);
        if (call.Json)
        {
            call.Terminal.WriteJson(writer => ModelJson.Write(writer, call.Models, changed));
        }
        else
        {
            call.Terminal.Write($"{changed.Name}\n");
            foreach (var line in ModelDefaults.Describe(changed).DefaultIfEmpty("no defaults of its own"))
                call.Terminal.Write($"  {TerminalText.Clean(line)}\n");
        }

        return ExitCode.Ok;
    }

    static (string Key, string Value) Split(string word)
        => word.IndexOf('=') is > 0 and var at
            ? (word[..at], word[(at + 1)..])
            : throw new CliException(ExitCode.Usage, $"'{word}' sets nothing.", "KEY=VALUE, such as temperature=0.2; KEY= removes a default.", "'hearth models set --help' lists the keys.");

    static void Check(string key, List<string> values)
    {
        if (key == LicenceKey && values is [Accepted])
            return;
        var setting = ModelDefaults.Find(key)
            ?? throw new CliException(ExitCode.Usage, $"There is no setting {key} of a model.", $"one of {string.Join(", ", SettingTable.PerModel.Select(s => s.Name))}; or licence=accepted.", "'hearth models set --help' explains them.");
        if (values is not [""] && !setting.Accepts(values))
            throw new CliException(ExitCode.Usage, $"{key} has the value '{string.Join("', '", values)}'.", $"{setting.Expected}.", "Correct the value; KEY= removes a default.");
    }

    static ModelEntry Apply(ModelEntry model, Dictionary<string, List<string>> pairs)
    {
        var defaults = model.Defaults.ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (var (key, values) in pairs.Where(pair => pair.Key != LicenceKey))
        {
            if (values is [""])
                defaults.Remove(key);
            else
                defaults[key] = values;
        }

        return model with { Defaults = defaults, LicenceAccepted = model.LicenceAccepted || pairs.ContainsKey(LicenceKey) };
    }
}
