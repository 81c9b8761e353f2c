using System.Text;
using System.Text.Json;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.ResponseParsing;

/// <summary>What models of eleven families write, and what it means: tests/data/tool-calls.</summary>
public sealed class ToolCallCasesTests
{
    static readonly Dictionary<string, JsonElement> All = (
        from file in Directory.GetFiles(Repository.At("tests", "data", "tool-calls"), "*.json")
        where Path.GetFileName(file) != "tools.json"
        let family = JsonElement.Parse(File.ReadAllText(file))
        from item in family.GetProperty("cases").EnumerateArray()
        select ($"{family.GetProperty("family").GetString()} {item.GetProperty("id").GetString()}", item)).ToDictionary();

    public static TheoryData<string> Names => [.. All.Keys];

    [Fact]
    public void There_are_ten_cases_for_each_of_eleven_families() => Assert.Equal(110, All.Count);

    [Theory, MemberData(nameof(Names))]
    public void A_response_means_what_the_case_says(string name) => Assert.Equal(Expected(name), Parse(name, [Raw(name)]));

    [Theory, MemberData(nameof(Names))]
    public void It_means_the_same_however_it_is_cut(string name)
    {
        var raw = Raw(name);
        foreach (var chunks in All[name].GetProperty("chunks").EnumerateArray())
            Assert.Equal(Expected(name), Parse(name, chunks.EnumerateArray().Select(c => c.GetString()!)));
        Assert.Equal(Expected(name), Parse(name, raw.Select(c => c.ToString())));
        Assert.Equal(Expected(name), Parse(name, Bytes(raw)));
        for (var at = 1; at < raw.Length; at++)
            Assert.Equal(Expected(name), Parse(name, [raw[..at], raw[at..]]));
    }

    [Theory, MemberData(nameof(Names))]
    public void What_was_sent_is_a_prefix_of_the_whole_and_holds_no_part_of_a_marker(string name)
    {
        var parser = Responses.Parser(Family(name), StartsReasoning(name));
        var (sent, thought) = ("", "");
        var whole = Parse(name, [Raw(name)]);
        foreach (var character in Raw(name))
        {
            var piece = parser.Append(character.ToString(), isLast: false);
            (sent, thought) = (sent + piece.Text, thought + piece.Reasoning);
            Assert.StartsWith(sent.Trim(), whole.Text, StringComparison.Ordinal);
            Assert.StartsWith(thought.Trim(), whole.Reasoning, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_response_that_is_cut_off_anywhere_makes_no_call_that_the_whole_does_not_make(string name)
    {
        var (raw, expected) = (Raw(name), Parse(name, [Raw(name)]));
        for (var length = 0; length < raw.Length; length++)
        {
            var cut = Parse(name, [raw[..length]]);
            Assert.StartsWith(cut.Calls, expected.Calls, StringComparison.Ordinal);
            Assert.True(cut.CallCount <= expected.CallCount);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Without_tools_nothing_is_a_call(string name)
        => Assert.Equal((0, null), Responses.Parse(Family(name), Raw(name), StartsReasoning(name), Hearth.Inference.ResponseParsing.OfferedTools.None) switch
        {
            var parsed => (parsed.CallCount, parsed.Incomplete),
        });

    static ParsedResponse Parse(string name, IEnumerable<string> pieces) => Responses.Parse(Family(name), pieces, StartsReasoning(name));

    static ParsedResponse Expected(string name)
    {
        var expected = All[name].GetProperty("expected");
        var calls = expected.GetProperty("toolCalls").EnumerateArray()
            .Select(c => Responses.Show(c.GetProperty("name").GetString()!, c.GetProperty("arguments"), c.TryGetProperty("id", out var id) ? id.GetString() : null)).ToList();
        return new(
            expected.GetProperty("content").GetString()!.Trim(), expected.GetProperty("reasoning").GetString()!.Trim(), string.Join('\n', calls), calls.Count,
            expected.TryGetProperty("incompleteToolCall", out var incomplete) ? incomplete.GetString() : null);
    }

    static string Family(string name) => name.Split(' ')[0];

    static bool StartsReasoning(string name) => All[name].GetProperty("start").GetString() == "reasoning";

    static string Raw(string name) => All[name].GetProperty("raw").GetString()!;

    /// <summary>As a tokenizer of bytes hands it over: a byte at a time, characters when they are whole.</summary>
    static List<string> Bytes(string raw)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[4];
        return [.. Encoding.UTF8.GetBytes(raw).Select(b => new string(characters, 0, decoder.GetChars([b], characters, flush: false)))];
    }
}
