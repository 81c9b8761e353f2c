using System.Threading.Channels;
using Hearth.Requests.Events;
using Hearth.Server.Routes;

namespace Hearth.Server.Serving;

/// <summary>Several answers to one request at once: to each of its prompts as many as it wants. Where one fails, the others are given up.</summary>
static class ManyAnswers
{
    /// <summary>Events that may wait for being sent.</summary>
    const int MostWaiting = 64;

    /// <summary>What the answers say, as it comes.</summary>
    /// <param name="call">Who asks.</param>
    /// <param name="lease">The model.</param>
    /// <param name="prompts">What is asked.</param>
    /// <param name="each">Answers to each prompt; they have numbers side by side.</param>
    internal static async IAsyncEnumerable<(int Index, GenerationEvent Said)> AskAsync(Call call, ModelLease lease, IReadOnlyList<AskedAnswer> prompts, int each)
    {
        if (prompts.Count * each == 1)
        {
            await foreach (var said in Answering.AskAsync(call, lease, prompts[0], 0, call.CancellationToken))
                yield return (0, said);
            yield break;
        }

        var events = Channel.CreateBounded<(int, GenerationEvent)>(MostWaiting);
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        var asking = AskAllAsync();
        try
        {
            await foreach (var said in events.Reader.ReadAllAsync(call.CancellationToken))
                yield return said;
        }
        finally
        {
            await stopped.CancelAsync();
            await asking;
        }

        async Task AskAllAsync()
        {
            // No more at once than the model answers: else they would wait in line for each other, and be refused for it.
            await Parallel.ForEachAsync(Enumerable.Range(0, prompts.Count * each), new ParallelOptions { MaxDegreeOfParallelism = lease.Model.Queue.Slots }, (index, _) => AskOneAsync(index));
            events.Writer.TryComplete();
        }

        async ValueTask AskOneAsync(int index)
        {
            try
            {
                await foreach (var said in Answering.AskAsync(call, lease, prompts[index / each], index % each, stopped.Token))
                    await events.Writer.WriteAsync((index, said), stopped.Token);
            }
            catch (Exception e)
            {
                // The first failure comes out of the stream, whose end stops the others.
                events.Writer.TryComplete(e);
            }
        }
    }

    /// <summary>The answers as wholes, in the order of their numbers.</summary>
    internal static async Task<IReadOnlyList<GatheredAnswer>> GatherAsync(Call call, ModelLease lease, IReadOnlyList<AskedAnswer> prompts, int each)
    {
        var answers = Enumerable.Range(0, prompts.Count * each).Select(_ => new GatheredAnswer()).ToList();
        await foreach (var (index, said) in AskAsync(call, lease, prompts, each))
            answers[index].Add(said);
        return answers;
    }
}
