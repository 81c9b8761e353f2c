namespace Hearth.Workers.Verification;

/// <summary>What a verification holds for: another kernel, user or kind of worker may give another result.</summary>
/// <param name="Kernel">The release of the kernel.</param>
/// <param name="Architecture">The processor family.</param>
/// <param name="LandlockAbi">The version of Landlock, 0 where there is none.</param>
/// <param name="User">Whoever runs this.</param>
/// <param name="Worker"><c>managed</c> or <c>native</c>: what the worker and the probe beside it are.</param>
/// <param name="Date">When it was done.</param>
public sealed record VerifiedMachine(string Kernel, string Architecture, int LandlockAbi, string User, string Worker, DateTimeOffset Date);
