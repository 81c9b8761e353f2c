using System.Text;
using System.Text.Json;
using Hearth.Confinement;
using Hearth.Probe.Native;

namespace Hearth.ConfinementProbe;

/// <summary>A host whose user may have only so many threads and processes, at every point of a start in turn.</summary>
/// <remarks>All on the main thread: where threads are scarce, so are those of the pool. The number of threads is limited per user: nothing else may run as this one.</remarks>
static unsafe class Scarce
{
    const int Threads = 6;

    internal static int Run()
    {
        Console.WriteLine();
        Console.Error.WriteLine();
        Hello(out _);
        var before = Churn.Descriptors();
        var (refused, ended, otherwise, answered) = (0, 0, 0, 0);
        foreach (var spare in Enumerable.Range(0, 60))
        {
            var reason = Attempt(spare);
            Console.Error.WriteLine($"{spare} to spare: {reason}");
            switch (reason)
            {
                case "answered": answered++; break;
                case ['r', 'e', 'f', ..]: refused++; break;
                case ['e', 'n', 'd', ..]: ended++; break;
                default: otherwise++; break;
            }

            if (reason == "answered")
                break;
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, int>
        {
            ["refused"] = refused,
            ["ended"] = ended,
            ["otherwise"] = otherwise,
            ["answered"] = answered,
            ["children_left"] = Exhausted.Children(),
            ["descriptors_left"] = Churn.Descriptors() - before,
            ["started_afterwards"] = Hello(out _) ? 1 : 0,
        }, Results.Default.DictionaryStringInt32));
        return 0;
    }

    static string Attempt(int spare)
    {
        var usual = stackalloc ulong[2];
        _ = LibC.Limit(0, Threads, null, usual);
        var used = Directory.GetDirectories("/proc/self/task").Length;
        var limited = stackalloc ulong[] { (ulong)(used + spare), usual[1] };
        _ = LibC.Limit(0, Threads, limited, null);
        try
        {
            return Hello(out var end) ? "answered" : $"ended: {end}";
        }
        catch (ConfinementException e)
        {
            return $"refused: {e.Message}";
        }
        catch (Exception e)
        {
            return e.ToString();
        }
        finally
        {
            _ = LibC.Limit(0, Threads, usual, null);
        }
    }

    static bool Hello(out string end)
    {
        using var worker = Self.Start(confine: true);
        var answer = new byte[16];
        var length = 0;
        try
        {
            worker.Link.Write("hello\n"u8);
            length = worker.Link.Read(answer);
        }
        catch (IOException)
        {
            // It has ended already.
        }

        end = length > 0 ? "" : worker.WaitForExitAsync().GetAwaiter().GetResult().ToString();
        return Encoding.UTF8.GetString(answer, 0, length) == "hello\n";
    }
}
