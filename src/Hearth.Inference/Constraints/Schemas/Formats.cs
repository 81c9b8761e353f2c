namespace Hearth.Inference.Constraints.Schemas;

/// <summary>Formats that are enforced. By the specification a format is an annotation, so others say nothing; these are written rightly.</summary>
static class Formats
{
    const string Time = @"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)";
    const string LongDate = @"\d{4}-((0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)";
    const string Octet = @"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)";

    static readonly Dictionary<string, string> Expressions = new()
    {
        // RFC 3339; the 29th of February is left out, since it isn't in every year.
        ["date"] = $"^{LongDate}$",
        ["time"] = $"^{Time}$",
        ["date-time"] = $"^{LongDate}T{Time}$",
        ["email"] = @"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$",
        ["ipv4"] = $@"^{Octet}\.{Octet}\.{Octet}\.{Octet}$",
        ["uuid"] = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    };

    /// <summary>The expression of a format, or null.</summary>
    internal static string? Expression(string format) => Expressions.GetValueOrDefault(format);
}
