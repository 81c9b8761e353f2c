using Hearth.Inference.ChatTemplates;
using Hearth.Inference.Constraints;
using Hearth.Inference.ResponseParsing;
using Hearth.Inference.Scheduling;
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
    static readonly IReadOnlySet<int> NoTokens = new HashSet<int>();

    readonly Lazy<ChatTemplate?> _template = new(() => templateSource is null ? null : Parse(templateSource));
    readonly ChatContext _context = new(templateSource ?? "");
    readonly ResponseFormat _format = ResponseFormats.Choose(templateSource ?? "");
    readonly Lazy<IReadOnlySet<int>> _visible = new(() => tokenizer.ControlTokensIn(ResponseFormats.Choose(templateSource ?? "").Markers));

    /// <summary>Tokenizes a prompt and finds how its answer is to be understood.</summary>
    /// <exception cref="EngineException">The prompt is empty, names a token that does not exist, or its template refuses it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while the template was rendered.</exception>
    internal PreparedPrompt Prepare(Prompt prompt, CancellationToken cancellationToken)
    {
        var tokens = new List<int>();
        var prepared = new PreparedPrompt([], new PlainParser(), NoTokens);
        switch (prompt)
        {
            case TokenPrompt p:
                tokens.AddRange(p.Tokens);
                break;
            case TextPrompt p:
                if (tokenizer.Special is { AddBos: true, Bos: { } begin })
                    tokens.Add(begin);
                tokenizer.Encode(p.Text.Reveal(), p.ParseSpecial, tokens);
                break;
            case ChatPrompt p:
                prepared = EncodeChat(p, tokens, cancellationToken);
                break;
        }

        foreach (var token in tokens)
        {
            if (token < 0 || token >= tokenizer.VocabularySize)
                throw new EngineException(FailureCode.InvalidRequest, $"Token {token} does not exist.", $"0 to {tokenizer.VocabularySize - 1}", "Tokenize the text with this model.") { Part = RequestPart.Prompt };
        }

        return tokens.Count > 0
            ? prepared with { Tokens = [.. tokens], VisibleTokens = prepared.Parser is PlainParser ? NoTokens : _visible.Value }
            : throw new EngineException(FailureCode.InvalidRequest, "The prompt has no tokens.", "at least one", "Give a text that is not empty.") { Part = RequestPart.Prompt };
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
        => new(FailureCode.Template, e.Message, "", e.IsRaisedByTemplate ? "Change the messages as the template says." : "Use another template, or report this one.", e) { Words = e.Words, Part = RequestPart.Prompt };

    PreparedPrompt EncodeChat(ChatPrompt prompt, List<int> tokens, CancellationToken cancellationToken)
    {
        var template = _template.Value ?? throw new EngineException(
            FailureCode.Template, "The model file has no chat template.", "tokenizer.chat_template in the file", "Give a raw prompt, or a model made for chat.")
        {
            Part = RequestPart.Model,
        };
        var tools = Tools(prompt);
        var marker = UnusedCharacter(prompt);
        using var context = _context.Write(prompt, Name(tokenizer.Special.Bos), Name(tokenizer.Special.EndOfText), text => tokenizer.Protect(text, marker));
        try
        {
            var text = template.Render(context.RootElement, clock.GetLocalNow().DateTime, cancellationToken);
            tokenizer.Encode(text, parseSpecial: true, tokens, marker);
            return prompt.ToolChoice == ToolChoice.Required ? ForCall(prompt, tools, text, tokens) : new([], _format.NewParser(tools, text), NoTokens);
        }
        catch (ChatTemplateException e)
        {
            throw Explain(e);
        }
    }

    /// <summary>The answer is a call: reasoning is read as ever, and then nothing but the call.</summary>
    PreparedPrompt ForCall(ChatPrompt prompt, OfferedTools tools, string text, List<int> tokens)
    {
        var callable = prompt.RequiredTool is { } only ? [.. prompt.Tools.Where(t => t.Name == only)] : prompt.Tools;
        if (callable.Count == 0)
            throw new EngineException(FailureCode.InvalidRequest, "A call is demanded of a tool that is not offered.", "one of the tools of the request", "Offer it, or demand another.") { Part = RequestPart.ToolChoice };
        var parser = _format.NewParser(OfferedTools.None, text);
        // What the model has learnt to begin a call with makes it easier for it.
        if (parser.IsInContent)
            tokenizer.Encode(_format.CallOpening, parseSpecial: true, tokens);
        return new([], parser, NoTokens) { Call = CallGrammar.Of(callable), ContentParser = new RequiredCallParser(tools) };
    }

    OfferedTools Tools(ChatPrompt prompt)
    {
        if (prompt.Tools.Count == 0 && prompt.ToolChoice == ToolChoice.Required)
            throw new EngineException(FailureCode.InvalidRequest, "A call is demanded, and no tools are offered.", "at least one tool", "Offer it.") { Part = RequestPart.ToolChoice };
        if (prompt.Tools.Count == 0)
            return OfferedTools.None;
        var tools = new OfferedTools(prompt.Tools);
        if (prompt.ToolChoice == ToolChoice.None)
            return OfferedTools.None;
        if (!_context.TakesTools || !_format.HasCalls)
        {
            throw new EngineException(
                FailureCode.InvalidRequest, $"{prompt.Tools.Count} tools are offered, but the model's chat template {(_context.TakesTools ? "has calls of an unknown form" : "takes no tools")}.",
                "no tools", "Leave them out, or take a model made for tools.")
            {
                Part = RequestPart.Tools,
            };
        }

        return tools;
    }

    string Name(int? token) => token is { } id ? tokenizer.Decode([id]) : "";

    /// <summary>A character that the caller's texts do not hold; what is written as an escape in JSON is a text in the end.</summary>
    char UnusedCharacter(ChatPrompt prompt)
    {
        var used = new List<string>();
        using var texts = _context.Write(prompt, "", "", text =>
        {
            used.Add(text);
            return text;
        });
        return PrivateCharacters.UnusedIn([.. used]);
    }
}
