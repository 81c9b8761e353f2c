using System.Text;
using System.Text.Json;
using Hearth.Confinement;

namespace Hearth.ConfinementProbe;

/// <summary>A host that can't wait for descriptors any more once its worker runs: its tripwire and its link lose their poll(2).</summary>
static class NoPoll
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5), Patience = TimeSpan.FromMinutes(1);

    internal static int Run()
    {
        using var worker = Self.Start(confine: true);
        var result = new Dictionary<string, string> { ["before"] = Ask(worker, "socket 2"), ["tripwire"] = worker.DeniedCount is null ? "none" : "armed" };
        OtherKernel.Lose("no-poll");
        // Where the tripwire waits again already, it hears of one more call; then its wait fails.
        result["next"] = Ask(worker, "socket 2");
        result["afterwards"] = Ask(worker, "socket 2");
        result["counted"] = $"{worker.DeniedCount}";
        result["link"] = Wait(worker);
        worker.Kill();
        result["end"] = worker.WaitForExitAsync().GetAwaiter().GetResult().ToString();
        Console.WriteLine(JsonSerializer.Serialize(result, Results.Default.DictionaryStringString));
        return 0;
    }

    /// <summary>What a reader is told who has to wait.</summary>
    static string Wait(ConfinedProcess worker)
    {
        try
        {
            return $"{worker.Link.Read(new byte[1])} bytes";
        }
        catch (Exception e)
        {
            return e.GetType().Name;
        }
    }

    /// <summary>One command, one answer, without a wait that could fail.</summary>
    static string Ask(ConfinedProcess worker, string command)
    {
        worker.Link.Write(Encoding.UTF8.GetBytes(command + "\n"));
        var (answer, one, start) = (new StringBuilder(), new byte[1], TimeProvider.System.GetTimestamp());
        while (TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            try
            {
                if (worker.Link.Read(one) == 0)
                    return "the end";
                if (one[0] == '\n')
                    return answer.ToString();
                answer.Append((char)one[0]);
            }
            catch (Exception e) when (e is IOException or ConfinementException)
            {
                Thread.Sleep(Pause);
            }
        }

        return "no answer";
    }
}
