using Hearth.Requests;
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
        foreach (var tool in chat.Tools)
            wire.Message(3, tool, ToolMessages.Write);
        wire.Count(4, (int)chat.ToolChoice);
        wire.OptionalText(5, chat.RequiredTool);
    }

    static void Write(WireWriter wire, ChatMessage message)
    {
        wire.Text(1, message.Role);
        wire.Text(2, message.Content);
        wire.OptionalText(3, message.Reasoning);
        foreach (var call in message.ToolCalls)
            wire.Message(4, call, ToolMessages.Write);
        wire.OptionalText(5, message.ToolCallId);
        wire.OptionalText(6, message.ToolName);
    }

    internal static void Write(WireWriter wire, TextPrompt text)
    {
        wire.Text(1, text.Text);
        wire.Flag(2, text.ParseSpecial);
    }

    internal static void Write(WireWriter wire, TokenPrompt tokens) => wire.SignedNumbers(1, tokens.Tokens);

    internal static ChatPrompt ReadChat(ReadOnlySpan<byte> body)
    {
        var (messages, options, tools, choice, calls) = (new List<ChatMessage>(), (PrivateText?)null, new List<ToolDefinition>(), ToolChoice.Auto, 0);
        string? required = null;
        var wire = new WireReader("ChatPrompt", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1 when messages.Count < Limits.Messages && calls <= Limits.Messages:
                    messages.Add(ReadMessage(wire.RepeatedMessage()));
                    calls += messages[^1].ToolCalls.Count;
                    break;
                case 1: throw wire.Violation($"there are more than {Limits.Messages} messages, or calls in them");
                case 2: options = wire.Text(); break;
                case 3 when tools.Count < Limits.Tools: tools.Add(ToolMessages.ReadTool(wire.RepeatedMessage())); break;
                case 3: throw wire.Violation($"there are more than {Limits.Tools} tools");
                case 4: choice = (ToolChoice)wire.Count((int)ToolChoice.Required); break;
                case 5: required = wire.Text(); break;
                default: throw wire.Unknown();
            }
        }

        return new(messages, options) { Tools = tools.Count == 0 ? (IReadOnlyList<ToolDefinition>)[] : tools, ToolChoice = choice, RequiredTool = required };
    }

    static ChatMessage ReadMessage(ReadOnlySpan<byte> body)
    {
        var (message, calls) = (new ChatMessage("", ""), new List<ToolCall>());
        var wire = new WireReader("ChatMessage", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: message = message with { Role = wire.Text() }; break;
                case 2: message = message with { Content = wire.Text() }; break;
                case 3: message = message with { Reasoning = wire.Text() }; break;
                case 4: ToolMessages.AddCall(ref wire, calls); break;
                case 5: message = message with { ToolCallId = wire.Text() }; break;
                case 6: message = message with { ToolName = wire.Text() }; break;
                default: throw wire.Unknown();
            }
        }

        return calls.Count == 0 ? message : message with { ToolCalls = calls };
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
