namespace Hearth.Models.Store;

/// <summary>From what a user typed to one model: the name itself, the name with Ollama's tag <c>latest</c>, or a beginning that only one name has.</summary>
static class NameSearch
{
    const int MostSuggestions = 5;

    /// <exception cref="ModelStoreException">No name fits, or several begin so; the message names them.</exception>
    internal static T Find<T>(IReadOnlyList<T> all, Func<T, string> nameOf, string typed, string remedy) where T : class
    {
        bool Is(T one, string name) => string.Equals(nameOf(one), name, StringComparison.OrdinalIgnoreCase);

        if ((all.FirstOrDefault(one => Is(one, typed)) ?? all.FirstOrDefault(one => Is(one, $"{typed}:latest"))) is { } exact)
            return exact;
        var beginning = typed.Length == 0 ? [] : all.Where(one => nameOf(one).StartsWith(typed, StringComparison.OrdinalIgnoreCase)).ToList();
        if (beginning is [var only])
            return only;
        throw beginning.Count > 1
            ? new ModelStoreException($"{beginning.Count} models begin with '{typed}': {Listed(beginning.Select(nameOf))}.", "a name, or a beginning that only one has", "Type more of it.")
            : new ModelStoreException($"There is no model '{typed}'.", Near([.. all.Select(nameOf)], typed), remedy);
    }

    /// <summary>The names that a slip of the fingers could have meant.</summary>
    static string Near(IReadOnlyList<string> names, string typed)
    {
        var near = names.Select(name => (Name: name, Distance: Distance(name.ToLowerInvariant(), typed.ToLowerInvariant())))
            .Where(candidate => candidate.Distance <= Math.Max(2, typed.Length / 3) || (typed.Length > 2 && candidate.Name.Contains(typed, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(candidate => candidate.Distance).Select(candidate => candidate.Name).Take(MostSuggestions).ToList();
        return near.Count > 0 ? $"perhaps {string.Join(" or ", near)}" : names.Count == 0 ? "one of none: the list is empty" : $"one of {Listed(names)}";
    }

    static string Listed(IEnumerable<string> names)
    {
        var all = names.ToList();
        return $"{string.Join(", ", all.Take(MostSuggestions))}{(all.Count > MostSuggestions ? $" and {all.Count - MostSuggestions} more" : "")}";
    }

    /// <summary>Insertions, deletions and replacements between two texts (Levenshtein 1966); only the beginnings of long ones count.</summary>
    static int Distance(string left, string right)
    {
        (left, right) = (left[..Math.Min(left.Length, 128)], right[..Math.Min(right.Length, 128)]);
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
