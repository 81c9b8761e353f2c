using System.Text.Json;
using Hearth.Cli.Output;
using Hearth.Requests;

namespace Hearth.Cli.Commands;

/// <summary>A file with a JSON object on every line that holds a text: <c>{"text": "…"}</c>. Empty lines are passed over, other members too.</summary>
static class TextLines
{
    const int MaxBytes = 1 << 30;

    internal static async Task<List<PrivateText>> ReadAsync(string path, CancellationToken cancellationToken)
        => Parse(await BoundedFile.ReadInputAsync(path, "The file of texts", MaxBytes, cancellationToken), path);

    internal static List<PrivateText> Parse(byte[] bytes, string path)
    {
        var texts = new List<PrivateText>();
        // A mark of the byte order, which some editors write, is no part of the first line.
        var (line, rest) = (0, bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0));
        while (!rest.IsEmpty)
        {
            line++;
            var end = rest.Span.IndexOf((byte)'\n');
            var content = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!content.Span.Trim(" \t\r"u8).IsEmpty)
                texts.Add(Text(content, path, line));
        }

        return texts.Count > 0
            ? texts
            : throw new CliException(ExitCode.RequestFailed, $"The file {path} holds no text.", "at least one line such as {\"text\": \"…\"}.", "Give another file.");
    }

    static PrivateText Text(ReadOnlyMemory<byte> content, string path, int line)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("text", out var text) && text.GetString() is { } value)
                return value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Said below, without the parser's words: it is somebody's text.
        }

        throw new CliException(ExitCode.RequestFailed, $"Line {line} of {path} holds no text.", "a JSON object such as {\"text\": \"…\"}.", "Correct the line.");
    }
}
