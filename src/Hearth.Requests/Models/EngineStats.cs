namespace Hearth.Requests.Models;

/// <summary>Counters of a running engine.</summary>
/// <param name="PagesUsed">Cache pages in use, shared ones once.</param>
/// <param name="PagesTotal">Cache pages there are.</param>
/// <param name="Running">Sequences that are being computed.</param>
/// <param name="Waiting">Requests in line.</param>
/// <param name="PassesDone">Passes since the start: it grows while an engine is busy and stands while it is stuck.</param>
/// <param name="ResidentBytes">Resident memory of the process.</param>
/// <param name="AnonymousBytes">Resident memory that belongs to no file.</param>
/// <param name="PeakResidentBytes">The highest resident memory so far.</param>
public sealed record EngineStats(
    int PagesUsed, int PagesTotal, int Running, int Waiting, long PassesDone, long ResidentBytes, long AnonymousBytes, long PeakResidentBytes);
