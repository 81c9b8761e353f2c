using System.Runtime.InteropServices;
using System.Text;
using Hearth.Confinement;
using Hearth.Probe.Native;
using Hearth.Probe.Threads;

namespace Hearth.ConfinementProbe;

/// <summary>Plays the model worker: answers the commands of its host over the link, one per line, each with one line.</summary>
static class Worker
{
    const int GetDumpable = 3;

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
        "socket" => Socket(int.Parse(words[1], null)),
        "sockets" => Repeat(int.Parse(words[1], null)),
        "thread" => OnThread(),
        "dumpable" => $"{LibC.Control(GetDumpable)}",
        "folder" => Environment.CurrentDirectory,
        "threads" => Threads(),
        _ => Crashes.Run(words[0]),
    };

    /// <summary>Has every kind of thread run; the names of those that did.</summary>
    static string Threads()
    {
        var ran = new List<string>();
        foreach (var (kind, run) in ThreadKinds.Others)
            run(() => ran.Add(kind));
        return string.Join(' ', ran);
    }

    static string Socket(int family)
    {
        const int notPermitted = 1, noSystemCall = 38;
        return LibC.Socket(family, 1, 0) < 0 ? Marshal.GetLastPInvokeError() switch { notPermitted => "EPERM", noSystemCall => "ENOSYS", _ => "another error" } : "a socket";
    }

    static string OnThread()
    {
        var told = "";
        ThreadKinds.OnThread(() => told = $"{LibC.ThreadId()} {Socket(10)}");
        return told;
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
