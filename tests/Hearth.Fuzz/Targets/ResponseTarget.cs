using System.Text;
using System.Text.Json;
using Hearth.Inference.ResponseParsing;
using Hearth.Requests.Chat;

namespace Hearth.Fuzz.Targets;

/// <summary>
/// Parses the input as a model's answer, whole and in two pieces. The first byte chooses the family, the second whether the answer starts inside the
/// reasoning, the third where it is cut. What follows is short, since every character may begin a call anew.
/// </summary>
static class ResponseTarget
{
    const int Longest = 1024;

    static readonly OfferedTools Tools = new([new ToolDefinition("f", null, """{"properties": {"a": {"type": "integer"}, "b": {"type": ["array", "null"]}}}"""), new("g", null, "{}")]);

    internal static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 3)
            return;
        var format = ResponseFormats.All[input[0] % ResponseFormats.All.Count];
        var prompt = input[1] % 2 == 1 && format.Reasoning is { } tags ? tags.Open : "";
        var text = Encoding.UTF8.GetString(input[3..Math.Min(input.Length, Longest)]);
        var cut = Math.Min((int)input[2], text.Length);
        var whole = Parse(format.NewParser(Tools, prompt), [text]);
        var pieces = Parse(format.NewParser(Tools, prompt), [text[..cut], text[cut..]]);
        FuzzFinding.Unless(whole == pieces, "where an answer is cut does not matter");
    }

    static (string Text, string Reasoning, string Calls, string? Incomplete) Parse(IResponseParser parser, ReadOnlySpan<string> pieces)
    {
        var (text, reasoning, calls, length) = ("", "", "", 0);
        for (var i = 0; i < pieces.Length; i++)
        {
            var piece = parser.Append(pieces[i], isLast: i == pieces.Length - 1);
            (text, reasoning, length) = (text + piece.Text, reasoning + piece.Reasoning, length + pieces[i].Length);
            foreach (var call in piece.Calls)
            {
                FuzzFinding.Unless(IsObject(call.Arguments), "the arguments of a call are a JSON object");
                calls += $"{call.Name} {call.Arguments} {call.Id}\n";
            }
        }

        // A line break stands between two stretches of reasoning.
        FuzzFinding.Unless(text.Length + reasoning.Length <= length, "nothing is said that the model did not say");
        return (text, reasoning, calls, parser.IncompleteCall);
    }

    static bool IsObject(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = 128 });
            ReadTexts(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Throws where a text of the JSON is none.</summary>
    static void ReadTexts(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            _ = value.GetString();
        else if (value.ValueKind == JsonValueKind.Array)
            value.EnumerateArray().ToList().ForEach(ReadTexts);
        else if (value.ValueKind == JsonValueKind.Object)
            value.EnumerateObject().ToList().ForEach(property =>
            {
                _ = property.Name;
                ReadTexts(property.Value);
            });
    }
}
