using Hearth.Cli.Output;
using Hearth.Cli.Publishing;

namespace Hearth.Cli;

/// <summary>The folders of the XDG base directory specification, and what Hearth keeps in them.</summary>
sealed class Folders(Func<string, string?> environment, string programFolder)
{
    const string ShippedModel = "models/SmolLM2-135M-Instruct/SmolLM2-135M-Instruct.Q4_1.gguf";

    /// <summary>The configuration file, whether it exists or not.</summary>
    internal string ConfigurationFile => Path.Combine(Base("XDG_CONFIG_HOME", ".config"), "hearth", "config.json");

    /// <summary>Where a user's own data may lie, models among them.</summary>
    internal string Data => Path.Combine(Base("XDG_DATA_HOME", ".local/share"), "hearth");

    /// <summary>Where the list of models and the copies of model files lie.</summary>
    internal string Models => Path.Combine(Data, "models");

    /// <summary>Where accounts and keys lie; nobody else may look into it.</summary>
    internal string Storage => Path.Combine(Data, "storage");

    /// <summary>Where the certificate lies that the server makes itself.</summary>
    internal string Tls => Path.Combine(Data, "tls");

    /// <summary>The folder of the models that ship; null where there is none.</summary>
    internal string? ShippedModels => TryFindShippedModel() is { } path ? Path.GetDirectoryName(Path.GetDirectoryName(path)) : null;

    /// <summary>The model that ships: in the checkout above the program, or in a share folder.</summary>
    internal string FindShippedModel()
        => TryFindShippedModel()
            ?? throw new CliException(ExitCode.Model, "The model that ships with Hearth is not there.", $"{ShippedModel} above {programFolder} or in {Data}.", "Name a model with --model FILE.");

    string? TryFindShippedModel()
    {
        for (var folder = new DirectoryInfo(programFolder); folder is not null; folder = folder.Parent)
        {
            if (IsThere(folder.FullName) is { } inCheckout)
                return inCheckout;
        }

        return ((string[])[Data, "/usr/local/share/hearth", "/usr/share/hearth"]).Select(IsThere).FirstOrDefault(path => path is not null);
    }

    /// <summary>A path as people write it: no shell has replaced the ~ in a chat or in the configuration file.</summary>
    internal string Resolve(string typed) => typed.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(environment("HOME") ?? "/", typed[2..]) : typed;

    static string? IsThere(string folder)
    {
        // The link stands for the file that it names, whose name is shown and which may have further parts beside it.
        var chosen = new FileInfo(Path.Combine(folder, PublishedFolder.DefaultModel));
        if (chosen.LinkTarget is not null && chosen.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true } file)
            return file.FullName;
        return Path.Combine(folder, ShippedModel) is var path && File.Exists(path) ? path : null;
    }

    // The specification: a relative path in these variables is to be ignored.
    string Base(string variable, string underHome)
        => environment(variable) is { } set && Path.IsPathRooted(set) ? set : Path.Combine(environment("HOME") ?? "/", underHome);
}
