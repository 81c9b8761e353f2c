using Hearth.Inference.Architectures;
using Hearth.Inference.KvCache;
using Hearth.Inference.Sampling;
using Hearth.Requests.Chat;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Architectures;

[Collection("alone")]
public sealed class DecodeAllocationTests
{
    [Fact]
    public void A_thousand_decode_steps_allocate_nothing_on_any_thread()
    {
        using var model = ShippedModel.Load(new() { ContextLength = 2048 });
        var sampler = new SamplerChain(new SamplingOptions { Temperature = 1 }, model.Shape.Vocabulary);
        var sequence = new CachedSequence(model.Pool, 2048);
        var batch = new Batch(LoadedDecoder.MaxRows, LoadedDecoder.MaxLogits);
        var token = new int[] { 1 };
        Steps(100);
        // Asking allocates a little on this thread: the second answer includes what the first one took.
        var asking = Allocated()[0];
        asking = Allocated()[0] - asking;
        var before = Allocated();
        before[0] += asking;
        Steps(1000);
        Assert.Equal(before, Allocated());

        // Each of the pass's threads counts its own; this thread, which also samples, is one of them.
        long[] Allocated()
        {
            var bytes = new long[model.Crew.Size];
            model.Crew.Run(model.Crew.Size, m => bytes[m.Index] = GC.GetAllocatedBytesForCurrentThread());
            return bytes;
        }

        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                sequence.Append(token);
                batch.Clear();
                batch.Add(sequence, 1, LogitsWanted.Last);
                model.Decoder.Forward(batch);
                token[0] = sampler.Sample(model.Decoder.Logits.Row(0), sequence.Tokens, 1, sequence.Length);
            }
        }
    }
}

/// <summary>Tests that measure the whole process: nothing else runs meanwhile.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;
