using System.Text;
using System.Text.Json;
using Hearth.Inference.ResponseParsing;
using Hearth.Requests.Chat;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.ResponseParsing;

/// <summary>Parses answers and watches the rules of streaming while it does.</summary>
static class Responses
{
    /// <summary>The tools that every case of tests/data/tool-calls offers.</summary>
    internal static readonly OfferedTools Tools = new(
        [.. JsonElement.Parse(File.ReadAllText(Repository.At("tests", "data", "tool-calls", "tools.json"))).EnumerateArray()
            .Select(tool => new ToolDefinition(tool.GetProperty("name").GetString()!, null, tool.GetProperty("parameters").GetRawText()))]);

    internal static ResponseFormat Format(string name) => ResponseFormats.All.Single(f => f.Name == name);

    internal static IResponseParser Parser(string family, bool startsReasoning = false, OfferedTools? tools = null)
        => Format(family).NewParser(tools ?? Tools, startsReasoning ? Format(family).Reasoning!.Open : "assistant");

    /// <summary>Parses pieces; content is compared at both ends trimmed, as the data asks for.</summary>
    internal static ParsedResponse Parse(string family, IEnumerable<string> pieces, bool startsReasoning = false, OfferedTools? tools = null)
    {
        var parser = Parser(family, startsReasoning, tools);
        var (text, reasoning, calls) = (new StringBuilder(), new StringBuilder(), new List<FoundCall>());
        foreach (var (piece, isLast) in pieces.Select(p => (p, false)).Append(("", true)))
        {
            var (said, thought, called) = parser.Append(piece, isLast);
            text.Append(said);
            reasoning.Append(thought);
            calls.AddRange(called);
        }

        return new(text.ToString().Trim(), reasoning.ToString().Trim(), string.Join('\n', calls.Select(Show)), calls.Count, parser.IncompleteCall);
    }

    internal static ParsedResponse Parse(string family, string raw, bool startsReasoning = false, OfferedTools? tools = null)
        => Parse(family, [raw], startsReasoning, tools);

    /// <summary>A call with its arguments as values: spaces and the spelling of numbers do not count.</summary>
    internal static string Show(string name, JsonElement arguments, string? id) => $"{name}({Canonical(arguments)}){(id is null ? "" : $"#{id}")}";

    static string Show(FoundCall call) => Show(call.Name, JsonElement.Parse(call.Arguments), call.Id);

    static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(",", value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}:{Canonical(p.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(",", value.EnumerateArray().Select(Canonical))}]",
        JsonValueKind.Number => value.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        JsonValueKind.String => $"'{value.GetString()}'",
        _ => value.GetRawText(),
    };
}

/// <summary>What an answer was understood as.</summary>
sealed record ParsedResponse(string Text, string Reasoning, string Calls, int CallCount, string? Incomplete);
