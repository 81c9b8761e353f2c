using Hearth.Cli.Output;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Cli.Chat;

/// <summary>A summary of a conversation by the model itself; of more than fits at once, the summaries of its halves.</summary>
static class Summary
{
    const string Request = "Summarise our conversation so far in a few sentences. Keep names, numbers, decisions and open questions.";

    /// <summary>Characters below which a message is not worth dividing.</summary>
    const int Short = 200;

    /// <summary>The summary; null where the user stopped it.</summary>
    /// <param name="messages">Messages of user and model in turn.</param>
    /// <param name="ask">Lets the model answer messages; says whether the user stopped it.</param>
    internal static async Task<PrivateText?> OfAsync(IReadOnlyList<ChatMessage> messages, Func<List<ChatMessage>, Task<(Answer Answer, bool Stopped)>> ask)
    {
        try
        {
            var (answer, stopped) = await ask([.. messages, new("user", Request)]);
            return stopped ? null : (PrivateText?)answer.Text;
        }
        catch (EngineException e) when (e.Code == FailureCode.ContextOverflow)
        {
            if (Halves(messages) is not var (first, second))
            {
                throw new CliException(
                    ExitCode.RequestFailed, "The context is too small to summarise this conversation, even in parts.", "a longer context.",
                    "/save keeps the conversation; /load takes it up again in a chat with a larger --context.", e);
            }

            return await OfAsync(first, ask) is { } one && await OfAsync(second, ask) is { } two ? (PrivateText?)$"{one.Reveal()}\n{two.Reveal()}" : null;
        }
    }

    /// <summary>Two shorter conversations with the same content, or null where that is impossible.</summary>
    static (IReadOnlyList<ChatMessage> First, IReadOnlyList<ChatMessage> Second)? Halves(IReadOnlyList<ChatMessage> messages)
    {
        // Halves begin with a message of the user: templates want turns that alternate.
        var half = messages.Count / 4 * 2;
        if (half > 0)
            return ([.. messages.Take(half)], [.. messages.Skip(half)]);
        return messages.Any(m => m.Content.Length > Short)
            ? ([.. messages.Select(m => Part(m, text => text[..Middle(text)]))], [.. messages.Select(m => Part(m, text => text[Start(text)..]))])
            : null;
    }

    static ChatMessage Part(ChatMessage message, Func<string, string> part) => message with { Content = part(message.Content.Reveal()) };

    // What is short stands in both halves.
    static int Middle(string text) => text.Length <= Short ? text.Length : Start(text);

    static int Start(string text)
    {
        var middle = text.Length / 2;
        return text.Length <= Short ? 0 : char.IsLowSurrogate(text[middle]) ? middle + 1 : middle;
    }
}
