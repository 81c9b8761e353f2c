using System.Text.Json;
using Hearth.Inference.ResponseParsing;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Tests.Inference.ResponseParsing;

/// <summary>Rules of the formats that reference parsers (Ollama, vLLM, llama.cpp) test, beyond the cases of the data.</summary>
public sealed class ResponseParserTests
{
    /// <summary>Family, what the model writes, content, reasoning, calls, the call that is cut off.</summary>
    public static TheoryData<string, string, string, string, string, string?> Rules => new()
    {
        // Text around, several calls, calls that models leave open
        { "hermes", "Let me see.\n<tool_call>{\"name\": \"ping\", \"arguments\": {}}</tool_call>\nDone.", "Let me see.\n\nDone.", "", "ping({})", null },
        { "hermes", "<tool_call>{\"name\": \"ping\", \"arguments\": {}}", "", "", "ping({})", null },
        { "hermes", "<tool_call>{\"name\": \"ping\", \"arguments\": {}}\n{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\": 2}}</tool_call>", "", "", "ping({})\nadd({a:1,b:2})", null },
        { "hermes", "<tool_call>invalid</tool_call>\n<tool_call>{\"name\": \"ping\", \"arguments\": {}}</tool_call>", "<tool_call>invalid</tool_call>", "", "ping({})", null },
        { "hermes", "<tool_call>{\"name\": \"add\", \"arguments\": {\"a\"", "", "", "", "add" },
        { "hermes", "<tool_call>{\"na", "", "", "", "" },
        { "hermes", "<tool_call>{\"name\": \"ping\"}</tool_call>", "<tool_call>{\"name\": \"ping\"}</tool_call>", "", "", null },
        { "hermes", "Hello\n<tool_c", "Hello\n<tool_c", "", "", null },

        // Reasoning
        { "qwen3", "<think>\nLet me<tool_call>{\"name\": \"ping\", \"arguments\": {}}</tool_call>", "", "Let me", "ping({})", null },
        { "qwen3", "<think>\nThe tag <tool_call> opens.\n</think>\nYes.", "Yes.", "The tag <tool_call> opens.", "", null },
        { "qwen3", "<think>a <b> c</think>d", "d", "a <b> c", "", null },
        { "qwen3", "So <think> is a tag.", "So <think> is a tag.", "", "", null },

        // Tags: text between them, types of the schema, forgotten ends
        { "qwen3", "<tool_call>\n<function=save_note>\n<parameter=text>\n  two\n  lines <b>\n</parameter>\n</function>\n</tool_call>", "", "", "save_note({text:'  two\n  lines <b>'})", null },
        { "qwen3", "<tool_call>\n<function=record>\n<parameter=text>\n12\n</parameter>\n<parameter=n>\n-3.5e2\n</parameter>\n<parameter=no>\nFalse\n</parameter>\n<parameter=none>\nnull\n</parameter>\n<parameter=map>\n{'k': None}\n</parameter>\n</function>\n</tool_call>", "", "", "record({map:{k:null},n:-350,no:false,none:null,text:'12'})", null },
        { "qwen3", "<tool_call>\n<function=add>\n<parameter=a>\n1\n<parameter=b>\n2\n</function>\n</tool_call>", "", "", "add({a:1,b:2})", null },
        { "qwen3", "<tool_call>\n<function=ping>\n</function>\n</tool_call>\n<tool_call>\n<function=add>\n<parameter=a>\n1", "", "", "ping({})", "add" },

        // Tags without what stands around them, and the other way round
        { "qwen3", "I'll look.\n\n<function=get_weather>\n<parameter=city>\nBern\n</parameter>\n</function>\n</tool_call>", "I'll look.", "", "get_weather({city:'Bern'})", null },
        { "qwen3", "<function=ping>\n</function>", "", "", "ping({})", null },
        { "qwen3", "<think>a</think><function=add>\n<parameter=a>\n1", "", "a", "", "add" },
        { "qwen3", "<tool_call>\n<function=add>\n<parameter=a>\n1\n</parameter>\n<parameter=b>\n2\n</parameter>\n</tool_call>\nDone.", "Done.", "", "add({a:1,b:2})", null },
        { "qwen3", "Write <function=f> and <function=ping> so.", "Write <function=f> and <function=ping> so.", "", "", null },
        { "qwen3", "Write <function=unknown>\n</function>", "Write <function=unknown>\n</function>", "", "", null },
        { "qwen3", "<think>I could <function=ping>\n</function> here.</think>No.", "No.", "I could <function=ping>\n</function> here.", "", null },
        { "qwen3", "<tool_call>\n<function=save_note>\n<parameter=text>\nends with </tool_call> here\n</parameter>\n</function>\n</tool_call>", "", "", "save_note({text:'ends with </tool_call> here'})", null },

        // Calls without marker
        { "llama3", "{\"name\": \"ping\", \"parameters\": {}}; {\"name\": \"add\", \"parameters\": {\"a\": 1, \"b\": 2}}", "", "", "ping({})\nadd({a:1,b:2})", null },
        { "llama3", "{\"name\": \"ping\", \"parameters\": {}}\n{\"name\": \"ping\", \"parameters\": {}}", "", "", "ping({})\nping({})", null },
        { "llama3", "Here: {\"name\": \"ping\", \"parameters\": {}} More?", "Here:  More?", "", "ping({})", null },
        { "llama3", "{\"name\": \"search\", \"parameters\": {\"query\": \"fe", "", "", "", "search" },
        { "llama3", "{\"name\": \"sea", "{\"name\": \"sea", "", "", null },
        { "llama3", "{\"name\": \"unknown\", \"parameters\": {}}", "{\"name\": \"unknown\", \"parameters\": {}}", "", "", null },
        { "llama3", "{\"type\": \"function\", \"name\": \"ping\", \"parameters\": {}}", "", "", "ping({})", null },
        { "llama3", "<function=add>{\"a\": 1, \"b\": 2}</function>", "", "", "add({a:1,b:2})", null },
        { "llama3", "See [1] and [ping pong](x).", "See [1] and [ping pong](x).", "", "", null },
        { "llama3", "<|python_tag|>print(1)", "<|python_tag|>print(1)", "", "", null },
        { "llama3", "[ping(), add(a=1, b=", "", "", "ping({})", "add" },

        { "mistral", "Je regarde.[TOOL_CALLS]ping[ARGS]{}", "Je regarde.", "", "ping({})", null },
        { "mistral", "[TOOL_CALLS]send_mail[ARGS]{\"to\": \"a", "", "", "", "send_mail" },
        { "mistral", "[TOOL_CALLS][{\"name\": \"ping\", \"arguments\": {}}, {\"name\": \"add\", \"arguments\": {\"a\"", "", "", "ping({})", "add" },
        { "mistral", "[TOOL_CALLS]add{\"a\": 1, \"b\": 2}[TOOL_CALLS]ping{}", "", "", "add({a:1,b:2})\nping({})", null },
        { "mistral", "[TOOL_CALLS]add{\"a\": 1", "", "", "", "add" },
        { "mistral", "[TOOL_CALLS] nothing here", "[TOOL_CALLS] nothing here", "", "", null },

        { "gpt-oss", "<|channel|>commentary<|message|>First the weather.<|end|><|start|>assistant<|channel|>commentary to=functions.ping <|constrain|>json<|message|>{}<|call|>", "First the weather.", "", "ping({})", null },
        { "gpt-oss", "<|channel|>commentary to=functions.add <|constrain|>json<|message|>{\"a\": 1", "", "", "", "add" },
        { "gpt-oss", "<|channel|>final<|message|>1 < 2 and <|x|>.", "1 < 2 and <|x|>.", "", "", null },
        { "gpt-oss", "Hello without a header", "Hello without a header", "", "", null },
        { "gpt-oss", "<|channel|>commentary to=functions.add<|message|>not json<|call|>", "not json", "", "", null },
        { "gpt-oss", "<|channel|>commentary to=functions.ping <|constrain|>json<|message|><|call|>", "", "", "ping({})", null },
        { "gpt-oss", "<|channel|>commentary to=functions.ping <|constrain|>json<|message|>", "", "", "", "ping" },
        { "gpt-oss", "<|channel|>commentary to=ping<|message|>{}<|call|>", "", "", "ping({})", null },
        { "gpt-oss", "<|channel|>analysis to=python code<|message|>print(1)<|call|>", "", "print(1)", "", null },
        { "gpt-oss", "<|channel|>commentary to=assistant<|message|>{\"a\": 1}<|end|>", "{\"a\": 1}", "", "", null },

        { "deepseek", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>ping\n```json\n{}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>add\n```json\n{\"a\": 1, \"b\": 2}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>", "", "", "ping({})\nadd({a:1,b:2})", null },
        { "deepseek", "<｜tool▁calls▁begin｜>oops", "<｜tool▁calls▁begin｜>oops", "", "", null },
        { "deepseek", "<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"ping\">\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>", "", "", "ping({})", null },
        { "deepseek", "<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"search\">\n<｜DSML｜parameter name=\"query\" string=\"true\">ab", "", "", "", "search" },

        { "gemma", "Sure.\n```tool_code\nping()\n```", "Sure.", "", "ping({})", null },
        { "gemma", "<|tool_call>call:record{text:\"raw \\\"q\\\"\",n:42,path:<|\"|>a<|\"|>}", "", "", "record({n:42,path:'a',text:'raw \"q\"'})", null },
        { "gemma", "<|tool_call>call:search{query:<|\"|>date\n<|\"|>}<tool_call|>Done", "Done", "", "search({query:'date\n'})", null },
        { "gemma", "<|channel>thought\nA.<channel|><|channel>thought\nB.<channel|>C.", "C.", "A.\nB.", "", null },
        { "gemma", "<start_function_call>call:search{query:<escape>x", "", "", "", "search" },
        { "gemma", "Use {\"name\": \"ping\", \"parameters\": {}} to ping.", "Use {\"name\": \"ping\", \"parameters\": {}} to ping.", "", "", null },

        { "granite", "I will.<|tool_call|>[{\"name\": \"ping\", \"arguments\": {}}]", "I will.", "", "ping({})", null },
        { "granite", "<tool_call>[{\"name\": \"ping\", \"arguments\": {}}]", "", "", "ping({})", null },
        { "phi4", "functools[{\"name\": \"ping\", \"arguments\": {}}, {\"name\": \"add\", \"parameters\": {\"a\": 1, \"b\": 2}}]", "", "", "ping({})\nadd({a:1,b:2})", null },
        { "phi4", "functools[{\"name\": \"func\"}]", "functools[{\"name\": \"func\"}]", "", "", null },
        { "phi4", "functools[] This is just text", "functools[] This is just text", "", "", null },
        { "phi4", "I like functools", "I like functools", "", "", null },
        { "phi4", "functools[{\"name\": \"add\", \"arguments\": {", "", "", "", "add" },
        { "lfm2", "[get_weather(city=\"Faro\"), ping()]", "", "", "get_weather({city:'Faro'})\nping({})", null },
        { "lfm2", "Use <html> or 1 < 2.\n", "Use <html> or 1 < 2.", "", "", null },
        { "lfm2", "Example: <|tool_call_started|>", "Example: <|tool_call_started|>", "", "", null },
        { "lfm2", "<|tool_call_start|>[record(list=[1, 'a',], map={'x': (1, 2)}, text='\\x41\\u00e9')]<|tool_call_end|>", "", "", "record({list:[1,'a'],map:{x:[1,2]},text:'Aé'})", null },
        { "lfm2", "<|tool_call_start|>[save_note(text=\"\"\"a \"b\" \"\"c\n\\\"\"\"\"), save_note(text=\"\"), save_note(text='')]<|tool_call_end|>", "", "", "save_note({text:'a \"b\" \"\"c\n\"'})\nsave_note({text:''})\nsave_note({text:''})", null },
        { "gemma", "```tool_code\nsave_note(text=\'\'\'it's\nhere\'\'\')\n```", "", "", "save_note({text:'it's\nhere'})", null },
        { "lfm2", "<|tool_call_start|>[save_note(text=\"\"\"a\"\"", "", "", "", "save_note" },
        { "smollm", "<think>\nWhich?\n</think>\n<tool_call>\n{\"name\": \"ping\", \"arguments\": {}}\n</tool_call>", "", "Which?", "ping({})", null },
    };

    [Theory, MemberData(nameof(Rules))]
    public void A_response_is_understood_as_the_references_do(string family, string raw, string text, string reasoning, string calls, string? incomplete)
    {
        var expected = new ParsedResponse(text, reasoning, calls, calls.Length == 0 ? 0 : calls.Split(")\n").Length, incomplete);
        Assert.Equal(expected, Responses.Parse(family, raw));
        Assert.Equal(expected, Responses.Parse(family, raw.Select(c => c.ToString())));
    }

    [Theory]
    [InlineData("<think>")]
    [InlineData("<think>\n")]
    public void The_end_of_the_prompt_tells_that_the_answer_starts_inside_the_reasoning(string end)
    {
        var parser = Responses.Format("qwen3").NewParser(Responses.Tools, "<|im_start|>assistant\n" + end);
        Assert.Equal(new("b", "a", []), parser.Append("a</think>b", isLast: true) with { Calls = [] });
    }

    [Theory]
    [InlineData("qwen3", "<think>", "</think>")]
    [InlineData("qwen3", "\n<think>\n", "\n</think>")]
    [InlineData("deepseek", "<think>\n", "</think>")]
    [InlineData("mistral", "[THINK]", "[/THINK]")]
    [InlineData("gemma", "<|channel>thought\n", "<channel|>")]
    public void A_model_may_open_the_reasoning_that_the_prompt_has_opened(string family, string open, string close)
    {
        var raw = $"{open}a <think> b{close}c";
        Assert.Equal(("c", "a <think> b"), Parsed(raw));
        Assert.Equal(("c", "a <think> b"), Parsed(raw.Select(character => character.ToString())));

        (string, string) Parsed(params IEnumerable<string> pieces)
        {
            var parsed = Responses.Parse(family, pieces, startsReasoning: true);
            return (parsed.Text, parsed.Reasoning);
        }
    }

    [Fact]
    public void The_beginning_of_a_marker_is_reasoning_where_the_answer_ends_with_it()
        => Assert.Equal("<thin", Responses.Parse("qwen3", "<thin", startsReasoning: true).Reasoning);

    [Theory]
    [InlineData("<|im_start|>assistant\n<think>\n\n</think>\n\n")]
    [InlineData("<|im_start|>assistant\n")]
    public void A_prompt_that_closed_the_reasoning_or_never_opened_it_is_answered_with_content(string prompt)
        => Assert.Equal("a", Responses.Format("qwen3").NewParser(Responses.Tools, prompt).Append("a", isLast: true).Text);

    [Fact]
    public void What_needs_no_parsing_is_passed_on_as_it_is()
    {
        var parser = ResponseFormats.Plain.NewParser(OfferedTools.None, "");
        Assert.Equal(" <think> \n", parser.Append(" <think> \n", isLast: false).Text);
    }

    [Fact]
    public void Text_goes_out_at_once_where_no_marker_can_begin()
    {
        var parser = Responses.Parser("qwen3");
        Assert.Equal("Hello, wor", parser.Append("Hello, wor", isLast: false).Text);
        Assert.Equal("ld 1", parser.Append("ld 1 <", isLast: false).Text);
        Assert.Equal(" < 2", parser.Append(" 2", isLast: false).Text);
    }

    [Fact]
    public void An_object_that_is_no_call_goes_out_as_soon_as_that_is_known()
    {
        var parser = Responses.Parser("llama3");
        Assert.Equal("", parser.Append("{\"tit", isLast: false).Text);
        Assert.Equal("{\"title\": \"S", parser.Append("le\": \"S", isLast: false).Text);
    }

    [Theory]
    [InlineData("<tool_call>{\"name\": \"save_note\", \"arguments\": {\"text\": \"", "x")]
    [InlineData("<tool_call>", "[")]
    [InlineData("", "<")]
    [InlineData("<think>", "<tool_call>")]
    [InlineData("", "<tool_call>{\"name\":\"ping\",\"arguments\":{}}")]
    public void A_model_that_never_ends_what_it_began_takes_time_in_proportion_to_what_it_says(string beginning, string repeated)
    {
        const int length = 1_500_000;
        var parser = Responses.Parser("qwen3");
        var (said, calls) = (0, 0);
        foreach (var piece in Enumerable.Repeat(repeated, length / repeated.Length).Prepend(beginning))
            Count(parser.Append(piece, isLast: false));
        Count(parser.Append("", isLast: true));
        Assert.True(said >= length - beginning.Length - 1 || calls > 10_000 || parser.IncompleteCall is not null);

        void Count(ResponsePiece piece)
        {
            said += piece.Text.Length + piece.Reasoning.Length;
            calls += piece.Calls.Count;
        }
    }

    [Fact]
    public void A_call_of_more_than_a_million_characters_is_content_however_it_arrives()
    {
        var raw = $"<tool_call>{{\"name\": \"save_note\", \"arguments\": {{\"text\": \"{new string('x', 1 << 20)}\"}}}}</tool_call>";
        var whole = Responses.Parse("hermes", raw);
        Assert.Equal((raw, 0, null), (whole.Text, whole.CallCount, whole.Incomplete));
        Assert.Equal(whole, Responses.Parse("hermes", raw.Chunk(1000).Select(c => new string(c))));
    }

    [Fact]
    public void Values_that_are_nested_too_deeply_are_no_call()
        => Assert.Equal(0, Responses.Parse("hermes", $"<tool_call>{{\"name\": \"ping\", \"arguments\": {{\"a\": {new string('[', 100_000)}").CallCount);

    [Fact]
    public void Half_a_surrogate_pair_in_a_call_does_not_make_broken_json()
    {
        var calls = Responses.Parser("hermes").Append("<tool_call>{\"name\": \"save_note\", \"arguments\": {\"text\": \"\\ud83d x \\ud83d\\ude00\"}}</tool_call>", isLast: true).Calls;
        Assert.Equal("\uFFFD x 😀", JsonElement.Parse(calls[0].Arguments).GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("", "{}", "no name of its own")]
    [InlineData("f", "[]", "not a JSON object")]
    [InlineData("f", "{", "not a JSON object")]
    [InlineData("f", """{"properties": {"a": {"type": "\ud800"}}}""", "half a character")]
    [InlineData("f", """{"properties": {"\udc00": {}}}""", "half a character")]
    public void Tools_that_make_no_sense_are_refused(string name, string schema, string found)
        => Assert.Contains(found, Assert.Throws<EngineException>(() => new OfferedTools([new ToolDefinition(name, null, schema)])).Message, StringComparison.Ordinal);
}
