using System.Text;
using Hearth.Formats.Gguf;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Fuzz.Targets;

/// <summary>
/// Reads the tokenizer of a GGUF file and encodes a text with it: two bytes with the length of the text, the text, the file. What is read must keep what
/// tokenizers promise.
/// </summary>
static class TokenizerTarget
{
    const int LongestText = 2000;
    const char Marker = '\uFDD0';

    internal static void Run(ReadOnlySpan<byte> input)
    {
        var utf8 = ScratchFile.TakePiece(ref input);
        // The marker stands in no text, as its contract says.
        var text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, LongestText)]).Replace(Marker.ToString(), "", StringComparison.Ordinal);
        if (Open(ScratchFile.Holding(input)) is { } tokenizer)
            Check(tokenizer, text);
    }

    static Tokenizer? Open(SafeFileHandle handle)
    {
        try
        {
            using var file = GgufFile.Open(handle);
            return Tokenizer.Create(file);
        }
        catch (InvalidDataException)
        {
            return null;
        }
        catch (EngineException e) when (e.Code is FailureCode.InvalidModel or FailureCode.UnsupportedModel)
        {
            return null;
        }
    }

    static void Check(Tokenizer tokenizer, string text)
    {
        var plain = Encode(tokenizer, text, parseSpecial: false);
        FuzzFinding.Unless(!plain.Exists(id => tokenizer.Special.IsControl(id) && !tokenizer.Special.IsUnknown(id)), "plain text makes no control token");
        var parsed = Encode(tokenizer, text, parseSpecial: true);
        FuzzFinding.Unless(Streamed(tokenizer, parsed) == tokenizer.Decode(parsed), "tokens one by one are the text of all");
        var typed = Encode(tokenizer, tokenizer.Protect(text, Marker), parseSpecial: true, Marker);
        FuzzFinding.Unless(!typed.Exists(id => tokenizer.Special.IsControl(id) && !tokenizer.Special.IsUnknown(id)), "what users type is text");
        tokenizer.EncodeWhole(text, parseSpecial: true, limit: 16, out _);
    }

    static List<int> Encode(Tokenizer tokenizer, string text, bool parseSpecial, char? marker = null)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, parseSpecial, ids, marker);
        FuzzFinding.Unless(ids.TrueForAll(id => id >= 0 && id < tokenizer.VocabularySize), "ids are those of the vocabulary");
        return ids;
    }

    static string Streamed(Tokenizer tokenizer, List<int> ids)
    {
        var (decoder, text) = (tokenizer.NewDecoder(), new StringBuilder());
        foreach (var id in ids)
            text.Append(decoder.Append(id, showControl: true));
        return text.Append(decoder.Flush()).ToString();
    }
}
