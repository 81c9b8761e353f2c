using Hearth.Cli.Commands;
using Hearth.Cli.Markdown;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Cli.Chat;

/// <summary>A conversation with a model: reads messages, shows answers, keeps the history. Nothing of it is ever left out silently.</summary>
sealed class ChatSession(Invocation call, IChatInput input, ChatModel model, bool interactive)
{
    /// <summary>Share of the context from which on the user is told that it fills.</summary>
    const double NearlyFull = 0.8;

    Completed? _last;
    Answer? _lastAnswer;

    internal Conversation Conversation { get; } = new() { System = PrivateText.OrNull(call.Get(SettingTable.System)) };

    /// <summary>The conversation becomes another one: figures of the last answer no longer describe it.</summary>
    internal void Change(Action<Conversation> change)
    {
        change(Conversation);
        _last = null;
    }

    internal bool IsConfined => !call.Get(SettingTable.Unconfined);

    /// <summary>A file as the user typed it.</summary>
    internal string PathOf(string typed) => call.Folders.Resolve(typed);

    /// <summary>True: what the model thinks is shown as it comes; false: folded into a line.</summary>
    internal bool ShowsThinking { get; set; }

    /// <summary>Shows what the model thought before its last answer.</summary>
    internal void ShowThinking() => Say(_lastAnswer is { Reasoning.Length: > 0 } answer ? answer.Reasoning.Reveal() : "The model did not think before its last answer.");

    /// <summary>A line from the program, not from the model.</summary>
    internal void Say(string line)
    {
        if (call.Json || !call.Terminal.OutputIsTerminal)
        {
            call.Note(line);
            return;
        }

        var lines = new WordWrapper(call.Terminal.Write, () => call.Terminal.Width, call.Terminal.Color);
        lines.Append(TerminalText.Clean(line), TextStyle.Dim);
        lines.EndLine();
    }

    /// <summary>Runs until the user leaves.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await input.ReadAsync(cancellationToken) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                if (line.StartsWith('/') && !line.StartsWith("//", StringComparison.Ordinal))
                {
                    if (!await CommandAsync(line.TrimEnd(), cancellationToken))
                        return;
                }
                else
                {
                    await SendAsync(line.StartsWith("//", StringComparison.Ordinal) ? line[1..] : line, cancellationToken);
                }
            }
            catch (Exception e) when (interactive && e is (EngineException or CliException or IOException or UnauthorizedAccessException))
            {
                // A script gets the exit code instead; a person goes on.
                Explain(e);
            }
        }
    }

    /// <summary>Replaces the history by the model's own summary of it.</summary>
    internal async Task CompactAsync(CancellationToken cancellationToken)
    {
        if (Conversation.Messages.Count == 0)
        {
            Say("There is nothing to summarise.");
            return;
        }

        Say("The model summarises the conversation; Ctrl-C keeps it as it is.");
        var count = Conversation.Messages.Count;
        var summary = await Summary.OfAsync(Conversation.Messages, messages => AnswerAsync(messages, cancellationToken));
        if (summary is not { } text)
        {
            Say("Stopped; the conversation is as it was.");
            return;
        }

        Change(c => c.Replace([new("user", "What have we talked about so far?"), new("assistant", text)]));
        Say($"The summary above now stands for the {count} messages before; nothing else of them is kept.");
    }

    /// <summary>Shows figures of the last answer and of the worker.</summary>
    internal async Task ShowStatsAsync(CancellationToken cancellationToken)
    {
        var engine = await model.EngineAsync(cancellationToken);
        Say(_last is null ? "No answer yet." : Speed.Describe(_last));
        if (_last is not null)
            Say($"context: {Fill(_last, engine)}");
        var stats = await engine.StatsAsync(cancellationToken);
        Say($"worker: {Quantity.Bytes(stats.ResidentBytes)} resident, {Quantity.Bytes(stats.AnonymousBytes)} of it anonymous, {Quantity.Bytes(stats.PeakResidentBytes)} at the peak; "
            + $"{stats.PagesUsed} of {stats.PagesTotal} cache pages used");
    }

    /// <summary>Shows the model, or takes another one.</summary>
    internal async Task ModelAsync(string name, CancellationToken cancellationToken)
    {
        if (name.Length > 0)
        {
            // The adapters of the command line are for the model of the command line.
            call.Values.Withdraw(SettingTable.Lora);
            await TakeModelAsync(call.ChooseModel(name), cancellationToken);
        }

        var loaded = (await model.EngineAsync(cancellationToken)).Model;
        Say($"{model.Chosen.Title}: {loaded.Architecture}, {Quantity.Count(loaded.ParameterCount)} parameters, context {Quantity.Grouped(loaded.ContextLength)}");
        Say($"{loaded.InstructionSet} with {loaded.Threads.Prefill} threads, numeric profile {loaded.NumericProfile}, loaded in {Quantity.Time(loaded.LoadTime)}");
    }

    async Task TakeModelAsync(ChosenModel other, CancellationToken cancellationToken)
    {
        var before = model.Chosen;
        _last = null;
        LicenceGate.Remind(call, other);
        await model.ExchangeAsync(other);
        try
        {
            await model.EngineAsync(cancellationToken);
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            call.Use(before);
            await model.ExchangeAsync(before);
            Say($"The model stays {before.Title}.");
            throw;
        }
    }

    async Task<bool> CommandAsync(string line, CancellationToken cancellationToken)
    {
        if (ChatCommands.Find(line) is not { } command)
        {
            Say($"There is no command {line.Split(' ')[0]}. /help shows the commands; // begins a message with a slash.");
            return true;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var onInterrupt = input.OnInterrupt(stop.Cancel);
        try
        {
            return await command.Run(this, line[command.Name.Length..].Trim(), stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Say("Stopped.");
            return true;
        }
    }

    async Task SendAsync(PrivateText text, CancellationToken cancellationToken)
    {
        var (answer, stopped) = await AnswerAsync(Conversation.With(new ChatMessage("user", text)), cancellationToken);
        call.Host.Alarms.Show(call.Terminal);
        if (answer.Text.Length > 0 || !stopped)
            Conversation.Add(text, answer.Text);
        if (stopped)
            Say(answer.Text.Length > 0 ? "Stopped; what was said so far is kept." : "Stopped; the message is not part of the conversation.");
        if (answer.Completed is not { } done)
            return;
        _last = done;
        if (call.Get(SettingTable.Timings))
            Say(Speed.Describe(done));
        await WarnAsync(done, cancellationToken);
    }

    static void Show(Delta delta, ThinkingView thinking, AnswerView view)
    {
        thinking.Write(delta);
        if (delta.Text.Length == 0)
            return;
        thinking.Finish();
        view.Write(delta.Text.Reveal());
    }

    /// <summary>Lets the model answer and shows it; what was said before an interruption is kept.</summary>
    async Task<(Answer Answer, bool Stopped)> AnswerAsync(List<ChatMessage> messages, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var onInterrupt = input.OnInterrupt(stop.Cancel);
        var answer = new Answer();
        _lastAnswer = answer;
        var view = new AnswerView(call.Terminal, call.Json);
        var thinking = new ThinkingView(call.Terminal, call.Json ? static _ => { } : call.Note, ShowsThinking && !call.Json, call.Host.Clock);
        try
        {
            var engine = await model.EngineAsync(stop.Token);
            await foreach (var step in engine.GenerateAsync(RequestBuilder.Build(call, new ChatPrompt(messages)), stop.Token))
            {
                answer.Add(step);
                if (step is Delta delta)
                    Show(delta, thinking, view);
            }

            thinking.Finish();
            view.Finish();
            return (answer, false);
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException)
        {
            thinking.Finish();
            if (answer.Text.Length > 0)
                view.Finish();
            if (e is EngineException || cancellationToken.IsCancellationRequested)
                throw;
            return (answer, true);
        }
    }

    async Task WarnAsync(Completed done, CancellationToken cancellationToken)
    {
        var engine = await model.EngineAsync(cancellationToken);
        if (done.Reason == FinishReason.ContextFull)
            Say($"The answer ends here because the context is full: {Fill(done, engine)}. /compact goes on from a summary, /clear begins anew.");
        else if (done.Reason == FinishReason.MaxTokens)
            Say($"The answer ends here because --max-tokens is {call.Get(SettingTable.MaxTokens)}.");
        else if (done.PromptTokens + done.GeneratedTokens > NearlyFull * engine.Model.ContextLength)
            Say($"The conversation fills {Fill(done, engine)} of the context. Before it is full: /compact goes on from a summary, /clear begins anew.");
    }

    void Explain(Exception exception)
    {
        var failure = Failure.Of(exception);
        Say($"error: {failure.Message}");
        switch (exception)
        {
            case EngineException { Code: FailureCode.ContextOverflow }:
                Say("The message does not fit the context any more. Nothing was cut, and it was not sent: /compact goes on from a summary, /clear begins anew; the arrow up brings it back.");
                break;
            case EngineException { Code: FailureCode.WorkerLost }:
                Say("The conversation is kept, without the message that was being answered. Send it again (arrow up): a new worker will answer.");
                break;
            default:
                if (failure.Words.Length > 0)
                    Say($"  it says: {failure.Words.Reveal()}");
                if (failure.Expected.Length > 0)
                    Say($"  expected: {failure.Expected}");
                if (failure.Remedy.Length > 0)
                    Say($"  to do: {failure.Remedy}");
                break;
        }
    }

    static string Fill(Completed done, IEngine engine)
    {
        // The last token of an answer that fills the context has no place in it and needs none.
        var used = Math.Min(done.PromptTokens + done.GeneratedTokens, engine.Model.ContextLength);
        return $"{Quantity.Percent((double)used / engine.Model.ContextLength)} ({Quantity.Grouped(used)} of {Quantity.Grouped(engine.Model.ContextLength)} tokens)";
    }
}
