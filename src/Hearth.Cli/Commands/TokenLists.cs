using System.Text.Json;
using Hearth.Cli.Output;

namespace Hearth.Cli.Commands;

/// <summary>A file of token ids: one JSON array of whole numbers, or an array of such arrays.</summary>
static class TokenLists
{
    const int MaxBytes = 64 << 20;

    /// <summary>One list, or several.</summary>
    internal static Task<List<List<int>>> ReadAsync(string path, CancellationToken cancellationToken) => ParseAsync<List<List<int>>>(
            path, root => root.GetArrayLength() > 0 && root[0].ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray().Select(Ids)] : [Ids(root)], cancellationToken);

    /// <summary>One list.</summary>
    internal static Task<List<int>> ReadOneAsync(string path, CancellationToken cancellationToken) => ParseAsync(path, Ids, cancellationToken);

    static List<int> Ids(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt32())];

    static async Task<T> ParseAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var bytes = await BoundedFile.ReadInputAsync(path, "The file of token ids", MaxBytes, cancellationToken);
        try
        {
            using var document = JsonDocument.Parse(bytes, new() { MaxDepth = 3 });
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new CliException(ExitCode.RequestFailed, $"The file {path} holds no list of token ids.", "a JSON array of whole numbers, such as [504, 3575, 282].", "'hearth tokenize --json' shows ids.", e);
        }
    }
}
