using Hearth.Requests.Chat;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>The three kinds of prompts: fields 2, 3 and 4 of Generate.</summary>
static class PromptMessages
{
    internal static void Write(WireWriter wire, Prompt prompt)
    {
        switch (prompt)
        {
            case ChatPrompt chat: wire.Message(2, chat, Write); break;
            case TextPrompt text: wire.Message(3, text, Write); break;
            case TokenPrompt tokens: wire.Message(4, tokens, Write); break;
            default: throw new ArgumentException($"{prompt} is no kind of prompt that travels.", nameof(prompt));
        }
    }

    static void Write(WireWriter wire, ChatPrompt chat)
    {
        foreach (var message in chat.Messages)
            wire.Message(1, message, Write);
        wire.OptionalText(2, chat.OptionsJson);
    }

    static void Write(WireWriter wire, ChatMessage message)
    {
        wire.Text(1, message.Role);
        wire.Text(2, message.Content);
    }

    internal static void Write(WireWriter wire, TextPrompt text)
    {
        wire.Text(1, text.Text);
        wire.Flag(2, text.ParseSpecial);
    }

    internal static void Write(WireWriter wire, TokenPrompt tokens) => wire.SignedNumbers(1, tokens.Tokens);

    internal static ChatPrompt ReadChat(ReadOnlySpan<byte> body)
    {
        var (messages, options) = (new List<ChatMessage>(), (string?)null);
        var wire = new WireReader("ChatPrompt", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1 when messages.Count < Limits.Messages: messages.Add(ReadMessage(wire.RepeatedMessage())); break;
                case 1: throw wire.Violation($"there are more than {Limits.Messages} messages");
                case 2: options = wire.Text(); break;
                default: throw wire.Unknown();
            }
        }

        return new(messages, options);
    }

    static ChatMessage ReadMessage(ReadOnlySpan<byte> body)
    {
        var (role, content) = ("", "");
        var wire = new WireReader("ChatMessage", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: role = wire.Text(); break;
                case 2: content = wire.Text(); break;
                default: throw wire.Unknown();
            }
        }

        return new(role, content);
    }

    internal static TextPrompt ReadText(ReadOnlySpan<byte> body)
    {
        var (text, parseSpecial) = ("", false);
        var wire = new WireReader("TextPrompt", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: text = wire.Text(); break;
                case 2: parseSpecial = wire.Flag(); break;
                default: throw wire.Unknown();
            }
        }

        return new(text, parseSpecial);
    }

    internal static TokenPrompt ReadTokens(ReadOnlySpan<byte> body)
    {
        int[] tokens = [];
        var wire = new WireReader("TokenPrompt", body);
        while (wire.Next())
            tokens = wire.Field == 1 ? wire.SignedNumbers(Frame.MaxBody) : throw wire.Unknown();
        return new(tokens);
    }
}
