using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hearth.Benchmarks.Machine;
using Hearth.Benchmarks.Measuring;

namespace Hearth.Benchmarks.Reports;

/// <summary>A page in <c>docs/measurements</c>: where, when and by which command, then tables; beside it the same samples as JSON.</summary>
sealed class Report(string title)
{
    static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    readonly StringBuilder _text = new();

    /// <summary>Adds the lines that every figure needs.</summary>
    internal async Task<Report> AddOriginAsync(string command, params IReadOnlyList<(string Name, string Value)> more)
    {
        var commit = (await Command.RunAsync("git", "rev-parse", "--short=12", "HEAD")).Trim();
        var changed = (await Command.RunAsync("git", "status", "--porcelain", "--", "src", "bench")).Length > 0;
        AddList(
        [
            ("Machine", Processor.Current.Name),
            ("System", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}"),
            ("Date", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("Commit", changed ? $"{commit}, with uncommitted changes" : commit),
            ("Command", $"`{command}`"),
            .. more,
        ]);
        return this;
    }

    internal void AddHeading(string text) => _text.Append("## ").Append(text).Append("\n\n");

    internal void AddParagraph(string text) => _text.Append(text).Append("\n\n");

    internal void AddTable(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        AddRow(columns);
        AddRow([.. columns.Select((_, i) => i == 0 ? "---" : "---:")]);
        foreach (var row in rows)
            AddRow(row);
        _text.Append('\n');
    }

    /// <summary>Writes the page and its samples, and prints the page.</summary>
    internal async Task WriteAsync(string name, object samples)
    {
        var path = Path.Combine(Command.Root, "docs", "measurements", $"{name}-{Processor.Current.ShortName}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var page = $"# {title}\n\n{_text.ToString().Trim()}\n";
        await File.WriteAllTextAsync(path + ".md", page);
        await File.WriteAllTextAsync(path + ".json", JsonSerializer.Serialize(samples, Options) + "\n");
        await Console.Out.WriteLineAsync(page);
    }

    /// <summary>A median with its quartiles.</summary>
    internal static string Text(Quartiles q, string format)
        => double.IsNaN(q.Median) ? "–" : $"{Number(q.Median, format)} ({Number(q.Low, format)}–{Number(q.High, format)})";

    internal static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    internal static string Judge(bool met) => met ? "met" : "**missed**";

    void AddList(IEnumerable<(string Name, string Value)> items)
    {
        foreach (var (name, value) in items)
            _text.Append("- ").Append(name).Append(": ").Append(value).Append('\n');
        _text.Append('\n');
    }

    void AddRow(IReadOnlyList<string> cells) => _text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
