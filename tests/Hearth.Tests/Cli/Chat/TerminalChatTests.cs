using System.IO.Pipelines;
using System.Text;
using Hearth.Cli;
using Hearth.Cli.Chat;
using Hearth.Cli.Commands;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Workers.Support;

namespace Hearth.Tests.Cli.Chat;

/// <summary>A conversation with keys, as from a terminal.</summary>
public sealed class TerminalChatTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly FakeModel _model = new();
    readonly Pipe _keyboard = new();
    readonly ScreenStream _screen = new();

    string? _broken;
    int _width = 200;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ctrl_c_stops_the_answer_and_not_the_program()
    {
        _model.Answer = _ => ["The beginning ", "and the end"];
        var pieces = 0;
        _model.BeforePiece = cancellation => pieces++ == 1 ? Task.Delay(Timeout.Infinite, cancellation) : Task.CompletedTask;
        var chat = Chat();
        await TypeAsync("Hi\r");
        await _screen.WaitForAsync("The beginning");
        await TypeAsync("\u0003");
        await _screen.WaitForAsync("Stopped; what was said so far is kept.");
        await TypeAsync("More\r");
        await _screen.WaitForAsync("and the end");
        await TypeAsync("\u0004");
        await chat;
        Assert.Equal(2, _model.Requests.Count);
        Assert.Contains("assistant: 14 characters", string.Join(' ', ((ChatPrompt)_model.Requests[1].Prompt).Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thoughts_are_folded_and_can_be_shown()
    {
        _model.Answer = _ => ["?Let me ", "?see.", "Yes."];
        _model.Shape = (piece, delta) => piece[0] == '?' ? delta with { Text = "", Reasoning = piece[1..] } : delta;
        var chat = Chat();
        await TypeAsync("Hi\r");
        await _screen.WaitForAsync("Yes.");
        await TypeAsync("/thinking\r");
        await _screen.WaitForAsync("Let me see.");
        await TypeAsync("\u0004");
        await chat;
    }

    [Fact]
    public async Task Ctrl_c_clears_the_line_first_and_leaves_when_it_comes_twice_on_an_empty_one()
    {
        var chat = Chat();
        await TypeAsync("half a line\u0003");
        await TypeAsync("\u0003");
        await _screen.WaitForAsync("Ctrl-C again or Ctrl-D leaves");
        await TypeAsync("\u0003");
        await chat;
        Assert.Empty(_model.Requests);
    }

    [Fact]
    public async Task A_lost_worker_is_explained_and_the_conversation_is_kept()
    {
        var answers = 0;
        _model.Answer = _ => ++answers == 2 ? throw new EngineException(FailureCode.WorkerLost, "The worker was ended by signal 9.") : ["Fine."];
        var chat = Chat();
        await TypeAsync("One\r");
        await _screen.WaitForAsync("Fine.");
        await TypeAsync("Two\r");
        await _screen.WaitForAsync("The worker was ended by signal 9.");
        await _screen.WaitForAsync("The conversation is kept");
        await TypeAsync("\e[A\r");
        await _screen.WaitForAsync("Fine.", times: 2);
        await TypeAsync("\u0004");
        await chat;
        Assert.Equal(3, ((ChatPrompt)_model.Requests[2].Prompt).Messages.Count);
        Assert.Equal("Two", ((ChatPrompt)_model.Requests[2].Prompt).Messages[2].Content);
    }

    [Fact]
    public async Task What_does_not_fit_is_not_cut_and_the_user_hears_what_to_do()
    {
        _model.Answer = _ => throw new EngineException(FailureCode.ContextOverflow, "The prompt has 9,000 tokens, the context 8,192.");
        var chat = Chat();
        await TypeAsync("Long\r");
        await _screen.WaitForAsync("Nothing was cut, and it was not sent: /compact");
        await TypeAsync("\u0004");
        await chat;
    }

    [Fact]
    public async Task A_message_may_be_typed_while_the_model_is_being_loaded()
    {
        var loaded = new TaskCompletionSource();
        _model.Loaded = loaded.Task;
        var chat = Chat();
        await TypeAsync("Hi\r");
        await _screen.WaitForAsync("› Hi");
        Assert.Empty(_model.Requests);
        loaded.SetResult();
        await _screen.WaitForAsync("You said: Hi");
        await TypeAsync("\u0004");
        await chat;
    }

    [Fact]
    public async Task A_chat_can_be_left_while_the_model_is_being_loaded()
    {
        _model.Loaded = new TaskCompletionSource().Task;
        var chat = Chat();
        await TypeAsync("\u0004");
        await chat.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_terminal_that_is_lost_ends_the_chat()
    {
        var chat = Chat();
        await _keyboard.Writer.CompleteAsync(new IOException("The terminal is gone."));
        await chat.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_pasted_text_of_several_lines_is_one_message()
    {
        var chat = Chat();
        await TypeAsync("\e[200~one\r\ntwo\e[201~\r");
        await _screen.WaitForAsync("You said:");
        await TypeAsync("\u0004");
        await chat;
        Assert.Equal("one\ntwo", ((ChatPrompt)_model.Requests[0].Prompt).Messages[0].Content);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_leaves_the_one_before_and_the_conversation()
    {
        var other = Path.Combine(_folder.Path, "other.gguf");
        await File.WriteAllTextAsync(other, "", TestContext.Current.CancellationToken);
        _broken = other;
        var chat = Chat();
        await TypeAsync("One\r");
        await _screen.WaitForAsync("You said: One");
        await TypeAsync($"/model {other}\r");
        await _screen.WaitForAsync("error: This is no model.");
        await TypeAsync("Two\r");
        await _screen.WaitForAsync("You said: Two");
        await TypeAsync("\u0004");
        await chat;
        Assert.Equal(3, ((ChatPrompt)_model.Requests[1].Prompt).Messages.Count);
    }

    [Fact]
    public async Task Ctrl_c_stops_a_command_too()
    {
        var chat = Chat();
        await TypeAsync("One\r");
        await _screen.WaitForAsync("You said: One");
        _model.Loaded = new TaskCompletionSource().Task;
        await TypeAsync($"/model {Path.Combine(_folder.Path, "m.gguf")}\r");
        await Eventually.HoldsAsync(() => _model.Loads == 2, "the model is being loaded again");
        _model.Loaded = Task.CompletedTask;
        await TypeAsync("\u0003");
        await _screen.WaitForAsync("Stopped.");
        await TypeAsync("Two\r");
        await _screen.WaitForAsync("You said: Two");
        await TypeAsync("\u0004");
        await chat;
    }

    [Fact]
    public async Task Lines_of_the_program_are_broken_between_words()
    {
        _width = 30;
        var chat = Chat();
        await TypeAsync("/claer\r");
        await _screen.WaitForAsync("There is no command /claer.\n/help shows the commands; //\nbegins a message with a slash.\n");
        await TypeAsync("\u0004");
        await chat;
    }

    async Task Chat()
    {
        var path = Path.Combine(_folder.Path, "m.gguf");
        await File.WriteAllTextAsync(path, "");
        var terminal = new Terminal(_keyboard.Reader.AsStream(), _screen, Stream.Null, new(true, true, true, false, () => _width, () => 24));
        var host = new Host
        {
            Terminal = terminal,
            OpenModel = (choice, _) => choice.Paths[0] == _broken ? throw new EngineException(FailureCode.InvalidModel, "This is no model.") : Task.FromResult<IModelFile>(_model),
            Worker = () => null,
            Confinement = () => [],
            VerifyConfinement = (_, _) => throw new NotSupportedException(),
            Environment = name => name == "HEARTH_MODEL" ? path : null,
            Clock = TimeProvider.System,
            ProgramFolder = _folder.Path,
        };
        var call = new Invocation(host, new SettingValues(_ => null, host.Environment, new Dictionary<string, IReadOnlyList<string>>()), [], TestContext.Current.CancellationToken);
        await using var model = new ChatModel(call, call.ChooseModel());
        model.Begin();
        using var input = new TerminalInput(terminal, null, () => 24, ChatCommands.Complete);
        await new ChatSession(call, input, model, interactive: true).RunAsync(TestContext.Current.CancellationToken);
    }

    async Task TypeAsync(string keys) => await _keyboard.Writer.WriteAsync(Encoding.UTF8.GetBytes(keys), TestContext.Current.CancellationToken);
}
