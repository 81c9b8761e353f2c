using System.Text;
using Hearth.Requests;

namespace Hearth.Inference.Tokenizers;

/// <summary>Turns the tokens of one answer into text, whole characters only.</summary>
/// <remarks>
/// A token may end inside a character: its bytes wait until the character is complete. Bytes that can never be part of one become U+FFFD, one for each
/// maximal part of a character (Unicode 16, section 3.9; so do browsers and .NET).
/// </remarks>
/// <param name="vocabulary">The tokens.</param>
/// <param name="marksSpaces">True: normal tokens write a space as ▁.</param>
/// <param name="addsSpace">True: what follows a special token begins with a space that is not in the text, and that is left out.</param>
/// <param name="begins">True: the first token begins a text, or follows a special token.</param>
sealed class TokenDecoder(Vocabulary vocabulary, bool marksSpaces, bool addsSpace, bool begins)
{
    readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    bool _dropsSpace = addsSpace && begins;

    /// <summary>Takes the next token and returns the characters that it completes.</summary>
    /// <param name="token">Its id.</param>
    /// <param name="showControl">True: control tokens are shown as their text; false: they are invisible.</param>
    /// <exception cref="EngineException"><see cref="FailureCode.InvalidRequest"/>: the id is outside the vocabulary.</exception>
    internal string Append(int token, bool showControl)
    {
        if (token < 0 || token >= vocabulary.Count)
        {
            throw new EngineException(
                FailureCode.InvalidRequest, $"Token {token} is not in the vocabulary.", $"a token from 0 to {vocabulary.Count - 1}", "Use the ids of this model.");
        }

        if (vocabulary.IsSpecial(token))
        {
            _dropsSpace = addsSpace;
            return vocabulary.IsControl(token) && !showControl ? "" : Text(vocabulary.Bytes(token), flush: false);
        }

        var text = Text(vocabulary.Bytes(token), flush: false);
        if (marksSpaces && vocabulary.Type(token) == TokenType.Normal)
            text = text.Replace(SpaceMark.Character, ' ');
        if (text.Length == 0 || !_dropsSpace)
            return text;
        _dropsSpace = false;
        return text[0] == ' ' ? text[1..] : text;
    }

    /// <summary>The end: an incomplete character becomes U+FFFD.</summary>
    internal string Flush() => Text([], flush: true);

    string Text(ReadOnlySpan<byte> bytes, bool flush)
    {
        var count = _utf8.GetCharCount(bytes, flush);
        if (count == 0 && !flush)
        {
            // Still to be kept by the decoder.
            _utf8.GetChars(bytes, [], flush);
            return "";
        }

        var chars = count <= 256 ? stackalloc char[count] : new char[count];
        _utf8.GetChars(bytes, chars, flush);
        return new(chars);
    }
}
