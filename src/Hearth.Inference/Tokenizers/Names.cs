namespace Hearth.Inference.Tokenizers;

/// <summary>Names that files give to kinds of things.</summary>
static class Names
{
    /// <summary>What a table has under the name, or an error that shows the name if it is safe to show.</summary>
    internal static T Find<T>(IReadOnlyDictionary<string, T> table, string name, string what)
        => table.TryGetValue(name, out var value)
            ? value
            : throw ModelError.Unsupported($"{what} is {Printable(name)}.", $"one of {string.Join(", ", table.Keys)}");

    static string Printable(string name) => name.Length <= 32 && name.All(c => c is > ' ' and <= '~') ? $"'{name}'" : "not a printable name";
}
