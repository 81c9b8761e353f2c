using Hearth.Models;

namespace Hearth.Server.Serving;

/// <summary>The load of a model for all who ask for it meanwhile: it goes on as long as one of them waits.</summary>
/// <param name="entry">What is loaded.</param>
sealed class SharedLoad(ModelEntry entry) : IDisposable
{
    readonly CancellationTokenSource _givenUp = new();

    internal ModelEntry Entry => entry;

    /// <summary>Those who wait.</summary>
    internal int Waiting { get; set; }

    /// <summary>Once it is loaded; each of those who waited then holds it.</summary>
    internal PooledModel? Model { get; set; }

    /// <summary>Ends with the model, or with why it can't be loaded.</summary>
    internal Task<PooledModel> Ended { get; set; } = null!;

    /// <summary>Nobody waits any more.</summary>
    internal CancellationToken GivenUp => _givenUp.Token;

    /// <summary>What hears of it runs on a thread of its own: whoever gives up holds the lock of the pool.</summary>
    internal void GiveUp() => _ = _givenUp.CancelAsync();

    public void Dispose() => _givenUp.Dispose();
}
