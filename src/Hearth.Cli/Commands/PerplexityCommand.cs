using System.Text.Json;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Requests;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth perplexity</c>: how well a model predicts a text, the usual measure of what a quantization costs.</summary>
static class PerplexityCommand
{
    const int MaxBytes = 14 << 20;

    /// <summary>Tokens of a window. The first half is context, the second is counted: the convention of published figures.</summary>
    const int Window = 512;

    internal static readonly Command Command = new("perplexity", "measures how well a model predicts a text", RunAsync)
    {
        FirstArgument = "MODEL",
        FirstArgumentHelp = "the model; --model, or the model that ships, where it is absent",
        Argument = "FILE",
        ArgumentHelp = "the text, in UTF-8; standard input where it is absent",
        Details = $"The text is tokenized as a whole, nothing added, and cut into windows of {Window} tokens that do not overlap. In each window\n"
            + $"the tokens after number {(Window / 2) + 1} are predicted from those before them; a last window that is not full is left out.\n"
            + "The perplexity is e to the mean of -ln p over all predicted tokens: lower is better. Compare only over the same text.",
        Groups = [("Model", SettingTable.Loading)],
        Examples =
        [
            ("the model that ships", "hearth perplexity book.txt"),
            ("another model, as JSON with a figure for every window", "hearth perplexity model.gguf book.txt --json"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var (named, path) = call.Arguments switch
        {
            [var model, var file] => (model, file),
            [var file] => (null, file),
            _ => ((string?)null, (string?)null),
        };
        var chosen = call.ChooseModel(named);
        var text = path is null
            ? await StandardInput.ReadTextAsync(call, "the text")
            : BoundedFile.Decode(await BoundedFile.ReadInputAsync(path, "The text", MaxBytes, call.CancellationToken), $"The text {path}");
        await using var opened = await call.OpenAsync(chosen);
        var tokens = await opened.TokenizeAsync(text, parseSpecial: false, call.CancellationToken);
        if (tokens.Count < Window)
            throw new CliException(ExitCode.RequestFailed, $"The text has {tokens.Count} tokens.", $"at least {Window}, one window.", "Take a longer text.");

        await using var engine = await call.LoadAsync(chosen, opened, options => options with { ContextLength = Math.Max(options.ContextLength, Window) });
        var windows = await MeasureAsync(call, engine, tokens);
        var count = windows.Length * ((Window / 2) - 1);
        var perplexity = Math.Exp(windows.Sum() / count);
        if (call.Json)
            call.WriteResult(writer => Write(writer, engine, perplexity, count, tokens.Count, windows));
        else
            call.Terminal.Write(FormattableString.Invariant($"perplexity {perplexity:F4} over {count} tokens in {windows.Length} windows ({engine.Model.NumericProfile})\n"));
        return ExitCode.Ok;
    }

    /// <summary>The sum of −ln p of every window.</summary>
    static async Task<double[]> MeasureAsync(Invocation call, IEngine engine, IReadOnlyList<int> tokens)
    {
        using var progress = call.Progress("predicting");
        var windows = new double[tokens.Count / Window];
        for (var i = 0; i < windows.Length; i++)
        {
            var window = tokens.Skip(i * Window).Take(Window).ToArray();
            windows[i] = -(await engine.ScoreAsync(window, (Window / 2) + 1, call.CancellationToken)).Sum();
            progress.Report(i + 1, windows.Length);
        }

        return windows;
    }

    static void Write(Utf8JsonWriter writer, IEngine engine, double perplexity, int count, int tokens, double[] windows)
    {
        writer.WriteFinite("perplexity", perplexity);
        writer.WriteNumber("count", count);
        writer.WriteFinite("nll_sum", windows.Sum());
        writer.WriteNumber("tokens_in_text", tokens);
        writer.WriteNumber("window", Window);
        writer.WriteList("window_nll", windows, writer.WriteNumberValue);
        writer.WriteString("numeric_profile", engine.Model.NumericProfile);
        writer.WriteString("instruction_set", engine.Model.InstructionSet);
    }
}
