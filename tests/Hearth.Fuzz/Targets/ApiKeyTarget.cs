using System.Text;
using Hearth.Storage.Access;

namespace Hearth.Fuzz.Targets;

/// <summary>Reads the input as the text of an API key, and makes a key of it as if it were random bytes.</summary>
static class ApiKeyTarget
{
    internal static void Run(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (KeyText.Judge(text) is KeyForm.Sound)
            FuzzFinding.Unless(text.Length == KeyText.Length && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'), "a sound key is of known characters");
        FuzzFinding.Unless(!KeyText.Shown(text).Contains("hearth_0", StringComparison.OrdinalIgnoreCase), "a key is not repeated");
        if (input.IsEmpty)
            return;

        var bytes = input.ToArray();
        var key = KeyText.Create(count => [.. Enumerable.Range(0, count).Select(i => bytes[i % bytes.Length])]);
        FuzzFinding.Unless(KeyText.Judge(key) is KeyForm.Sound && KeyText.IdOf(key).Length == KeyText.IdLength, "a key that was made is sound");
        var (at, other) = (bytes[0] % key.Length, (char)bytes[^1]);
        FuzzFinding.Unless(key[at] == other || KeyText.Judge($"{key[..at]}{other}{key[(at + 1)..]}") is not KeyForm.Sound, "a slip of one character is told");
    }
}
