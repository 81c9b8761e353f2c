namespace Hearth.Workers.Verification;

/// <summary>What an attempt to leave the jail shows.</summary>
public enum AttemptVerdict
{
    /// <summary>Denied to the confined probe on every thread, and possible for the one beside it that isn't confined.</summary>
    Denied,

    /// <summary>Possible, and known to be: the runtime needs it, or no mechanism takes it away yet. It doesn't count.</summary>
    Allowed,

    /// <summary>Impossible without confinement too, on this machine or for this user, so that its denial shows nothing.</summary>
    NotDiscriminating,

    /// <summary>Possible, and it must not be; or it failed for another reason than the jail, which shows nothing of the jail.</summary>
    NotDenied,
}
