using Hearth.Inference.ResponseParsing;
using Hearth.Inference.Sampling;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Inference.Scheduling;

/// <summary>From the tokens of one answer to what they say: whole characters, up to a stop text, split into content, reasoning and calls.</summary>
sealed class AnswerText(PreparedPrompt prompt, TokenDecoder decoder, StopMatcher stop, ulong seed)
{
    IResponseParser _parser = prompt.Parser;
    int _calls;

    /// <summary>True where what comes next is content, and not reasoning or a header.</summary>
    internal bool IsInContent => _parser.IsInContent;

    /// <summary>The stop text that ended the answer, or null.</summary>
    internal PrivateText? StopText => PrivateText.OrNull(stop.Found);

    /// <summary>The name of a call that the answer ended in, or null.</summary>
    internal string? IncompleteCall => _parser.IncompleteCall;

    /// <summary>Takes the next token and returns the characters that can no longer be part of a stop text.</summary>
    internal string Read(int token) => stop.Append(decoder.Append(token, prompt.VisibleTokens.Contains(token)));

    /// <summary>What characters say.</summary>
    /// <param name="characters">From <see cref="Read"/>.</param>
    /// <param name="token">The token that brought them.</param>
    /// <param name="isLast">True: the answer ends here, and nothing is held back.</param>
    internal Delta Say(string characters, int token, bool isLast)
    {
        if (isLast)
            characters += stop.Append(decoder.Flush()) + stop.Flush();
        var piece = _parser.Append(characters, isLast);
        _calls += piece.Calls.Count;
        return new(piece.Text, [token], [])
        {
            Reasoning = piece.Reasoning,
            ToolCalls = piece.Calls.Count == 0 ? [] : [.. piece.Calls.Select((c, i) => new ToolCall(c.Id ?? NewId(_calls - i), c.Name, c.Arguments))],
        };
    }

    /// <summary>From here on all is what the constraint asks for, whatever it looks like.</summary>
    /// <param name="begun">What was said of it already.</param>
    /// <returns>That, with what was held back.</returns>
    internal string BeginConstrained(string begun)
    {
        begun = (begun + _parser.Append("", isLast: true).Text).TrimStart();
        _parser = prompt.ContentParser;
        return begun;
    }

    /// <summary>Content that was said before it was known to be some.</summary>
    internal string SayBegun(string begun) => _parser.Append(begun, isLast: false).Text;

    /// <summary>Why the answer ended, with regard to its calls: one that is cut off makes the answer as useless as a limit does.</summary>
    internal FinishReason Explain(FinishReason reason) => reason switch
    {
        FinishReason.EndOfText or FinishReason.Stop when IncompleteCall is not null => FinishReason.IncompleteToolCall,
        FinishReason.EndOfText or FinishReason.Stop when _calls > 0 => FinishReason.ToolCalls,
        _ => reason,
    };

    /// <summary>Nine letters and digits, which is what Mistral's templates ask for; the same in the same answer.</summary>
    string NewId(int number)
    {
        const string alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        var (x0, x1, _, _) = Philox.Block(unchecked(((uint)number, (uint)prompt.Tokens.Length, 0u, 1u)), (unchecked((uint)seed), (uint)(seed >> 32)));
        var bits = ((ulong)x0 << 32) | x1;
        return string.Create(9, bits, (id, rest) =>
        {
            for (var i = 0; i < id.Length; i++, rest /= (ulong)alphabet.Length)
                id[i] = alphabet[(int)(rest % (ulong)alphabet.Length)];
        });
    }
}
