namespace Hearth.Fuzz;

/// <summary>A bug that fuzzing must find, or it would find nothing else either: a piece of source text and the one that replaces it.</summary>
/// <param name="Target">The target that must find it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Path">The file, from the folder of the project.</param>
/// <param name="Text">Text that the file holds exactly once.</param>
/// <param name="Replacement">What stands there with the bug.</param>
sealed record PlantedBug(string Target, string Name, string Path, string Text, string Replacement)
{
    /// <summary>The bugs of a table: a line each, columns separated by tabs, # for comments.</summary>
    internal static IEnumerable<PlantedBug> Read(string table)
        => from line in File.ReadLines(table)
           where line.Length > 0 && line[0] != '#'
           let columns = line.Split('\t')
           select new PlantedBug(columns[0], columns[1], columns[2], columns[3], columns[4]);

    /// <summary>Whether the bug can still be planted.</summary>
    internal bool Fits(string source) => source.Split(Text).Length == 2;

    /// <summary>Plants a bug into a copy of the project.</summary>
    internal static int Plant(string name, string folder)
    {
        var bug = Read(System.IO.Path.Combine(folder, "tests", "Hearth.Fuzz", "planted.tsv")).Single(bug => bug.Name == name);
        var file = System.IO.Path.Combine(folder, bug.Path);
        var source = File.ReadAllText(file);
        if (!bug.Fits(source))
        {
            Console.Error.WriteLine($"{bug.Path} does not hold the text of {name} exactly once. Bring planted.tsv up to date.");
            return 1;
        }

        File.WriteAllText(file, source.Replace(bug.Text, bug.Replacement, StringComparison.Ordinal));
        return 0;
    }
}
