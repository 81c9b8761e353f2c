using Hearth.Requests;
using Hearth.Tests.Workers.Support;
using Hearth.Workers.Client;

namespace Hearth.Tests.Workers.Client;

public sealed class OutboxTests
{
    [Fact]
    public async Task When_too_much_waits_requests_are_refused_and_what_ends_or_pings_still_gets_through()
    {
        var stuck = new StuckStream();
        using var outbox = new Outbox(stuck);
        var request = new byte[16 << 20];
        for (var waiting = 0L; waiting < Outbox.Most; waiting += request.Length)
            outbox.PostRequest(request);

        Assert.Equal(FailureCode.OutOfMemory, Assert.Throws<EngineException>(() => outbox.PostRequest([1])).Code);
        outbox.Post([2]);
        stuck.Release();

        await Eventually.HoldsAsync(() => stuck.Written == Outbox.Most + 1, "everything but the refused request was written");
        await Eventually.HoldsAsync(() => Record.Exception(() => outbox.PostRequest([1])) is null, "there is room again");
    }

    /// <summary>A worker that reads nothing until it is released.</summary>
    sealed class StuckStream : MemoryStream
    {
        readonly ManualResetEventSlim _released = new();
        long _written;

        internal long Written => Interlocked.Read(ref _written);

        internal void Release() => _released.Set();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _released.Wait();
            Interlocked.Add(ref _written, buffer.Length);
        }
    }
}
