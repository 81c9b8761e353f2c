namespace Hearth.Requests;

/// <summary>What may be told of a failure that nobody foresaw: names of code. Its own words may be those of a user.</summary>
public static class FailurePlace
{
    /// <summary>The first line of the stack; empty where it was never thrown.</summary>
    /// <param name="failure">What was thrown.</param>
    public static string Of(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.StackTrace?.Split('\n')[0].Trim() ?? "";
    }

    /// <summary>Its kind, and that line behind it.</summary>
    /// <param name="failure">What was thrown.</param>
    public static string Describe(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return $"{failure.GetType().Name} {Of(failure)}".TrimEnd();
    }
}
