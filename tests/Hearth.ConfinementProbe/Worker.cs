using System.Text;
using System.Text.Json;
using Hearth.Confinement;

namespace Hearth.ConfinementProbe;

/// <summary>Plays the model worker: answers the commands of its host over the link, one per line, each with one line.</summary>
static class Worker
{
    internal static async Task<int> RunAsync(string[] args)
    {
        var restricted = !args.Contains("--unconfined");
        if (restricted)
        {
            SelfConfinement.DenyExecute();
            // An undumpable process can't be looked at from outside by its own user.
            if (!args.Contains("--dumpable"))
                SelfConfinement.DenyDumps();
        }

        using var link = SelfConfinement.OpenLink();
        using var reader = new StreamReader(link, Encoding.UTF8, leaveOpen: true);
        while (await reader.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            if (words[0] == "exit")
                return int.Parse(words[1], null);
            await link.WriteAsync(Encoding.UTF8.GetBytes(await AnswerAsync(words) + "\n"));
        }

        return 0;
    }

    static async Task<string> AnswerAsync(string[] words) => words[0] switch
    {
        "hello" => "hello",
        "file" => Read(int.Parse(words[1], null)),
        "probe" => JsonSerializer.Serialize(await ProbeAsync(Targets.From(words[1..]))),
        "folder" => Environment.CurrentDirectory,
        "threads" => string.Join(' ', (await ThreadKinds.AllAsync(() => 1)).Keys),
        _ => Crashes.Run(words[0]),
    };

    static async Task<Dictionary<string, string>> ProbeAsync(Targets targets)
    {
        var results = new Dictionary<string, string>();
        foreach (var (kind, quick) in await ThreadKinds.AllAsync(() => EscapeProbes.Quick(targets)))
            Add(kind, quick);
        Add("main", EscapeProbes.All(targets));
        return results;

        void Add(string kind, Dictionary<string, string> from)
        {
            foreach (var (name, outcome) in from)
                results[$"{kind}: {name}"] = outcome;
        }
    }

    static string Read(int index)
    {
        try
        {
            using var file = SelfConfinement.OpenDescriptor(index);
            var buffer = new byte[1024];
            return Encoding.UTF8.GetString(buffer, 0, RandomAccess.Read(file, buffer, 0));
        }
        catch (ConfinementException e)
        {
            return e.Message;
        }
    }
}
