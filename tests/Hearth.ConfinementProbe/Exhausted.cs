using System.Text;
using System.Text.Json;
using Hearth.Confinement;
using Hearth.Probe.Native;

namespace Hearth.ConfinementProbe;

/// <summary>A host that runs out of descriptors, at every point of a start in turn.</summary>
static class Exhausted
{
    const int OpenFileLimit = 7;

    internal static async Task<int> RunAsync()
    {
        Console.WriteLine();
        await HelloAsync();
        var before = Churn.Descriptors();
        var (refused, atThePipe, otherwise) = (0, 0, 0);
        for (var spare = 0; spare < 40; spare++)
        {
            try
            {
                using var limited = new Limit(spare);
                using var worker = Self.Start(confine: true);
                break;
            }
            catch (Exception e) when (e is ConfinementException or IOException)
            {
                refused++;
                atThePipe += e.Message.Contains("last words", StringComparison.Ordinal) ? 1 : 0;
            }
            catch (Exception e)
            {
                otherwise++;
                await Console.Error.WriteLineAsync($"{spare} to spare: {e}");
            }
        }

        Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, int>
        {
            ["refused"] = refused,
            ["refused_at_the_pipe"] = atThePipe,
            ["failed_otherwise"] = otherwise,
            ["children_left"] = Children(),
            ["descriptors_before"] = before,
            ["descriptors_after"] = Churn.Descriptors(),
            ["started_afterwards"] = await HelloAsync(),
        }, Results.Default.DictionaryStringInt32));
        return 0;
    }

    static async Task<int> HelloAsync()
    {
        using var worker = Self.Start(confine: true);
        await worker.Link.WriteAsync(Encoding.UTF8.GetBytes("hello\n"));
        using var reader = new StreamReader(worker.Link, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadLineAsync() == "hello" ? 1 : 0;
    }

    /// <summary>Processes whose parent this one is (field 4 of their stat).</summary>
    internal static int Children() => Directory.GetDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])).Count(d =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(d, "stat")).Split(')')[^1].Split(' ')[2] == $"{Environment.ProcessId}";
        }
        catch (IOException)
        {
            return false;
        }
    });

    /// <summary>Lets this process open only so many descriptors more, until it is disposed.</summary>
    sealed unsafe class Limit : IDisposable
    {
        readonly ulong[] _usual = new ulong[2];

        internal Limit(int spare)
        {
            // The limit is one above the highest number, and there may be holes below: they are spared too.
            var highest = Directory.GetFiles("/proc/self/fd").Max(f => int.Parse(Path.GetFileName(f), null));
            var holes = highest + 1 - Directory.GetFiles("/proc/self/fd").Length;
            fixed (ulong* usual = _usual)
            {
                _ = LibC.Limit(0, OpenFileLimit, null, usual);
                var limited = stackalloc ulong[] { (ulong)Math.Max(highest + 1 - holes + spare, 3), _usual[1] };
                _ = LibC.Limit(0, OpenFileLimit, limited, null);
            }
        }

        public void Dispose()
        {
            fixed (ulong* usual = _usual)
                _ = LibC.Limit(0, OpenFileLimit, usual, null);
        }
    }
}
