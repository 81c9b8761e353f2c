using System.Diagnostics;
using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Checks;

/// <summary>From the start of <c>./hearth run</c> to the first byte of its answer, as a shell would see it: process, worker, loading and prompt.</summary>
static class FirstTokenCheck
{
    const double BarSeconds = 0.8;
    const double MostUsedByOthers = 0.05;
    const int PromptTokens = 30;

    const string Prompt =
        "The lighthouse keeper climbed the stairs each evening, lit the lamp, wrote the weather in his book, and then looked out over the dark sea for ships";

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var runs = (int)arguments.Number("--runs", 20);
        arguments.ExpectNoMore();
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim(); // builds where needed, and warms the file cache
        var prompt = await CutAsync(Prompt);

        var quiet = new QuietRuns(MostUsedByOthers);
        var seconds = new List<double>();
        await TimeAsync(prompt);
        while (seconds.Count < runs)
        {
            var (time, others) = await quiet.RunAsync(() => TimeAsync(prompt));
            if (others <= MostUsedByOthers)
                seconds.Add(time);
        }

        var result = Quartiles.Of(seconds);
        var met = result.Median <= BarSeconds;
        var report = await new Report("Time to the first token").AddOriginAsync("./test --long first-token", ("Hearth", version));
        report.AddParagraph(
            $"`hearth run --raw` on the shipped model with a prompt of {PromptTokens} tokens, from the start of the process to the first byte of the answer, "
            + $"warm file cache, {runs} new processes: median (quartiles) **{Report.Text(result, "F3")} s**; bar ≤ {Report.Number(BarSeconds, "F1")} s: {Report.Judge(met)}.");
        await report.WriteAsync("first-token", new { version, seconds });
        return met;
    }

    static async Task<double> TimeAsync(string prompt)
    {
        var start = Stopwatch.GetTimestamp();
        using var process = Command.Start(Command.Hearth, ["run", "--model", BenchmarkModels.Shipped, "--raw", "--temperature", "0", "--max-tokens", "8", prompt]);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var first = new byte[1];
        var read = await process.StandardOutput.BaseStream.ReadAsync(first);
        var elapsed = Stopwatch.GetElapsedTime(start);
        await process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        await process.WaitForExitAsync();
        return read == 1 && process.ExitCode == 0
            ? elapsed.TotalSeconds
            : throw new CommandFailedException($"hearth run gave no answer (exit code {process.ExitCode}): {await errors}");
    }

    /// <summary>Takes words from the end until the prompt has the wanted length in the shipped model's tokens.</summary>
    static async Task<string> CutAsync(string text)
    {
        for (; text.Contains(' ', StringComparison.Ordinal); text = text[..text.LastIndexOf(' ')])
        {
            var count = await ShippedModel.CountTokensAsync(text);
            if (count == PromptTokens)
                return text;
        }

        throw new CommandFailedException($"No beginning of the prompt has {PromptTokens} tokens.");
    }
}
