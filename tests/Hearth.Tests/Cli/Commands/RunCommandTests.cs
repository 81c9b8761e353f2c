using System.Text;
using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Commands;

public sealed class RunCommandTests : IDisposable
{
    readonly CliRun _cli = new CliRun().WithShippedModel();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task The_answer_goes_to_standard_output_and_ends_with_a_line_feed()
    {
        Assert.Equal(0, await _cli.RunAsync("run", "Hello"));
        Assert.Equal("You said: Hello\n", _cli.Output);
        Assert.Equal("", _cli.Error);
    }

    [Fact]
    public async Task The_json_object_has_the_members_that_scripts_use()
    {
        Assert.Equal(0, await _cli.RunAsync("run", "--temperature", "0", "--max-tokens", "5", "--logprobs", "2", "--json", "Hello"));
        Golden.Matches(_cli.Output, "run.json");
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal([1, 2], json.RootElement.GetProperty("tokens").EnumerateArray().Select(t => t.GetInt32()));
    }

    [Theory]
    [InlineData(FinishReason.EndOfText, "stop", "end_of_text")]
    [InlineData(FinishReason.Stop, "stop", "stop_text")]
    [InlineData(FinishReason.MaxTokens, "length", "max_tokens")]
    [InlineData(FinishReason.ContextFull, "length", "context_full")]
    [InlineData(FinishReason.ToolCalls, "tool_calls", "tool_calls")]
    [InlineData(FinishReason.IncompleteToolCall, "length", "incomplete_tool_call")]
    public async Task Every_way_to_end_has_a_word(FinishReason reason, string word, string detail)
    {
        _cli.Model.Reason = reason;
        Assert.Equal(0, await _cli.RunAsync("run", "--json", "Hello"));
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal((word, detail), (json.RootElement.GetProperty("finish_reason").GetString(), json.RootElement.GetProperty("finish_detail").GetString()));
    }

    [Fact]
    public async Task Thoughts_go_to_standard_error_and_calls_are_lines_of_json()
    {
        ThinkThenCall();
        Assert.Equal(0, await _cli.RunAsync("run", "Hello"));
        Assert.Equal(("Yes.\n{\"id\":\"1\",\"name\":\"f\",\"arguments\":{\"b\":1,\"a\":2}}\n", "Let me see.\n\n"), (_cli.Output, _cli.Error));
        Assert.Equal(0, await _cli.RunAsync("run", "--quiet", "Hello"));
        Assert.Equal("", _cli.Error);
    }

    [Fact]
    public async Task The_json_object_has_reasoning_and_tool_calls_where_there_are_such()
    {
        ThinkThenCall();
        Assert.Equal(0, await _cli.RunAsync("run", "--json", "Hello"));
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal(("Yes.", "Let me see.", ""), (json.RootElement.GetProperty("text").GetString(), json.RootElement.GetProperty("reasoning").GetString(), _cli.Error));
        Assert.Equal("""[{"id":"1","name":"f","arguments":{"b":1,"a":2}}]""", json.RootElement.GetProperty("tool_calls").GetRawText());
    }

    [Theory]
    [InlineData("""[{"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}]""", "d")]
    [InlineData("""[{"name": "f", "parameters": {"type": "object"}}]""", null)]
    public async Task Tools_come_from_a_file(string tools, string? description)
    {
        Assert.Equal(0, await _cli.RunAsync("run", "--tools", _cli.File("tools.json", tools), "Hello"));
        Assert.Equal(new ToolDefinition("f", PrivateText.OrNull(description), """{"type": "object"}"""), Assert.IsType<ChatPrompt>(_cli.Model.Requests.Single().Prompt).Tools.Single());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("[")]
    [InlineData("[{\"name\": 1}]")]
    public async Task A_file_that_is_no_list_of_tools_is_refused(string tools)
    {
        Assert.Equal(1, await _cli.RunAsync("run", "--tools", _cli.File("tools.json", tools), "Hello"));
        Assert.Contains("is not a list of tools", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_is_not_json_is_refused_by_the_name_of_its_file_before_a_worker_starts()
    {
        var path = _cli.File("person.json", "{\n  \"a\": secret\n}");
        Assert.Equal(1, await _cli.RunAsync("run", "--schema", path, "Hello"));
        Assert.Contains($"The schema {path} is not JSON: line 2, ", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Opened);
    }

    void ThinkThenCall()
    {
        _cli.Model.Reason = FinishReason.ToolCalls;
        _cli.Model.Answer = _ => ["?Let me ", "?see.", "Yes.", "!"];
        _cli.Model.Shape = (piece, delta) => piece[0] switch
        {
            '?' => delta with { Text = "", Reasoning = piece[1..] },
            '!' => delta with { Text = "", ToolCalls = [new("1", "f", """{"b":1,"a":2}""")] },
            _ => delta,
        };
    }

    [Fact]
    public async Task The_prompt_comes_from_standard_input_byte_for_byte_where_the_argument_is_absent()
    {
        Assert.Equal(0, await _cli.RunAsync(Encoding.UTF8.GetBytes("\uFEFFzwei\r\nZeilen\n"), ["run", "--raw", "--parse-special"]));
        Assert.Equal(new TextPrompt("\uFEFFzwei\r\nZeilen\n", true), _cli.Model.Requests.Single().Prompt);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("tokenize")]
    [InlineData("chat")]
    public async Task An_interrupt_while_standard_input_is_silent_ends_the_program(string command)
    {
        using var input = new SilentInput();
        using var interruption = new CancellationTokenSource();
        _cli.Input = input;
        var run = Task.Run(() => _cli.RunAsync([], [command], interruption.Token), TestContext.Current.CancellationToken);
        await input.Asked.Task;

        await interruption.CancelAsync();

        Assert.Equal(130, await run.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_fault_of_the_program_is_told_without_the_words_of_its_exception()
    {
        _cli.OpenFailure = new InvalidOperationException("a secret of the user");
        Assert.Equal(1, await _cli.RunAsync("run", "x"));
        Assert.DoesNotContain("secret", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException at Hearth.Tests.Cli.Support.CliRun", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused_with_their_position()
    {
        Assert.Equal(1, await _cli.RunAsync([0x61, 0xFF, 0x62], ["run"]));
        Assert.Contains("the byte at position 1 fits no character", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_is_a_user_message_and_the_system_message_is_added_where_one_is_set()
    {
        await _cli.RunAsync("run", "--system", "Be brief.", "Hi");
        Assert.Equal([new("system", "Be brief."), new ChatMessage("user", "Hi")], Assert.IsType<ChatPrompt>(_cli.Model.Requests.Single().Prompt).Messages);
    }

    [Fact]
    public async Task Options_of_sampling_and_loading_reach_the_engine()
    {
        Assert.Equal(0, await _cli.RunAsync(
            "run", "--temperature", "0.5", "--top-k", "7", "--top-p", "0.9", "--min-p", "0.1", "--typical-p", "0.8", "--repetition-penalty", "1.1",
            "--presence-penalty", "-0.25", "--frequency-penalty", "0.5", "--penalty-window", "-1", "--seed", "18446744073709551615", "--logit-bias", "5=-100",
            "--logit-bias", "6=2.5", "--stop", "a", "--stop", "b", "--ignore-eos", "--max-tokens", "9", "--context", "512", "--kv", "f32", "--threads", "3",
            "--decode-threads", "1", "--isa", "scalar", "--activations", "float", "--unconfined", "x"));
        var request = _cli.Model.Requests.Single();
        Assert.Equal([new(5, -100f), new KeyValuePair<int, float>(6, 2.5f)], request.Sampling.LogitBias);
        Assert.Equal(
            new SamplingOptions { Temperature = 0.5f, TopK = 7, TopP = 0.9f, MinP = 0.1f, TypicalP = 0.8f, RepetitionPenalty = 1.1f, PresencePenalty = -0.25f, FrequencyPenalty = 0.5f, PenaltyWindow = -1, Seed = ulong.MaxValue, LogitBias = request.Sampling.LogitBias },
            request.Sampling);
        Assert.Equal(["a", "b"], request.Stop);
        Assert.True(request.IgnoreEndOfText);
        Assert.Equal(9, request.MaxTokens);
        Assert.Equivalent(
            new LoadOptions { ContextLength = 512, KvType = KvType.F32, PrefillThreads = 3, DecodeThreads = 1, InstructionSet = "scalar", Activations = ActivationType.Float },
            _cli.Model.LoadedWith, strict: true);
        Assert.True(_cli.Opened.Single().Unconfined);
    }

    [Fact]
    public async Task Without_options_the_request_is_the_contract_s_own_default_at_a_low_temperature()
    {
        await _cli.RunAsync("run", "x");
        var request = _cli.Model.Requests.Single();
        var expected = new GenerationRequest(request.Prompt) { Stop = request.Stop, Sampling = new() { Temperature = 0.3f, LogitBias = request.Sampling.LogitBias } };
        Assert.Equal(expected, request);
        Assert.Equivalent(new LoadOptions(), _cli.Model.LoadedWith, strict: true);
        Assert.False(_cli.Opened.Single().Unconfined);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("@file")]
    [InlineData("[suggest]")]
    [InlineData("-")]
    [InlineData("run")]
    public async Task A_prompt_that_looks_like_something_else_is_still_the_prompt(string prompt)
    {
        Assert.Equal(0, await _cli.RunAsync("run", "--raw", prompt));
        Assert.Equal(new TextPrompt(prompt), _cli.Model.Requests.Single().Prompt);
    }

    [Fact]
    public async Task Words_after_two_dashes_are_never_options()
    {
        Assert.Equal(0, await _cli.RunAsync("run", "--raw", "--", "--json"));
        Assert.Equal(new TextPrompt("--json"), _cli.Model.Requests.Single().Prompt);
    }

    [Fact]
    public async Task On_a_terminal_the_model_cannot_send_control_sequences()
    {
        _cli.Terminals = true;
        _cli.Model.Answer = _ => ["red \e[31m\u009b2J\a", "\u202e\r end"];
        await _cli.RunAsync("run", "x");
        Assert.Equal("red [31m2J end\n", _cli.Output);
        _cli.Terminals = false;
        await _cli.RunAsync("run", "x");
        Assert.Equal("red \e[31m\u009b2J\a\u202e\r end\n", _cli.Output);
    }

    [Fact]
    public async Task Timings_are_shown_on_request_on_standard_error()
    {
        await _cli.RunAsync("run", "--timings", "x");
        Assert.Equal("first token after 210 ms · prompt 50 tokens, 250 tokens/s · answer 2 tokens, 10.0 tokens/s\n", _cli.Error);
    }

    [Fact]
    public async Task The_worker_and_the_engine_are_closed_also_when_the_request_fails()
    {
        _cli.Model.Answer = _ => throw new EngineException(FailureCode.ContextOverflow, "The prompt has 1,200 tokens.", "at most 1,000.", "Shorten it.");
        Assert.Equal(1, await _cli.RunAsync("run", "--json", "x"));
        Assert.Equal(2, _cli.Model.Disposals);
        Golden.Matches($"{_cli.Error}{_cli.Output}", "overflow.txt");
    }

    [Fact]
    public async Task On_a_terminal_a_failure_begins_a_line_of_its_own()
    {
        _cli.Terminals = true;
        _cli.Model.BeforePiece = _ => _cli.Output.Length > 0 ? throw new EngineException(FailureCode.WorkerLost, "The worker ended.") : Task.CompletedTask;
        Assert.Equal(4, await _cli.RunAsync("run", "x"));
        Assert.Equal("You said: \n", _cli.Output);
    }

    [Fact]
    public async Task Interrupted_means_exit_code_130()
    {
        using var source = new CancellationTokenSource();
        _cli.Model.BeforePiece = _ => source.CancelAsync();
        Assert.Equal(130, await _cli.RunAsync([], ["run", "x"], source.Token));
    }
}
