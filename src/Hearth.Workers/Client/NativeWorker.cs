namespace Hearth.Workers.Client;

/// <summary>A worker compiled to machine code for a class of processors.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="InstructionSet">What it takes for granted, as the compiler calls it.</param>
/// <param name="RunsHere">Whether this processor has that. Of another family's worker it says nothing.</param>
public sealed record NativeWorker(string Name, string InstructionSet, bool RunsHere);
