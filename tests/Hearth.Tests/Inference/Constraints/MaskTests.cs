using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hearth.Inference.Constraints;
using Hearth.Inference.Constraints.Schemas;
using Hearth.Requests;
using Hearth.Tests.Inference.Tokenizers;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Constraints;

/// <summary>A mask holds exactly the tokens whose bytes can be gone through one by one, however it was found.</summary>
public sealed class MaskTests(ITestOutputHelper output)
{
    /// <summary>Of the vocabulary of the schemas that people wrote, one token in so many; going through all of them byte by byte would take minutes.</summary>
    const int OneOf = 10;

    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What vocabularies have few of: ends and escapes of strings inside tokens, and characters of several bytes, also cut.</summary>
    static readonly byte[][] Strange =
    [
        .. new[] { "é\"", "a\",\"b", "日本\":", "\\n", "\\u", "\\u00", "\\u00e9", "\\ud83d", "\\ud83d\\ude00\"", "\\\"", "a\\", "日本語", "😀", "a😀b", "x\u2028", "é@", " /", "name\":", "nam\"", "-01-0", "T12", "1\"}" }.Select(Encoding.UTF8.GetBytes),
        [0xE2], [0xE2, 0x80], [0xE2, 0x80, 0xA8], [0x80, 0xA8], [0xA8, (byte)'"'], [(byte)'a', 0xF0], [0xF0, 0x9F], [0x9F, 0x98, 0x80], [0xED, 0x9F], [0xED, 0xA0], [0xC3], [0xA9],
    ];

    /// <summary>Schemas, each with a text along which the masks are compared.</summary>
    static readonly Dictionary<string, (string Schema, string Text)> Cases = new()
    {
        ["a pattern found anywhere"] = ("""{"type": "string", "pattern": "\\d{4}-\\d{2}"}""", "\"ab 2022-01x\""),
        ["a pattern that forbids some"] = ("""{"type": "string", "pattern": "^[^@^\\s]+@[^@^\\.^\\s]+(\\.[^@^\\.^\\s]*)*.gov.uk"}""", "\"user@example.gov.uk\""),
        ["a pattern that forbids ends of lines"] = ("""{"type": "string", "pattern": "^(.*)$"}""", "\"päth/日本\""),
        ["a pattern that forbids at the start"] = ("""{"type": "string", "pattern": "^[^/é]"}""", "\"日é/\""),
        ["a pattern that forbids one of several bytes"] = ("""{"type": "string", "pattern": "^[^日]+$"}""", "\"a本\""),
        ["a pattern that allows words"] = ("""{"type": "string", "pattern": "^[0-9a-zA-Z_-]{1,255}$"}""", "\"user_name-01\""),
        ["a short pattern"] = ("""{"type": "string", "pattern": "^[a-z0-9]{3,6}$"}""", "\"abc12\""),
        ["a pattern and a length"] = ("""{"type": "string", "pattern": "^.+$", "maxLength": 6}""", "\"ab日本\""),
        ["characters beyond the first 65,536"] = ("""{"type": "string", "pattern": "^😀+[x-z]?$"}""", "\"😀😀x\""),
        ["a least and a greatest length"] = ("""{"type": "string", "minLength": 2, "maxLength": 5}""", "\"日本é\\n\""),
        ["a least length"] = ("""{"type": "string", "minLength": 1}""", "\"a\""),
        ["a long length"] = ("""{"type": "string", "maxLength": 300}""", "\"abc\""),
        ["other members"] = ("""{"properties": {"name": {"type": "string"}, "nam": {"type": "number"}}, "additionalProperties": {"type": "integer"}}""", """{"name":"x","nam":1.5,"na":2, "other" : 3}"""),
        ["members by patterns"] = ("""{"properties": {"y": {"type": "boolean"}}, "patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": false}""", """{"y":true,"x-b":1}"""),
        ["alternatives"] = ("""{"anyOf": [{"enum": ["one", "two", 3]}, {"type": "string", "pattern": "^t"}, {"type": "string", "maxLength": 3}]}""", "\"two\""),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void It_is_what_the_definition_says(string name)
    {
        var (schema, text) = Cases[name];
        var vocabulary = Vocabulary(oneOf: 1);
        var (constraint, definition) = Begin(SchemaCompiler.Compile(JsonElement.Parse(schema)), vocabulary);
        AssertSame(constraint, definition, "");
        foreach (var (at, piece) in Pieces(text))
        {
            Assert.True(constraint.TryAdvance(piece), $"not '{Encoding.UTF8.GetString(piece)}' after {at} bytes of {text}");
            definition.Advance(piece);
            AssertSame(constraint, definition, $"after {at} bytes of {text}");
        }
    }

    [Fact]
    public void It_is_so_in_schemas_that_people_wrote()
    {
        var vocabulary = Vocabulary(OneOf);
        var random = new Random(7);
        var states = 0;
        foreach (var line in Directory.GetFiles(Repository.Shared("data", "json-schema", "real-world"), "*.jsonl").Order(StringComparer.Ordinal).SelectMany(File.ReadLines))
        {
            using var document = JsonDocument.Parse(line);
            if (TryCompile(document.RootElement.GetProperty("schema")) is not { } grammar
                || document.RootElement.GetProperty("tests").EnumerateArray().FirstOrDefault(t => t.GetProperty("valid").GetBoolean()) is not { ValueKind: JsonValueKind.Object } test)
            {
                continue;
            }

            var text = JsonSerializer.Serialize(test.GetProperty("data"), Plain);
            var (constraint, definition) = Begin(grammar, vocabulary);
            var pieces = Pieces(text);
            foreach (var (at, piece) in pieces)
            {
                if (random.Next(pieces.Count) < 4)
                {
                    states++;
                    AssertSame(constraint, definition, $"after {at} bytes of {document.RootElement.GetProperty("id")}");
                }

                if (!constraint.TryAdvance(piece))
                    break;
                definition.Advance(piece);
            }
        }

        output.WriteLine($"{states} states");
        Assert.InRange(states, 400, int.MaxValue);
    }

    [Fact]
    public void What_is_kept_for_an_answer_is_bounded()
    {
        // Each of its states has a mask of its own.
        const int states = 6000;
        var constraint = new Constraint(SchemaCompiler.Compile(JsonElement.Parse($$"""{"type": "string", "pattern": "^[^/]*$", "maxLength": {{states}}}""")), RealSchemaTests.Vocabulary);
        Assert.True(constraint.TryAdvance("\""u8));
        var most = 0L;
        for (var i = 0; i < states; i++)
        {
            constraint.Mask();
            most = Math.Max(most, constraint.KeptBytes);
            Assert.True(constraint.TryAdvance("a"u8));
        }

        Assert.InRange(most, Analyses.MostBytes / 2, Analyses.MostBytes);
    }

    static (Constraint Constraint, Definition Definition) Begin(Node grammar, ConstraintVocabulary vocabulary) => (new(grammar, vocabulary), new(grammar, vocabulary));

    static ConstraintVocabulary Vocabulary(int oneOf)
    {
        var tokenizer = Vocabularies.SmolLm2;
        var usual = Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TextBytes).Where((bytes, id) => id % oneOf == 0 || bytes.Length == 1 || bytes.Span.Contains((byte)'"')).ToList();
        return new([.. usual, .. Strange.Select(s => (ReadOnlyMemory<byte>)s)], []);
    }

    /// <summary>A text in the pieces in which a tokenizer writes it, and where each begins.</summary>
    static List<(int At, byte[] Piece)> Pieces(string text)
    {
        var pieces = new List<(int At, byte[] Piece)>();
        foreach (var token in Vocabularies.SmolLm2.Encode(text))
            pieces.Add((pieces.Count == 0 ? 0 : pieces[^1].At + pieces[^1].Piece.Length, Vocabularies.SmolLm2.TextBytes(token).ToArray()));
        return pieces;
    }

    static void AssertSame(Constraint constraint, Definition definition, string where)
    {
        var (found, expected) = (BlindWalk.Allowed(constraint), definition.Allowed());
        Assert.True(found.SequenceEqual(expected), $"{where}: too many {Say(found.Except(expected))}; too few {Say(expected.Except(found))}");

        string Say(IEnumerable<int> tokens) => string.Join(' ', tokens.Take(10).Select(t => Convert.ToHexString(definition.Bytes(t).Span)));
    }

    static Node? TryCompile(JsonElement schema)
    {
        try
        {
            return SchemaCompiler.Compile(schema);
        }
        catch (EngineException)
        {
            return null;
        }
    }

    /// <summary>The definition: each token's bytes one after the other; only what tokens begin with in common is gone through once.</summary>
    sealed class Definition(Node grammar, ConstraintVocabulary vocabulary)
    {
        static readonly Comparer<ReadOnlyMemory<byte>> ByBytes = Comparer<ReadOnlyMemory<byte>>.Create((a, b) => a.Span.SequenceCompareTo(b.Span));

        readonly Walker _walker = new();
        readonly int[] _order = [.. Enumerable.Range(0, vocabulary.Count).OrderBy(vocabulary.Bytes, ByBytes)];
        Places? _at;

        Places At => _at ??= _walker.Begin(grammar, null);

        internal ReadOnlyMemory<byte> Bytes(int token) => vocabulary.Bytes(token);

        internal void Advance(ReadOnlySpan<byte> bytes)
        {
            foreach (var next in bytes)
                _at = Step(At, next);
        }

        internal List<int> Allowed()
        {
            var (allowed, path, before) = (new List<int>(), new List<Places> { At }, ReadOnlyMemory<byte>.Empty);
            foreach (var token in _order)
            {
                var bytes = Bytes(token);
                var shared = Math.Min(before.Span.CommonPrefixLength(bytes.Span), path.Count - 1);
                path.RemoveRange(shared + 1, path.Count - shared - 1);
                while (path.Count <= bytes.Length && IsAlive(path[^1]))
                    path.Add(Step(path[^1], bytes.Span[path.Count - 1]));
                if (bytes.Length > 0 && path.Count == bytes.Length + 1 && IsAlive(path[^1]))
                    allowed.Add(token);
                before = bytes;
            }

            allowed.Sort();
            return allowed;
        }

        Places Step(Places places, byte next) => Walker.Step(_walker.Opened(places), next);

        static bool IsAlive(Places places) => places.All.Count > 0 || places.IsEnd;
    }
}
