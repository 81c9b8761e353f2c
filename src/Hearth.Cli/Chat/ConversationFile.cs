using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hearth.Cli.Output;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Cli.Chat;

/// <summary>A conversation as a JSON file that only its owner may read. ConversationFileTests freezes the layout.</summary>
static class ConversationFile
{
    const string Format = "hearth-conversation";
    internal const int MaxBytes = 64 << 20;

    static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it with mode 0600. A file that is no conversation is not replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="conversation">What was said.</param>
    /// <param name="confined">Whether the worker that answers is confined.</param>
    internal static async Task SaveAsync(string path, Conversation conversation, bool confined)
    {
        if (File.Exists(path) && !IsConversation(path))
            throw new CliException(ExitCode.RequestFailed, $"The file {path} exists and is no saved conversation.", "a new name, or a conversation that was saved before.", "Choose another name.");
        await using var file = new OutputFile(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using (var writer = new Utf8JsonWriter(file.Stream, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteNumber("version", 1);
            Write(writer, conversation);
            writer.WriteBoolean("confined", confined);
            writer.WriteEndObject();
        }

        file.Commit();
    }

    /// <summary>The members <c>system</c> and <c>messages</c>.</summary>
    internal static void Write(Utf8JsonWriter writer, Conversation conversation)
    {
        writer.WriteString("system", conversation.System?.Reveal());
        writer.WriteObjects("messages", conversation.Messages, message =>
        {
            writer.WriteString("role", message.Role);
            writer.WriteString("content", message.Content.Reveal());
        });
    }

    /// <summary>Takes a saved conversation into this one, which stays as it is where the file's bytes are none.</summary>
    internal static void Load(string path, byte[] bytes, Conversation conversation)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.GetProperty("format").GetString() != Format || root.GetProperty("version").GetInt32() != 1)
                throw NoConversation(path);
            var messages = root.GetProperty("messages").EnumerateArray().Select(Message).ToList();
            conversation.System = PrivateText.OrNull(root.GetProperty("system").GetString());
            conversation.Replace(messages);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // Without the parser's words, which may quote the file.
            throw NoConversation(path);
        }
    }

    static ChatMessage Message(JsonElement element)
        => element.GetProperty("role").GetString() is "user" or "assistant" && element.GetProperty("content").GetString() is { } content
            ? new(element.GetProperty("role").GetString()!, content)
            : throw new FormatException();

    static bool IsConversation(string path)
    {
        using var file = File.OpenRead(path);
        var beginning = new byte[64];
        var count = file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(beginning, 0, count).Contains($"\"{Format}\"", StringComparison.Ordinal);
    }

    static CliException NoConversation(string path)
        => new(ExitCode.RequestFailed, $"The file {path} is no saved conversation.", "a file that /save wrote.", "Check the name; the present conversation is unchanged.");
}
