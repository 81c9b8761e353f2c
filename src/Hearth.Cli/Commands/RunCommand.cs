using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth run</c>: one prompt, one answer.</summary>
static class RunCommand
{
    internal static readonly Command Command = new("run", "answers one prompt", RunAsync)
    {
        Argument = "PROMPT",
        ArgumentHelp = "the prompt; standard input, byte for byte, where it is absent",
        Details = "The answer appears as it is made. With --json the object has text, tokens, finish_reason (stop, length or tool_calls),\n"
            + "finish_detail, usage, timings, seed and numeric_profile, and reasoning and tool_calls where there are such. What a model\n"
            + "thinks goes to standard error (not with --quiet); without --json a tool call is a line of JSON.",
        Groups =
        [
            ("Prompt", [SettingTable.Raw, SettingTable.ParseSpecial, SettingTable.Tools]),
            ("Answer", [SettingTable.Schema, SettingTable.Grammar, SettingTable.AnswerRegex, .. SettingTable.Sampling, SettingTable.IgnoreEos, SettingTable.LogProbs, SettingTable.Timings]),
            ("Model", SettingTable.Loading),
        ],
        Examples =
        [
            ("a question to the model that ships", "hearth run \"What is the capital of France?\""),
            ("the same answer every time, as JSON", "hearth run --temperature 0 --max-tokens 64 --json \"Name three rivers.\""),
            ("an answer that a program can read", "hearth run --schema person.json \"Invent a person.\""),
            ("a text from a file, continued without a chat template", "hearth run --raw --max-tokens 32 < start.txt"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var chosen = call.ChooseModel();
        await LicenceGate.PassAsync(call, chosen);
        var raw = call.Get(SettingTable.Raw);
        var parseSpecial = call.Get(SettingTable.ParseSpecial);
        if (parseSpecial && !raw)
            call.Note("--parse-special has no effect without --raw: the texts of a conversation never become control tokens.");
        var tools = call.Get(SettingTable.Tools) is { } file ? await ToolFile.ReadAsync(call, file) : [];
        if (tools.Count > 0 && raw)
            call.Note("--tools has no effect with --raw: tools are shown to a model by its chat template.");
        var logProbabilities = call.Get(SettingTable.LogProbs);
        var request = RequestBuilder.Build(call, new TextPrompt("")) with
        {
            IgnoreEndOfText = call.Get(SettingTable.IgnoreEos),
            LogProbabilities = logProbabilities,
            Constraint = await ConstraintFile.ReadAsync(call),
        };

        // The worker starts while the prompt is still being read.
        var opening = call.OpenAsync(chosen);
        try
        {
            var text = call.Argument ?? await StandardInput.ReadTextAsync(call, "the prompt");
            request = request with { Prompt = raw ? new TextPrompt(text, parseSpecial) : Conversation(call.Get(SettingTable.System), text) with { Tools = tools } };
        }
        catch
        {
            await using var unused = await opening;
            throw;
        }

        await using var model = await opening;
        await using var engine = await call.LoadAsync(chosen, model);
        var answer = new Answer();
        var thoughts = Thoughts(call);
        try
        {
            await foreach (var step in engine.GenerateAsync(request, call.CancellationToken))
            {
                answer.Add(step);
                if (step is Delta delta && !call.Json)
                    Show(call, delta, thoughts);
            }
        }
        catch when (call.Terminal.OutputIsTerminal && !call.Json && answer.Text.Length > 0)
        {
            // The error that follows begins a line of its own.
            call.Terminal.Write("\n");
            throw;
        }

        thoughts.Finish();
        if (call.Json)
            call.WriteResult(writer => AnswerJson.Write(writer, answer, engine.Model, logProbabilities is not null));
        else if (answer.Text.Length > 0 || answer.ToolCalls.Count == 0)
            call.Terminal.Write("\n");
        if (!call.Json)
            Show(call, answer);
        if (call.Get(SettingTable.Timings))
            call.Terminal.WriteError(answer.Completed is { } done ? $"{Speed.Describe(done)}\n" : "");
        return ExitCode.Ok;
    }

    /// <summary>Thoughts are no part of the answer, so they do not go where it goes.</summary>
    static ThoughtText Thoughts(Invocation call)
    {
        Action<string> write = call.Get(SettingTable.Quiet) ? Nowhere : call.Terminal.WriteError;
        return new(write, call.Terminal.ErrorIsTerminal, call.Terminal is { ErrorIsTerminal: true, Color: true });

        static void Nowhere(string text)
        {
        }
    }

    static void Show(Invocation call, Delta delta, ThoughtText thoughts)
    {
        thoughts.Write(delta.Reasoning.Reveal());
        if (delta.Text.Length == 0)
            return;
        thoughts.Finish();
        call.Terminal.Write(call.Terminal.OutputIsTerminal ? TerminalText.Clean(delta.Text.Reveal()) : delta.Text.Reveal());
    }

    static void Show(Invocation call, Answer answer)
    {
        foreach (var made in answer.ToolCalls)
            call.Terminal.WriteJson(writer => AnswerJson.WriteCall(writer, made));
        if (answer.Completed?.IncompleteToolCall is not null)
            call.Note("The answer ends inside a tool call, which cannot be used. A higher --max-tokens may help.");
    }

    static ChatPrompt Conversation(string? system, PrivateText text)
        => new(system is null ? [new("user", text)] : [new("system", system), new("user", text)]);
}
