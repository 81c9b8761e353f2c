using System.Text;
using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>The signs of JSON, with the white space that may stand around them.</summary>
static class Punctuation
{
    static readonly Dictionary<string, Literals> Signs = new string[] { "{", "}", "[", "]", ",", ":" }
        .ToDictionary(s => s, s => new Literals([Encoding.UTF8.GetBytes(s)], isShared: true));

    internal static readonly Literals Null = Words("null"), Booleans = Words("true", "false");

    internal static Node Space(Node next) => new Lexeme(WhiteSpace.Instance, next);

    internal static Node Sign(string sign, Node next) => new Lexeme(Signs[sign], next);

    static Literals Words(params string[] words) => new([.. words.Select(w => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(w))], isShared: true);
}
