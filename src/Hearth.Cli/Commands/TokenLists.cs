using System.Text.Json;
using Hearth.Cli.Output;

namespace Hearth.Cli.Commands;

/// <summary>A file of token ids: one JSON array of whole numbers, or an array of such arrays.</summary>
static class TokenLists
{
    const int MaxBytes = 64 << 20;

    /// <summary>One list, or several.</summary>
    internal static async Task<List<List<int>>> ReadAsync(string path, CancellationToken cancellationToken) => Parse(await BytesAsync(path, cancellationToken), path);

    /// <summary>One list.</summary>
    internal static async Task<List<int>> ReadOneAsync(string path, CancellationToken cancellationToken) => ParseOne(await BytesAsync(path, cancellationToken), path);

    internal static List<List<int>> Parse(byte[] json, string path)
        => Parse<List<List<int>>>(json, path, root => root.GetArrayLength() > 0 && root[0].ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray().Select(Ids)] : [Ids(root)]);

    internal static List<int> ParseOne(byte[] json, string path) => Parse(json, path, Ids);

    static List<int> Ids(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt32())];

    static Task<byte[]> BytesAsync(string path, CancellationToken cancellationToken) => BoundedFile.ReadInputAsync(path, "The file of token ids", MaxBytes, cancellationToken);

    static T Parse<T>(byte[] json, string path, Func<JsonElement, T> read)
    {
        try
        {
            // Some editors begin a file with a mark of the byte order.
            using var document = JsonDocument.Parse(json.AsMemory(json.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0), new() { MaxDepth = 3 });
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new CliException(ExitCode.RequestFailed, $"The file {path} holds no list of token ids.", "a JSON array of whole numbers, such as [504, 3575, 282].", "'hearth tokenize --json' shows ids.", e);
        }
    }
}
