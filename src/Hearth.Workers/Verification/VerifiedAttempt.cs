namespace Hearth.Workers.Verification;

/// <summary>One attempt to leave the jail, as it went here.</summary>
/// <param name="Group">A word for its kind, such as <c>network</c>.</param>
/// <param name="Name">What was attempted.</param>
/// <param name="Gives">What an attacker would have of it.</param>
/// <param name="Verdict">What it shows.</param>
/// <param name="Why">Why it is allowed, shows nothing, or from which threads it was possible or not refused; for what was denied empty, or since when.</param>
/// <param name="Outcomes">How it went on each kind of thread.</param>
public sealed record VerifiedAttempt(string Group, string Name, string Gives, AttemptVerdict Verdict, string Why, IReadOnlyList<AttemptOutcome> Outcomes);

/// <summary>How an attempt went on one kind of thread: <c>OK</c> where it was possible, otherwise the error.</summary>
/// <param name="Thread">The kind of thread; <c>loading</c> is the main one before a native worker has loaded its model.</param>
/// <param name="Confined">For the confined probe.</param>
/// <param name="Control">For the one beside it that isn't confined.</param>
public sealed record AttemptOutcome(string Thread, string Confined, string Control);
