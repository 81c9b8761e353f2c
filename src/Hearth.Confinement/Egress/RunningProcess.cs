namespace Hearth.Confinement.Egress;

/// <summary>A process of this machine, by what everybody may see of it.</summary>
/// <param name="Id">Its number, which is given again after its end.</param>
/// <param name="StartTime">In ticks of the clock since the machine started; with the number it names the process for good.</param>
/// <param name="Parent">The process that started it.</param>
/// <param name="User">The user whose rights it has.</param>
/// <param name="Program">
/// The file name of its program as its command line says it, without <c>dotnet</c> before a library and <c>.dll</c> behind it. A process can write what it likes
/// there. The rest of the command line isn't kept, since a prompt may stand in it.
/// </param>
public sealed record RunningProcess(int Id, long StartTime, int Parent, long User, string Program)
{
    /// <summary>All that can be seen; what ends meanwhile is left out.</summary>
    public static IReadOnlyList<RunningProcess> All() => [.. (ProcFile.Numbers("/proc") ?? []).Select(Find).OfType<RunningProcess>()];

    /// <summary>The process with a number; null where there is none.</summary>
    public static RunningProcess? Find(int id)
        => ProcFile.Read(id, "stat") is { } stat && ProcessStat.Parse(stat) is { } who
            && ProcFile.Read(id, "status") is { } status && EffectiveUser(status) is { } user
            ? new(id, who.StartTime, who.Parent, user, ProgramOf(ProcFile.Read(id, "cmdline") ?? ""))
            : null;

    /// <summary>The second of the four numbers behind <c>Uid:</c>.</summary>
    internal static long? EffectiveUser(string status)
    {
        foreach (var line in status.Split('\n'))
        {
            if (line.StartsWith("Uid:", StringComparison.Ordinal))
                return line.Split('\t') is [_, _, var effective, ..] ? ProcFile.Number($"Uid:{effective}", "Uid") : null;
        }

        return null;
    }

    /// <summary>From a command line, whose words end with zeros, to the name.</summary>
    internal static string ProgramOf(string commandLine)
    {
        var words = commandLine.Split('\0', 4);
        var name = FileName(words[0]);
        if (name != "dotnet")
            return name;
        var library = words.Skip(1).FirstOrDefault(word => word != "exec") ?? "";
        return library.EndsWith(".dll", StringComparison.Ordinal) ? FileName(library)[..^".dll".Length] : name;
    }

    static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
