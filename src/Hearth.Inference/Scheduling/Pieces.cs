using System.Threading.Channels;
using Hearth.Requests.Events;

namespace Hearth.Inference.Scheduling;

/// <summary>
/// Puts what an answer says into pieces: the first at once, then sixty a second at most, since screens show no more. Each piece costs writes and changes of threads, and where all cores
/// compute, the passes wait for them.
/// </summary>
/// <param name="events">Where the pieces go.</param>
/// <param name="clock">Tells how long ago the last one went.</param>
sealed class Pieces(ChannelWriter<GenerationEvent> events, TimeProvider clock)
{
    /// <summary>What is held back at most; far more than fast models say in that time.</summary>
    const int MostTokens = 16, MostCharacters = 1024;

    static readonly TimeSpan Apart = TimeSpan.FromSeconds(1.0 / 60);

    Delta? _held;
    long? _sent;

    /// <summary>Says it, now or with what follows.</summary>
    internal void Say(Delta said)
    {
        if (IsOther(said))
            Flush();
        _held = _held is null ? said : Join(_held, said);
        var isDue = _sent is not { } sent || clock.GetElapsedTime(sent) >= Apart;
        if (isDue || said.ToolCalls.Count > 0 || _held.Tokens.Count >= MostTokens || _held.Text.Length + _held.Reasoning.Length >= MostCharacters)
            Flush();
    }

    /// <summary>Says what is held back.</summary>
    internal void Flush()
    {
        if (_held is not { } piece)
            return;
        (_held, _sent) = (null, clock.GetTimestamp());
        events.TryWrite(piece);
    }

    /// <summary>What the model thinks and what it says are pieces of their own: whose token is whose is not known inside a piece, and clients count them apart.</summary>
    bool IsOther(Delta said) => _held switch
    {
        { Text.Length: > 0 } when said.Reasoning.Length > 0 => true,
        { Reasoning.Length: > 0 } => said is { Text.Length: > 0, Reasoning.Length: 0 },
        _ => false,
    };

    static Delta Join(Delta first, Delta next) => next with
    {
        Text = first.Text.Reveal() + next.Text.Reveal(),
        Reasoning = first.Reasoning.Reveal() + next.Reasoning.Reveal(),
        Tokens = [.. first.Tokens, .. next.Tokens],
        LogProbabilities = [.. first.LogProbabilities, .. next.LogProbabilities],
    };
}
