using Hearth.Fuzz;
using SharpFuzz;

// Hearth.Fuzz                     lists the targets, what to instrument for each
// Hearth.Fuzz TARGET              runs under driver.c, which sends the inputs
// Hearth.Fuzz TARGET FILE...      runs files, such as a finding
// Hearth.Fuzz plant NAME FOLDER   puts a bug into a copy of the project (see planted.tsv)
// Hearth.Fuzz coverage FILE       says which share of the watched lines a Cobertura report has reached
if (args is ["plant", var bug, var folder])
    return PlantedBug.Plant(bug, folder);
if (args is ["coverage", var report])
    return Coverage.Print(report);

if (args.Length == 0)
{
    foreach (var (name, described) in FuzzTarget.All)
        Console.WriteLine($"{name} {described.Assembly} {string.Join(' ', described.Watched)}");
    return 0;
}

if (!FuzzTarget.All.TryGetValue(args[0], out var target))
{
    Console.Error.WriteLine($"No target '{args[0]}'. There are: {string.Join(", ", FuzzTarget.All.Keys)}.");
    return 2;
}

if (args.Length == 1)
    Fuzzer.LibFuzzer.Run(input => FuzzLimits.Run(target, input));
foreach (var path in args.AsSpan(1))
    FuzzLimits.Run(target, File.ReadAllBytes(path));
return 0;
