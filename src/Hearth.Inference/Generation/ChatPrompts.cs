using System.Buffers;
using System.Text.Json;
using Hearth.Inference.ChatTemplates;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Inference.Generation;

/// <summary>From prompts to token ids. What users typed never becomes a control token.</summary>
/// <remarks>
/// A chat template mixes its own control tokens with the texts of the messages. Where a message contains the name of a control token, a marker
/// character that occurs nowhere else is put inside it before rendering; the tokenizer finds control tokens with the markers in place and removes
/// them before the rest is tokenized.
/// </remarks>
sealed class ChatPrompts(Tokenizer tokenizer, string? templateSource, TimeProvider clock)
{
    readonly Lazy<ChatTemplate?> _template = new(() => templateSource is null ? null : Parse(templateSource));

    /// <exception cref="EngineException">The prompt is empty, names a token that does not exist, or its template refuses it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while the template was rendered.</exception>
    internal int[] Tokenize(Prompt prompt, CancellationToken cancellationToken)
    {
        var tokens = new List<int>();
        switch (prompt)
        {
            case TokenPrompt p:
                tokens.AddRange(p.Tokens);
                break;
            case TextPrompt p:
                if (tokenizer.Special is { AddBos: true, Bos: { } begin })
                    tokens.Add(begin);
                tokenizer.Encode(p.Text, p.ParseSpecial, tokens);
                break;
            case ChatPrompt p:
                EncodeChat(p, tokens, cancellationToken);
                break;
        }

        foreach (var token in tokens)
        {
            if (token < 0 || token >= tokenizer.VocabularySize)
                throw new EngineException(FailureCode.InvalidRequest, $"Token {token} does not exist.", $"0 to {tokenizer.VocabularySize - 1}", "Tokenize the text with this model.");
        }

        return tokens.Count > 0
            ? [.. tokens]
            : throw new EngineException(FailureCode.InvalidRequest, "The prompt has no tokens.", "at least one", "Give a text that is not empty.");
    }

    internal static ChatTemplate Parse(string source)
    {
        try
        {
            return ChatTemplate.Parse(source);
        }
        catch (ChatTemplateException e)
        {
            throw Explain(e);
        }
    }

    internal static EngineException Explain(ChatTemplateException e)
        => new(FailureCode.Template, e.Message, "", e.IsRaisedByTemplate ? "Change the messages as the template says." : "Use another template, or report this one.", e);

    void EncodeChat(ChatPrompt prompt, List<int> tokens, CancellationToken cancellationToken)
    {
        var template = _template.Value ?? throw new EngineException(
            FailureCode.Template, "The model file has no chat template.", "tokenizer.chat_template in the file", "Give a raw prompt, or a model made for chat.");
        var marker = PrivateCharacters.UnusedIn([.. prompt.Messages.SelectMany(m => (string[])[m.Content, m.Role])]);
        using var context = Context(prompt, marker);
        try
        {
            tokenizer.Encode(template.Render(context.RootElement, clock.GetLocalNow().DateTime, cancellationToken), parseSpecial: true, tokens, marker);
        }
        catch (ChatTemplateException e)
        {
            throw Explain(e);
        }
    }

    JsonDocument Context(ChatPrompt prompt, char marker)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (prompt.OptionsJson is { } options)
                CopyOptions(options, json);
            json.WriteStartArray("messages");
            foreach (var message in prompt.Messages)
            {
                json.WriteStartObject();
                json.WriteString("role", tokenizer.Protect(message.Role, marker));
                json.WriteString("content", tokenizer.Protect(message.Content, marker));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("add_generation_prompt", true);
            json.WriteString("bos_token", Name(tokenizer.Special.Bos));
            json.WriteString("eos_token", Name(tokenizer.Special.EndOfText));
            json.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    static void CopyOptions(string options, Utf8JsonWriter json)
    {
        try
        {
            using var document = JsonDocument.Parse(options);
            foreach (var option in document.RootElement.EnumerateObject())
            {
                if (option.Name is not ("messages" or "add_generation_prompt" or "bos_token" or "eos_token"))
                    option.WriteTo(json);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new EngineException(FailureCode.InvalidRequest, "The template options are not a JSON object.", "an object such as {\"enable_thinking\": false}", "Correct them.", e);
        }
    }

    string Name(int? token) => token is { } id ? tokenizer.Decode([id]) : "";
}
