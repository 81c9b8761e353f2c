using System.Globalization;

namespace Hearth.Benchmarks;

/// <summary>Options of the form <c>--name value</c>. What is not asked for by the check is refused.</summary>
sealed class Arguments
{
    readonly Dictionary<string, string> _given = [];

    internal Arguments(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == arguments.Count)
                throw new ArgumentException($"Expected an option and its value, found '{arguments[i]}'.");
            _given[arguments[i]] = arguments[i + 1];
        }
    }

    internal string Text(string name, string fallback) => _given.Remove(name, out var value) ? value : fallback;

    internal double Number(string name, double fallback)
    {
        if (!_given.Remove(name, out var text))
            return fallback;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0
            ? value
            : throw new ArgumentException($"{name} needs a number, 0 or more, found '{text}'.");
    }

    internal void ExpectNoMore()
    {
        if (_given.Count > 0)
            throw new ArgumentException($"This check has no option {string.Join(" or ", _given.Keys)}.");
    }
}
