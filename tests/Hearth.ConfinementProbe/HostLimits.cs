using System.Text.Json;
using Hearth.Confinement;
using Hearth.Probe.Native;

namespace Hearth.ConfinementProbe;

/// <summary>A host with limits of its own, none of which is the worker's.</summary>
static unsafe class HostLimits
{
    const int Core = 4, OpenFiles = 7, MessageQueues = 12;

    /// <summary>As asked, it may have fewer files than a worker may: then only root could give the worker its limit, for it is a higher one.</summary>
    internal static int Run(string[] args)
    {
        Set(Core, 4096);
        Set(MessageQueues, 4096);
        Set(OpenFiles, args is ["lower"] ? 200UL : 300UL);
        var result = new Dictionary<string, string>();
        try
        {
            using var worker = Self.Start(confine: true);
            foreach (var name in (string[])["core file size", "open files", "msgqueue size"])
            {
                result[$"host {name}"] = Read("self", name);
                result[$"worker {name}"] = Read($"{worker.Id}", name);
            }
        }
        catch (ConfinementException e)
        {
            result["refused"] = e.Message;
        }

        result["children_left"] = $"{Exhausted.Children()}";
        Console.WriteLine(JsonSerializer.Serialize(result, Results.Default.DictionaryStringString));
        return 0;
    }

    static void Set(int resource, ulong value)
    {
        var both = stackalloc ulong[] { value, value };
        _ = LibC.Limit(0, resource, both, null);
    }

    /// <summary>Soft and hard, as the kernel tells them.</summary>
    static string Read(string process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/limits").First(l => l.StartsWith($"Max {name} ", StringComparison.Ordinal));
        return string.Join(' ', line[$"Max {name}".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]);
    }
}
