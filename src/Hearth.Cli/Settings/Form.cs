using System.Globalization;
using Hearth.Server;
using Hearth.Storage.Access;

namespace Hearth.Cli.Settings;

/// <summary>How a value is written: what is accepted, in words, and how it is read.</summary>
sealed record Form<T>(string Expected, Form<T>.Reader Read)
{
    /// <summary>Reads what was written, in order; false where it is not of this form.</summary>
    internal delegate bool Reader(IReadOnlyList<string> texts, out T value);
}

/// <summary>The forms that the settings use.</summary>
static class Forms
{
    internal static Form<string> Text { get; } = One("a text that is not empty", static (string text, out string value) => (value = text).Length > 0);

    internal static Form<IReadOnlyList<string>> Texts { get; }
        = new("at least one text, none empty", static (texts, out value) => (value = texts).All(t => t.Length > 0));

    internal static Form<IReadOnlyList<AdapterChoice>> Adapters { get; } = new("FILE or FILE:SCALE, an adapter in GGUF and a finite number such as 0.5", static (texts, out value) =>
    {
        var read = texts.Select(AdapterChoice.Read).OfType<AdapterChoice>().ToList();
        value = read;
        return read.Count == texts.Count;
    });

    internal static Form<string> Address { get; } = One("an IP address such as 127.0.0.1, 0.0.0.0 or ::1", static (string text, out string value) => ListenOptions.IsAddress(value = text));

    internal static Form<IReadOnlyList<string>> HostNames { get; }
        = new("a name such as hearth.lan, without http:// and without a port", static (texts, out value) => (value = texts).All(IsHostName));

    internal static Form<ulong?> Seed { get; } = One("a whole number from 0 to 18446744073709551615", static (string text, out ulong? value) =>
    {
        var ok = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        value = number;
        return ok;
    });

    internal static Form<DateTime?> Time { get; } = One("a local time such as 2026-01-02T03:04:05", static (string text, out DateTime? value) =>
    {
        var ok = DateTime.TryParseExact(text, (string[])["yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        value = time;
        return ok;
    });

    /// <summary>A number of weights, in millions (M) or billions (B).</summary>
    internal static Form<long?> Weights { get; } = One("a number from 1M to 2000B, such as 8B or 350M", static (string text, out long? value) =>
    {
        var unit = text.Length > 0 ? char.ToUpperInvariant(text[^1]) switch { 'M' => 1e6, 'B' => 1e9, _ => 0 } : 0;
        var ok = double.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        value = (long)Math.Min(number * unit, 1e15);
        return ok && value is >= 1_000_000 and <= 2_000_000_000_000;
    });

    /// <summary>Scopes with commas between, such as <c>chat,read</c>.</summary>
    internal static Form<KeyScopes> Scopes { get; } = One("chat, read, admin, metrics, or several of them with commas", static (string text, out KeyScopes value) =>
    {
        value = text.Split(',').Aggregate(KeyScopes.None, (scopes, word) => scopes | ScopeOf(word));
        return text.Split(',').All(word => ScopeOf(word) != KeyScopes.None);
    });

    internal static Form<KeyExpiry?> Expiry { get; } = One("days from 1d to 3650d, or a day such as 2027-01-31", static (string text, out KeyExpiry? value) => (value = KeyExpiry.Read(text)) is not null);

    internal static Form<bool> Flag { get; } = One("true or false", static (string text, out bool value) =>
    {
        value = text is "true" or "1" or "yes" or "on";
        return value || text is "false" or "0" or "no" or "off";
    });

    /// <summary>Pairs such as <c>198=-5</c>: a token id and what is added to its logit.</summary>
    internal static Form<IReadOnlyDictionary<int, float>> LogitBias { get; } = new("ID=VALUE, a token id and a number from -100 to 100", ReadLogitBias);

    internal static Form<int?> WholeOrNone(int from, int to) => One($"a whole number from {from} to {to}", (string text, out int? value) =>
    {
        var ok = Whole(from, to).Read([text], out var number);
        value = number;
        return ok;
    });

    internal static Form<int> Whole(int from, int to) => One($"a whole number from {from} to {to}", (string text, out int value)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= from && value <= to);

    internal static Form<float> Real(float from, float to) => One(
        string.Create(CultureInfo.InvariantCulture, $"a number from {from} to {to}"),
        (string text, out float value)
            => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value >= from && value <= to);

    internal static Form<T> OneOf<T>(params (string Name, T Value)[] choices) => One(string.Join(" or ", choices.Select(c => c.Name)), (string text, out T value) =>
    {
        var index = Array.FindIndex(choices, c => c.Name == text);
        value = index < 0 ? default! : choices[index].Value;
        return index >= 0;
    });

    static KeyScopes ScopeOf(string word) => word switch
    {
        "chat" => KeyScopes.Chat,
        "read" => KeyScopes.Read,
        "admin" => KeyScopes.Admin,
        "metrics" => KeyScopes.Metrics,
        _ => KeyScopes.None,
    };

    static Form<T> One<T>(string expected, OneReader<T> read) => new(expected, (texts, out value) =>
    {
        value = default!;
        return texts.Count == 1 && read(texts[0], out value);
    });

    /// <summary>As it stands in a request's Host, where an IPv6 address has brackets.</summary>
    static bool IsHostName(string name) => Uri.CheckHostName(name) is var kind && kind != UriHostNameType.Unknown && (kind != UriHostNameType.IPv6 || name[0] == '[');

    static bool ReadLogitBias(IReadOnlyList<string> texts, out IReadOnlyDictionary<int, float> value)
    {
        var biases = new Dictionary<int, float>();
        value = biases;
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=');
            if (equals < 0 || !Whole(0, int.MaxValue).Read([text[..equals]], out var id) || !Real(-100, 100).Read([text[(equals + 1)..]], out var bias))
                return false;
            biases[id] = bias;
        }

        return true;
    }

    delegate bool OneReader<T>(string text, out T value);
}
