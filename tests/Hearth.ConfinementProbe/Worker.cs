using System.Text;
using System.Text.Json;
using Hearth.Confinement;

namespace Hearth.ConfinementProbe;

/// <summary>Plays the model worker: answers the commands of its host over the link, one per line, each with one line.</summary>
static class Worker
{
    const int GetDumpable = 3;

    /// <summary>Never leaves the main thread, so that what is probed there is probed there.</summary>
    internal static int Run(string[] args)
    {
        if (!args.Contains("--unconfined"))
        {
            SelfConfinement.DenyExecute();
            // An undumpable process can't be looked at from outside by its own user.
            if (!args.Contains("--dumpable"))
                SelfConfinement.DenyDumps();
        }

        using var link = SelfConfinement.OpenLink();
        using var reader = new StreamReader(link, Encoding.UTF8, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (words[0] == "exit")
                return int.Parse(words[1], null);
            link.Write(Encoding.UTF8.GetBytes(Answer(words) + "\n"));
        }

        return 0;
    }

    static string Answer(string[] words) => words[0] switch
    {
        "hello" => "hello",
        "file" => Read(int.Parse(words[1], null)),
        "probe" => JsonSerializer.Serialize(Probe(Targets.From(words[1..])), Results.Default.DictionaryStringString),
        "socket" => LibC.Opened(LibC.Socket(int.Parse(words[1], null), 1, 0)),
        "sockets" => Repeat(int.Parse(words[1], null)),
        "thread" => ThreadKinds.OnThread(() => $"{LibC.ThreadId()} {LibC.Opened(LibC.Socket(10, 1, 0))}"),
        "dumpable" => $"{LibC.Control(GetDumpable)}",
        "folder" => Environment.CurrentDirectory,
        "threads" => string.Join(' ', ThreadKinds.AllAsync(() => 1).GetAwaiter().GetResult().Keys),
        _ => Crashes.Run(words[0]),
    };

    static Dictionary<string, string> Probe(Targets targets)
    {
        if (Environment.CurrentManagedThreadId != 1)
            throw new InvalidOperationException("This isn't the main thread.");
        var results = new Dictionary<string, string>();
        foreach (var (kind, quick) in ThreadKinds.AllAsync(() => EscapeProbes.Quick(targets)).GetAwaiter().GetResult())
            Add(kind, quick);
        Add("main", EscapeProbes.All(targets));
        return results;

        void Add(string kind, Dictionary<string, string> from)
        {
            foreach (var (name, outcome) in from)
                results[$"{kind}: {name}"] = outcome;
        }
    }

    static string Repeat(int count)
    {
        for (var i = 0; i < count; i++)
            _ = LibC.Socket(2, 1, 0);
        return $"{count}";
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
