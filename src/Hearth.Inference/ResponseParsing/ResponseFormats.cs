using Hearth.Inference.ResponseParsing.Syntax;

namespace Hearth.Inference.ResponseParsing;

/// <summary>The families whose answers are understood, and how to tell from a chat template which one a model belongs to.</summary>
/// <remarks>
/// The template says it better than the architecture's name: it shows the model its own earlier calls, and models that were trained further keep the
/// architecture but change how they call.
/// </remarks>
static class ResponseFormats
{
    static readonly JsonCalls Json = new();
    static readonly PythonCalls Python = new();

    /// <summary>Qwen3-Coder, Qwen3.5, Nemotron 3: https://huggingface.co/Qwen/Qwen3-Coder-30B-A3B-Instruct (qwen3coder_tool_parser.py).</summary>
    static readonly TaggedCalls FunctionTags = new()
    {
        Function = ("<function=", ">"),
        End = "</function>",
        Parameter = "<parameter=",
        Kinds = [(">", ValueKind.Declared)],
        ParameterEnd = "</parameter>",
        BlockEnd = "</tool_call>",
    };

    /// <summary>DeepSeek's markup language of V3.2 and V4.</summary>
    static readonly TaggedCalls Dsml = new()
    {
        Function = ("<｜DSML｜invoke name=\"", "\">"),
        End = "</｜DSML｜invoke>",
        Parameter = "<｜DSML｜parameter name=\"",
        Kinds = [("\" string=\"true\">", ValueKind.Text), ("\" string=\"false\">", ValueKind.Json)],
        ParameterEnd = "</｜DSML｜parameter>",
    };

    /// <summary>DeepSeek-R1 wraps the arguments in a fence.</summary>
    static readonly NamedCalls DeepSeekR1 = new()
    {
        Before = "<｜tool▁call▁begin｜>function<｜tool▁sep｜>",
        Between = "```json",
        After = ["```", "<｜tool▁call▁end｜>"],
    };

    static readonly NamedCalls DeepSeekV31 = new() { Before = "<｜tool▁call▁begin｜>", Between = "<｜tool▁sep｜>", After = ["<｜tool▁call▁end｜>"] };

    static readonly ReasoningTags Think = new("<think>", "</think>") { MayCall = true };

    static readonly CallBlock ToolCallTag = new("<tool_call>", Json, FunctionTags) { Close = "</tool_call>" };

    /// <summary>Models forget the tag around it.</summary>
    static readonly CallBlock FunctionTag = new("<function=", FunctionTags) { Overlap = "<function=".Length, Close = "</tool_call>", IsInProse = true };

    /// <summary>Calls without any marker are known by their members and by the names of the tools that are offered.</summary>
    static readonly CallBlock Bare = new("", Json, Python) { Starts = "{[", Separator = ';' };

    internal static readonly ResponseFormat Plain = new("plain");

    /// <summary>Models that reason in the usual tags, and whose calls, if any, are not known.</summary>
    internal static readonly ResponseFormat Thinking = new("think") { Reasoning = Think };

    /// <summary>In order: the first whose signs are all in a template is the template's; a model that was trained on another's answers comes before it.</summary>
    internal static readonly IReadOnlyList<ResponseFormat> All =
    [
        new("gpt-oss") { IsHarmony = true, Signs = [["<|channel|>", "<|message|>"]] },
        new("deepseek")
        {
            Signs = [["<｜tool▁calls▁begin｜>"], ["｜DSML｜"]],
            Reasoning = Think with { MayCall = false },
            Calls =
            [
                new("<｜tool▁calls▁begin｜>", DeepSeekR1, DeepSeekV31) { Close = "<｜tool▁calls▁end｜>" },
                new("<｜DSML｜function_calls>", Dsml) { Close = "</｜DSML｜function_calls>" },
                new("<｜DSML｜tool_calls>", Dsml) { Close = "</｜DSML｜tool_calls>" },
            ],
        },
        new("mistral")
        {
            Signs = [["[TOOL_CALLS]"], ["[THINK]"]],
            Reasoning = new("[THINK]", "[/THINK]"),
            Calls = [new("[TOOL_CALLS]", Json, new NamedCalls { IdMarker = "[CALL_ID]", Between = "[ARGS]", MayLackBetween = true })],
        },
        new("gemma")
        {
            Signs = [["<|tool_call>"], ["<start_function_call>"], ["<start_of_turn>"]],
            Reasoning = new("<|channel>", "<channel|>") { Title = "thought\n", MayReturn = true },
            Calls =
            [
                new("```tool_code", Python) { Close = "```" },
                new("<start_function_call>", Gemma("<escape>")) { Close = "<end_function_call>" },
                new("<|tool_call>", Gemma("<|\"|>")) { Close = "<tool_call|>" },
                Bare with { OnlyFirst = true },
            ],
        },
        new("lfm2")
        {
            Signs = [["<|tool_list_start|>"], ["<|tool_call_start|>"]],
            Reasoning = Think,
            Calls = [new("<|tool_call_start|>", Python, Json) { Close = "<|tool_call_end|>" }, Bare with { Starts = "[" }],
        },
        new("phi4")
        {
            Signs = [["functools"], ["<|tool|>"], ["<|im_sep|>"]],
            Reasoning = Think,
            // The bracket is a part of the marker, since the word alone occurs in prose, and of the list.
            Calls = [new("functools[", Json) { Overlap = 1 }, new("<|tool_call|>", Json) { Close = "<|/tool_call|>" }],
        },
        new("granite")
        {
            Signs = [["<|start_of_role|>"]],
            Reasoning = Think with { AnswerMarkers = ["<response>", "</response>"] },
            Calls = [new("<|tool_call|>", Json), ToolCallTag],
        },
        new("smollm") { Signs = [["SmolLM", "tools"], ["SmolLM", "<think>"]], Reasoning = Think, Calls = [ToolCallTag] },
        new("qwen3") { Signs = [["<tool_call>", "<think>"], ["<tool_call>", "<function="]], Reasoning = Think, Calls = [ToolCallTag, FunctionTag] },
        new("hermes") { Signs = [["<tool_call>"]], Calls = [ToolCallTag] },
        new("llama3")
        {
            Signs = [["<|start_header_id|>"], ["<|python_tag|>"]],
            Calls =
            [
                new("<|python_tag|>", Json, new PythonCalls(".call")) { Separator = ';' },
                new("<function=", new NamedCalls { Between = ">", After = ["</function>"] }),
                Bare,
            ],
        },
        Thinking with { Signs = [["<think>"]] },
    ];

    /// <summary>The format that a chat template was made for.</summary>
    internal static ResponseFormat Choose(string template)
        => All.FirstOrDefault(f => f.Signs.Any(signs => signs.All(sign => template.Contains(sign, StringComparison.Ordinal)))) ?? Plain;

    static NamedCalls Gemma(string fence) => new() { Before = "call:", Arguments = LiteralDialect.Gemma(fence) };
}
