using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Serving;

namespace Hearth.Server.Ollama;

/// <summary>How long a model stays loaded after a request: a number of seconds, or a duration as Go writes it, such as 1h30m. Below zero is for ever.</summary>
static partial class KeepAlive
{
    const string Field = "keep_alive";

    /// <summary>Nobody writes a longer one.</summary>
    const int LongestDuration = 64;

    /// <summary>Seconds of each unit (https://pkg.go.dev/time#ParseDuration). The micro sign and the Greek letter are different characters.</summary>
    static readonly Dictionary<string, double> Units = new()
    {
        ["ns"] = 1e-9,
        ["us"] = 1e-6,
        ["\u00b5s"] = 1e-6,
        ["\u03bcs"] = 1e-6,
        ["ms"] = 1e-3,
        ["s"] = 1,
        ["m"] = 60,
        ["h"] = 3600,
    };

    /// <summary>The time; null where the request doesn't say.</summary>
    internal static TimeSpan? Read(RequestBody body) => body.Find(Field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number => Span(number.GetDouble()),
        { ValueKind: JsonValueKind.String } text => Span(Seconds(text.GetString()!)),
        { } other => throw body.Wrong(Field, other, "a duration or a number of seconds"),
    };

    static TimeSpan Span(double seconds) => seconds < 0 || seconds > Stay.ForEver.TotalSeconds ? Stay.ForEver : TimeSpan.FromSeconds(seconds);

    static double Seconds(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var plain) && double.IsFinite(plain))
            return plain;
        if (text.Length > LongestDuration || Duration().Match(text) is not { Success: true } duration)
            throw Refusal.Invalid(Field, $"'{Field}' is no duration; one such as \"5m\", \"1h30m\" or \"-1s\" belongs there, or a number of seconds.");
        var (numbers, units) = (duration.Groups["number"].Captures, duration.Groups["unit"].Captures);
        var seconds = numbers.Zip(units, (number, unit) => double.Parse(number.ValueSpan, CultureInfo.InvariantCulture) * Units[unit.Value]).Sum();
        return text[0] == '-' ? -seconds : seconds;
    }

    [GeneratedRegex(@"^[-+]?((?<number>[0-9]+(\.[0-9]*)?|\.[0-9]+)(?<unit>ns|us|\u00b5s|\u03bcs|ms|s|m|h))+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Duration();
}
