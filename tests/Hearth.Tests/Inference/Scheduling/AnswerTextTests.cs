using Hearth.Inference.Sampling;
using Hearth.Inference.Scheduling;
using Hearth.Inference.Tokenizers;
using Hearth.Requests.Events;
using Hearth.Tests.Inference.ResponseParsing;
using Hearth.Tests.Inference.Tokenizers;

namespace Hearth.Tests.Inference.Scheduling;

/// <summary>From tokens to content, reasoning and calls; markers are control tokens, as in the vocabularies of real models.</summary>
public sealed class AnswerTextTests
{
    static readonly string[] More = ["[TOOL_CALLS]", "[ARGS]", "[THINK]", "[/THINK]", "ping", "{}", "Hi"];
    static readonly int[] MoreTypes = [3, 3, 3, 3, 1, 1, 1];

    static readonly Tokenizer Tokenizer = (TinyVocabulary.Right with
    {
        Tokens = [.. TinyVocabulary.Right.Tokens, .. More],
        Types = [.. TinyVocabulary.Right.Types!, .. MoreTypes],
    }).Open();

    [Fact]
    public void Markers_are_seen_by_the_parser_and_by_nobody_else()
    {
        var (text, deltas) = Read(1, "[THINK]", "a", "[/THINK]", "Hi", "<s>", "[TOOL_CALLS]", "ping", "[ARGS]", "{}");
        Assert.Equal(("Hi", "a"), (string.Concat(deltas.Select(d => d.Text.Reveal())), string.Concat(deltas.Select(d => d.Reasoning.Reveal()))));
        var call = Assert.Single(deltas.SelectMany(d => d.ToolCalls));
        Assert.Equal(("ping", "{}"), (call.Name, call.ArgumentsJson.Reveal()));
        Assert.Matches("^[0-9a-zA-Z]{9}$", call.Id);
        Assert.Equal(FinishReason.ToolCalls, text.Explain(FinishReason.EndOfText));
        Assert.Equal(FinishReason.MaxTokens, text.Explain(FinishReason.MaxTokens));
        Assert.Equal(9, deltas.Sum(d => d.Tokens.Count));
    }

    [Fact]
    public void An_answer_that_ends_inside_a_call_says_so()
    {
        var (text, deltas) = Read(1, "[TOOL_CALLS]", "ping", "[ARGS]");
        Assert.Empty(deltas.SelectMany(d => d.ToolCalls));
        Assert.Equal(("ping", FinishReason.IncompleteToolCall), (text.IncompleteCall, text.Explain(FinishReason.EndOfText)));
    }

    [Fact]
    public void Ids_are_the_same_for_the_same_seed_and_differ_within_an_answer()
    {
        string[] two = ["[TOOL_CALLS]", "ping", "[ARGS]", "{}", "[TOOL_CALLS]", "ping", "[ARGS]", "{}"];
        string[] Ids(ulong seed) => [.. Read(seed, two).Deltas.SelectMany(d => d.ToolCalls).Select(c => c.Id)];
        Assert.Equal(Ids(1), Ids(1));
        Assert.Equal(4, Ids(1).Concat(Ids(2)).Distinct().Count());
    }

    static (AnswerText Text, List<Delta> Deltas) Read(ulong seed, params string[] tokens)
    {
        var format = Responses.Format("mistral");
        var prompt = new PreparedPrompt([1], format.NewParser(Responses.Tools, ""), Tokenizer.ControlTokensIn(format.Markers));
        var text = new AnswerText(prompt, Tokenizer.NewDecoder(1), new StopMatcher([]), seed);
        return (text, [.. tokens.Select((token, i) => text.Say(text.Read(Id(token)), Id(token), isLast: i == tokens.Length - 1))]);
    }

    static int Id(string token) => Array.IndexOf((object[])[.. TinyVocabulary.Right.Tokens, .. More], token);
}
