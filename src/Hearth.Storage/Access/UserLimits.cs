namespace Hearth.Storage.Access;

/// <summary>A user's share of the machine.</summary>
/// <param name="Weight">The share where several want the machine at once: one with weight 2 gets twice as many tokens as one with 1.</param>
/// <param name="TokensPerDay">Tokens of prompts and answers in a day (UTC); null where there is no limit.</param>
/// <param name="RequestsPerMinute">Requests in a minute; null where there is no limit.</param>
public sealed record UserLimits(int Weight = 1, long? TokensPerDay = null, int? RequestsPerMinute = null)
{
    /// <summary>The largest weight: no user can be starved by another's.</summary>
    public const int MostWeight = 100;

    internal void Check()
    {
        if (Weight is < 1 or > MostWeight || TokensPerDay < 0 || RequestsPerMinute < 0)
            throw new StorageException($"These limits cannot be set: {this}.", $"a weight from 1 to {MostWeight}, and no negative number", "Correct the number.");
    }
}
