using System.Text;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Chat;

/// <summary>A conversation over a pipe: every line is a message.</summary>
public sealed class ChatSessionTests : IDisposable
{
    readonly CliRun _cli = new CliRun().WithShippedModel();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Every_turn_sends_the_whole_conversation()
    {
        Assert.Equal(0, await ChatAsync("Hi", "And you?"));
        Assert.Equal("You said: Hi\nYou said: And you?\n", _cli.Output);
        Assert.Equal([new("user", "Hi"), new("assistant", "You said: Hi"), new ChatMessage("user", "And you?")], Messages(1));
    }

    [Fact]
    public async Task Thoughts_are_folded_shown_on_request_and_not_sent_back()
    {
        Think();
        await ChatAsync("Hi", "/thinking", "And you?");
        Assert.Equal("Yes.\nYes.\n", _cli.Output);
        Assert.Contains(", 2 tokens", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("Let me see.", _cli.Error, StringComparison.Ordinal);
        Assert.Equal([new("user", "Hi"), new("assistant", "Yes."), new ChatMessage("user", "And you?")], Messages(1));
    }

    [Fact]
    public async Task Thoughts_come_as_they_are_thought_where_the_user_wants_them()
    {
        Think();
        await ChatAsync("/thinking on", "Hi", "/thinking off", "/thinking x");
        Assert.Equal("Yes.\n", _cli.Output);
        Assert.Contains("Let me see.\n\n", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("takes on, off, or nothing", _cli.Error, StringComparison.Ordinal);
    }

    void Think()
    {
        _cli.Model.Answer = _ => ["?Let me ", "?see.", "Yes."];
        _cli.Model.Shape = (piece, delta) => piece[0] == '?' ? delta with { Text = "", Reasoning = piece[1..] } : delta;
    }

    [Fact]
    public async Task A_system_message_begins_a_new_conversation()
    {
        await ChatAsync("Hi", "/system Be brief.", "/system", "Hello");
        Assert.Equal([new("system", "Be brief."), new ChatMessage("user", "Hello")], Messages(1));
        Assert.Contains("System message: Be brief.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clear_forgets_the_messages_and_keeps_the_system_message()
    {
        await ChatAsync("/system S", "Hi", "/clear", "Hello");
        Assert.Equal([new("system", "S"), new ChatMessage("user", "Hello")], Messages(1));
    }

    [Fact]
    public async Task Compact_goes_on_from_the_model_s_own_summary_and_says_so()
    {
        _cli.Model.Answer = request => [Messages(request)[^1].Content.Reveal().StartsWith("Summarise", StringComparison.Ordinal) ? "They greeted." : "Hello!"];
        await ChatAsync("Hi", "How are you?", "/compact", "Go on");
        Assert.Equal([new("user", "What have we talked about so far?"), new("assistant", "They greeted."), new ChatMessage("user", "Go on")], Messages(3));
        Assert.Contains("stands for the 4 messages before", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_that_is_too_long_to_summarise_at_once_is_summarised_in_halves()
    {
        _cli.Model.Answer = request => Messages(request)[^1].Content.Reveal().StartsWith("Summarise", StringComparison.Ordinal)
            ? Messages(request).Length > 5 ? throw new EngineException(FailureCode.ContextOverflow, "Too long.") : [$"({string.Join(' ', Messages(request).Where(m => m.Role == "user").SkipLast(1).Select(m => m.Content.Reveal()))})"]
            : ["ok"];
        await ChatAsync("a", "b", "c", "/compact", "d");
        Assert.Equal("(a)\n(b c)", Messages(_cli.Model.Requests[^1])[1].Content);
    }

    [Fact]
    public async Task A_saved_conversation_is_only_for_its_owner_and_can_be_loaded()
    {
        var file = _cli.PathOf("talk.json");
        await ChatAsync("/system S", "Hi \"you\" é", $"/save {file}");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);
        Assert.Contains("not encrypted", _cli.Error, StringComparison.Ordinal);
        Golden.Matches(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), "conversation.json");

        await ChatAsync($"/load {file}", "Again");
        Assert.Equal([new("system", "S"), new("user", "Hi \"you\" é"), new("assistant", "You said: Hi \"you\" é"), new ChatMessage("user", "Again")], Messages(1));
    }

    [Fact]
    public async Task Saving_again_replaces_a_conversation_but_no_other_file()
    {
        var file = _cli.PathOf("talk.json");
        Assert.Equal(0, await ChatAsync("Hi", $"/save {file}", "There", $"/save {file}"));
        Assert.Equal(1, await ChatAsync($"/save {_cli.File("letter.txt", "Dear")}"));
        Assert.Equal("Dear", await File.ReadAllTextAsync(_cli.PathOf("letter.txt"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"format\": \"other\"}")]
    [InlineData("{\"format\": \"hearth-conversation\", \"version\": 2}")]
    [InlineData("{\"format\": \"hearth-conversation\", \"version\": 1, \"system\": null, \"messages\": [{\"role\": \"root\", \"content\": \"x\"}]}")]
    [InlineData("{\"format\": \"hearth-conversation\", \"version\": 1, \"system\": null, \"messages\": [{\"role\": \"user\"}]}")]
    public async Task What_is_no_conversation_is_not_loaded(string content)
    {
        Assert.Equal(1, await ChatAsync($"/load {_cli.File("x.json", content)}"));
        Assert.Contains("is no saved conversation", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_commands_are_not_sent_and_two_slashes_begin_a_message_with_one()
    {
        await ChatAsync("/claer", "//etc is a folder");
        Assert.Equal([new("user", "/etc is a folder")], Messages(0));
        Assert.Contains("There is no command /claer.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_every_command()
    {
        await ChatAsync("/help");
        Assert.All(Hearth.Cli.Chat.ChatCommands.All, c => Assert.Contains(c.Name, _cli.Error, StringComparison.Ordinal));
        foreach (var name in (string[])["/system", "/clear", "/compact", "/save", "/load", "/stats", "/model", "/help"])
            Assert.Contains(name, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stats_and_model_show_figures()
    {
        await ChatAsync("Hi", "/stats", "/model");
        Assert.Contains("first token after 210 ms", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("context: 5 % (52 of 1,000 tokens)", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("fake, 135 M parameters, context 1,000", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/clear")]
    [InlineData("/system Be brief.")]
    [InlineData("/load talk.json")]
    [InlineData("/model other.gguf")]
    [InlineData("/compact")]
    public async Task Figures_of_a_conversation_go_with_it(string command)
    {
        _cli.File("other.gguf", "x");
        await ChatAsync("Hi", $"/save {_cli.PathOf("talk.json")}", command.Replace(" talk", $" {_cli.PathOf("")}/talk", StringComparison.Ordinal).Replace(" other", $" {_cli.PathOf("")}/other", StringComparison.Ordinal), "/stats");
        Assert.Contains("No answer yet.", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("first token after", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_model_is_taken_and_the_conversation_stays()
    {
        var other = _cli.File("other.gguf", "x");
        await ChatAsync("Hi", $"/model {other}", "Again");
        Assert.Equal([other], _cli.Opened[^1].Paths);
        Assert.Equal(3, Messages(1).Length);
    }

    [Fact]
    public async Task A_context_that_fills_is_announced_with_what_can_be_done()
    {
        _cli.Model.Model = _cli.Model.Model with { ContextLength = 60 };
        await ChatAsync("Hi");
        Assert.Contains("The conversation fills 87 % (52 of 60 tokens) of the context. Before it is full: /compact", _cli.Error, StringComparison.Ordinal);
        _cli.Model.Reason = FinishReason.ContextFull;
        await ChatAsync("Hi");
        Assert.Contains("The answer ends here because the context is full", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_json_object_holds_the_conversation()
    {
        Assert.Equal(0, await _cli.RunAsync("Hi\n"u8.ToArray(), ["chat", "--json"]));
        Assert.Equal("{\"system\":null,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"You said: Hi\"}],\"confined\":true,\"denied_calls\":0}\n", _cli.Output);
    }

    [Fact]
    public async Task In_a_script_a_failure_ends_the_chat_with_its_exit_code()
    {
        _cli.Model.Answer = _ => throw new EngineException(FailureCode.WorkerLost, "The worker ended.");
        Assert.Equal(4, await ChatAsync("Hi", "There"));
        Assert.Single(_cli.Model.Requests);
    }

    [Fact]
    public async Task One_long_exchange_is_summarised_in_parts_and_nothing_of_it_is_left_out()
    {
        var (message, answer) = (string.Concat(Enumerable.Range(0, 200)), new string('b', 399) + "😀" + string.Concat(Enumerable.Range(0, 130)));
        var asked = new List<ChatMessage[]>();
        _cli.Model.Answer = request =>
        {
            if (Messages(request) is not [var user, var assistant, { } summarise] || !summarise.Content.Reveal().StartsWith("Summarise", StringComparison.Ordinal))
                return [answer];
            if (user.Content.Length + assistant.Content.Length > 400)
                throw new EngineException(FailureCode.ContextOverflow, "Too long.");
            asked.Add([user, assistant]);
            return ["part"];
        };
        await ChatAsync(message, "/compact", "Go on");
        Assert.Equal((message, answer), (string.Concat(asked.Select(m => m[0].Content.Reveal())), string.Concat(asked.Select(m => m[1].Content.Reveal()))));
        Assert.Equal(string.Join('\n', asked.Select(_ => "part")), Messages(_cli.Model.Requests[^1])[1].Content);
    }

    [Fact]
    public async Task A_context_that_is_too_small_for_any_summary_is_an_error_with_a_remedy()
    {
        _cli.Model.Answer = request => Messages(request).Length > 1 ? throw new EngineException(FailureCode.ContextOverflow, "Too long.") : ["ok"];
        Assert.Equal(1, await ChatAsync("Hi", "/compact"));
        Assert.Contains("to do: /save keeps the conversation", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused_and_not_replaced()
    {
        Assert.Equal(1, await _cli.RunAsync([0x61, 0xFF, 0x0A], ["chat"]));
        Assert.Contains("A line of standard input is not UTF-8: the byte at position 1", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Model.Requests);
    }

    [Fact]
    public async Task Lines_may_end_as_on_Windows_and_the_last_one_without_an_end()
    {
        await _cli.RunAsync("one\r\ntwo"u8.ToArray(), ["chat"]);
        Assert.Equal("You said: one\nYou said: two\n", _cli.Output);
    }

    [Fact]
    public async Task An_answer_that_max_tokens_ends_is_said_to_be_ended()
    {
        _cli.Model.Reason = FinishReason.MaxTokens;
        await _cli.RunAsync("Hi"u8.ToArray(), ["chat", "--max-tokens", "2"]);
        Assert.Contains("The answer ends here because --max-tokens is 2.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_context_is_full_and_not_more()
    {
        _cli.Model.Model = _cli.Model.Model with { ContextLength = 51 };
        _cli.Model.Reason = FinishReason.ContextFull;
        await ChatAsync("Hi");
        Assert.Contains("100 % (51 of 51 tokens)", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_may_begin_in_the_home_folder()
    {
        await ChatAsync("Hi", "/save ~/talk.json");
        Assert.True(File.Exists(_cli.PathOf("talk.json")));
        await ChatAsync("/load ~/talk.json", "Again");
        Assert.Equal(3, Messages(1).Length);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_named_as_the_user_named_it()
    {
        Assert.Equal(1, await ChatAsync("Hi", $"/save {_cli.PathOf("none/talk.json")}"));
        Assert.StartsWith($"error: The folder {_cli.PathOf("none")} is not there.\n", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(1, await ChatAsync("Hi", $"/save {_cli.PathOf("")}"));
        Assert.StartsWith($"error: {_cli.PathOf("")} is a folder.\n", _cli.Error, StringComparison.Ordinal);
    }

    Task<int> ChatAsync(params string[] lines) => _cli.RunAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines)), ["chat"]);

    ChatMessage[] Messages(int request) => Messages(_cli.Model.Requests[request]);

    static ChatMessage[] Messages(GenerationRequest request) => [.. Assert.IsType<ChatPrompt>(request.Prompt).Messages];
}
