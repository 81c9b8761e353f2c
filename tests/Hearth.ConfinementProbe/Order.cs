using System.Text;
using System.Text.Json;
using Hearth.Confinement;

namespace Hearth.ConfinementProbe;

/// <summary>Hands over many files whose numbers lie among those that they get in the worker, with free numbers between them, in reverse.</summary>
static class Order
{
    const int Count = 150, FirstDestination = 4;

    internal static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("hearth-order-");
        try
        {
            var files = Enumerable.Range(0, 2 * Count).Select(i =>
            {
                var path = Path.Combine(folder.FullName, $"{i}");
                File.WriteAllText(path, $"content {i}");
                return File.OpenHandle(path);
            }).ToArray();
            var numbers = files.Select(f => (int)f.DangerousGetHandle()).ToArray();
            for (var i = 1; i < files.Length; i += 2)
                files[i].Dispose();
            var kept = Enumerable.Range(0, Count).Select(i => 2 * i).Reverse().ToArray();

            using var worker = ConfinedProcess.Start(Self.Options(confine: true) with { Descriptors = [.. kept.Select(i => files[i])] });
            using var reader = new StreamReader(worker.Link, Encoding.UTF8, leaveOpen: true);
            var arrived = 0;
            for (var i = 0; i < Count; i++)
            {
                await worker.Link.WriteAsync(Encoding.UTF8.GetBytes($"file {i}\n"));
                arrived += await reader.ReadLineAsync() == $"content {kept[i]}" ? 1 : 0;
            }

            Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, int>
            {
                ["arrived_in_order"] = arrived,
                ["sources_among_destinations"] = Enumerable.Range(0, files.Length).Count(i => i % 2 == 0 && numbers[i] < FirstDestination + Count),
                ["holes_among_destinations"] = Enumerable.Range(0, files.Length).Count(i => i % 2 == 1 && numbers[i] < FirstDestination + Count),
            }, Results.Default.DictionaryStringInt32));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
