namespace Hearth.Cli.Chat;

/// <summary>Where the messages of a user come from.</summary>
interface IChatInput : IDisposable
{
    /// <summary>The next message; null at the end of the conversation.</summary>
    Task<string?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>While the result lives, Ctrl-C calls this instead of being a key, or instead of what it called before.</summary>
    IDisposable OnInterrupt(Action action);
}
