using System.Text.Json;
using Hearth.Requests.Events;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary>Writes the chunks of one of OpenAI's streams.</summary>
interface IChunkWriter
{
    /// <summary>Whether an event has anything to say.</summary>
    bool HasChunk(GenerationEvent said);

    /// <param name="json">Where to.</param>
    /// <param name="index">Which of the answers.</param>
    /// <param name="said">The event.</param>
    /// <param name="texts">The texts of its tokens, where they are asked for.</param>
    void WriteChunk(Utf8JsonWriter json, int index, GenerationEvent said, IReadOnlyDictionary<int, string>? texts);

    /// <summary>The usage of all answers, in the order of their numbers.</summary>
    void WriteUsageChunk(Utf8JsonWriter json, IReadOnlyList<Completed> answers);
}

/// <summary>Answers as chat completions and completions stream them: a chunk for whatever is said, the usage where it is wanted, and the word that it is over.</summary>
static class ChunkStream
{
    internal static async Task SendAsync(Call call, ModelLease lease, IReadOnlyList<AskedAnswer> prompts, int each, IChunkWriter writer, bool includeUsage)
    {
        var completed = new Completed[prompts.Count * each];
        await foreach (var (index, said) in ManyAnswers.AskAsync(call, lease, prompts, each))
        {
            var texts = said is Delta { LogProbabilities: { Count: > 0 } found } ? await TokenTexts.OfAsync(lease.Model, found, call.CancellationToken) : null;
            // Nothing is sent before the request is admitted: until then it can still be refused with a status of its own.
            if (!call.Stream.HasBegun)
                call.Stream.Begin("text/event-stream");
            if (said is Completed end)
                completed[index] = end;
            if (writer.HasChunk(said))
                await call.Stream.SendEventAsync(json => writer.WriteChunk(json, index, said, texts));
        }

        if (includeUsage)
            await call.Stream.SendEventAsync(json => writer.WriteUsageChunk(json, completed));
        await call.Stream.SendDoneAsync();
    }
}
