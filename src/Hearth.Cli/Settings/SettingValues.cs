using Hearth.Cli.Output;

namespace Hearth.Cli.Settings;

/// <summary>Where a value came from, the strongest last.</summary>
enum SettingSource
{
    Default,
    ConfigurationFile,
    ModelDefault,
    Environment,
    Option,
}

/// <summary>The values of one call: options override the environment, which overrides the model's defaults, the configuration file and the general defaults.</summary>
sealed class SettingValues(
    Func<Setting, IReadOnlyList<string>?> options, Func<string, string?> environment, IReadOnlyDictionary<string, IReadOnlyList<string>> configuration)
{
    readonly HashSet<Setting> _withdrawn = [];
    IReadOnlyDictionary<string, IReadOnlyList<string>> _ofModel = new Dictionary<string, IReadOnlyList<string>>();
    string _model = "";

    /// <summary>From now on the defaults of a model hold where no option and no variable says otherwise.</summary>
    internal void UseModel(string name, IReadOnlyDictionary<string, IReadOnlyList<string>> defaults)
    {
        _model = name;
        _ofModel = defaults;
        Check(SettingTable.PerModel);
    }

    /// <summary>From now on the option does not hold any more.</summary>
    internal void Withdraw(Setting setting) => _withdrawn.Add(setting);

    /// <summary>Refuses what is not of its setting's form, before anything is done.</summary>
    internal void Check(IEnumerable<Setting> settings)
    {
        foreach (var setting in settings)
        {
            if (Find(setting) is ({ } texts, var source) && !setting.Accepts(texts))
                throw Refuse(setting, texts, source);
        }
    }

    /// <summary>The value; a text that is not of the setting's form is refused, with the place it came from.</summary>
    internal T Get<T>(Setting<T> setting)
    {
        var (texts, source) = Find(setting);
        return texts is null ? setting.Fallback : setting.Form.Read(texts, out var value) ? value : throw Refuse(setting, texts, source);
    }

    /// <summary>What is set, as it was written, and by what; null where the default holds.</summary>
    internal (IReadOnlyList<string>? Texts, SettingSource Source) Find(Setting setting)
    {
        if (options(setting) is { } option && !_withdrawn.Contains(setting))
            return (option, SettingSource.Option);
        if (!setting.Lasting)
            return (null, SettingSource.Default);
        if (environment(setting.Variable) is { Length: > 0 } variable)
            return ([variable], SettingSource.Environment);
        if (_ofModel.TryGetValue(setting.Name, out var defaults))
            return (defaults, SettingSource.ModelDefault);
        return configuration.TryGetValue(setting.Name, out var lines) ? (lines, SettingSource.ConfigurationFile) : (null, SettingSource.Default);
    }

    CliException Refuse(Setting setting, IReadOnlyList<string> texts, SettingSource source)
    {
        var place = source switch
        {
            SettingSource.Option => setting.Option,
            SettingSource.Environment => $"The environment variable {setting.Variable}",
            SettingSource.ModelDefault => $"The default {setting.Name} of the model {_model}",
            _ => $"The key \"{setting.Name}\" of the configuration file",
        };
        return new(ExitCode.Usage, $"{place} has the value '{string.Join("', '", texts)}'.", $"{setting.Expected}.", "Correct the value; 'hearth status' shows where each one comes from.");
    }
}
