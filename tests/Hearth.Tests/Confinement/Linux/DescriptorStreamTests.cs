using CsCheck;
using Hearth.Confinement.Linux;

namespace Hearth.Tests.Confinement.Linux;

/// <summary>The link as a stream: whatever the sizes, orders and endings, the bytes arrive once and in order, and nobody waits for ever.</summary>
public sealed class DescriptorStreamTests
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Bytes_arrive_once_and_in_order_whatever_the_pieces()
        => Gen.Select(Gen.Int[1, 400_000], Gen.Int[1, 70_000], Gen.Int[1, 70_000], Gen.Bool, Gen.Bool).Sample(
            (total, writeSize, readSize, asyncWriter, asyncReader) =>
            {
                var (a, b) = Pair();
                using (a)
                using (b)
                {
                    var sent = new byte[total];
                    new Random(total).NextBytes(sent);
                    var writer = WriteAllAsync(a, sent, writeSize, asyncWriter);
                    var received = ReadAllAsync(b, readSize, asyncReader);
                    return received.WaitAsync(Soon).GetAwaiter().GetResult().SequenceEqual(sent) && writer.Wait(Soon);
                }
            }, iter: 40, threads: 1);

    [Fact]
    public async Task Both_directions_work_at_the_same_time()
    {
        var (a, b) = Pair();
        using (a)
        using (b)
        {
            var (there, back) = (new byte[3_000_000], new byte[2_000_000]);
            new Random(1).NextBytes(there);
            new Random(2).NextBytes(back);
            var writers = Task.WhenAll(Task.Run(() => a.Write(there), Cancellation), b.WriteAsync(back, Cancellation).AsTask());
            var (atB, atA) = (new byte[there.Length], new byte[back.Length]);
            await Task.WhenAll(Task.Run(() => b.ReadExactly(atB), Cancellation), a.ReadExactlyAsync(atA, Cancellation).AsTask(), writers).WaitAsync(Soon, Cancellation);
            Assert.Equal(there, atB);
            Assert.Equal(back, atA);
        }
    }

    [Fact]
    public async Task When_the_partner_closes_the_reader_sees_the_end_and_the_writer_an_error()
    {
        var (a, b) = Pair();
        using (b)
        {
            b.Write([1, 2, 3]);     // never read: the kernel then tells a reset instead of an end
            a.Write([4]);
            Assert.Equal(1, await b.ReadAsync(new byte[1], Cancellation));
            var waiting = b.ReadAsync(new byte[1], Cancellation).AsTask();
            a.Dispose();
            Assert.Equal(0, await waiting.WaitAsync(Soon, Cancellation));
            Assert.Equal(0, b.Read(new byte[1]));
            Assert.Throws<IOException>(() => b.Write([1]));
            await Assert.ThrowsAsync<IOException>(async () => await b.WriteAsync(new byte[1], Cancellation));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Closing_wakes_a_reader_and_a_writer_that_wait(bool async)
    {
        var (a, b) = Pair();
        using (b)
        {
            var full = new byte[4_000_000];
            var reader = async ? a.ReadAsync(new byte[1], Cancellation).AsTask() : Blocked(() => a.ReadByte());
            var writer = async ? a.WriteAsync(full, Cancellation).AsTask() : Blocked(() => a.Write(full));
            // The writer waits once the kernel's buffer holds all it can.
            while (b.Read(new byte[1]) == 0)
                Assert.Fail("The link ended.");
            a.Dispose();
            await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => reader.WaitAsync(Soon, Cancellation));
            await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => writer.WaitAsync(Soon, Cancellation));
            Assert.Throws<ObjectDisposedException>(() => a.Read(new byte[1]));
            Assert.False(a.CanRead || a.CanWrite);
        }
    }

    [Fact]
    public async Task A_read_that_was_given_up_loses_nothing()
    {
        var (a, b) = Pair();
        using (a)
        using (b)
        {
            for (byte i = 0; i < 20; i++)
            {
                using var stop = new CancellationTokenSource();
                var waiting = b.ReadAsync(new byte[1], stop.Token).AsTask();
                await stop.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Soon, Cancellation));
                var next = b.ReadAsync(new byte[1].AsMemory(), Cancellation).AsTask();
                a.WriteByte(i);
                Assert.Equal(1, await next.WaitAsync(Soon, Cancellation));
            }
        }
    }

    [Fact]
    public async Task Waiting_readers_take_no_thread_from_the_pool()
    {
        var pairs = Enumerable.Range(0, 100).Select(_ => Pair()).ToArray();
        var before = ThreadPool.ThreadCount;
        var readers = pairs.Select(p => p.B.ReadAsync(new byte[1], Cancellation).AsTask()).ToArray();
        await Task.Run(() => { }, Cancellation).WaitAsync(Soon, Cancellation);
        Assert.True(ThreadPool.ThreadCount < before + pairs.Length / 2, $"{before} threads before, {ThreadPool.ThreadCount} now");
        foreach (var (a, _) in pairs)
            a.WriteByte(1);
        Assert.All(await Task.WhenAll(readers).WaitAsync(Soon, Cancellation), count => Assert.Equal(1, count));
        foreach (var (a, b) in pairs)
        {
            a.Dispose();
            b.Dispose();
        }
    }

    [Fact]
    public void A_read_into_nothing_and_a_write_of_nothing_return_at_once()
    {
        var (a, b) = Pair();
        using (a)
        using (b)
        {
            Assert.Equal(0, a.Read([]));
            a.Write([]);
            Assert.Throws<NotSupportedException>(() => a.Length);
            Assert.Throws<NotSupportedException>(() => a.Seek(0, SeekOrigin.Begin));
        }
    }

    static (DescriptorStream A, DescriptorStream B) Pair()
    {
        var (host, child) = DescriptorTable.SocketPair();
        return (new(host), new(child));
    }

    /// <summary>On a thread of its own, as a reading loop has.</summary>
    static Task Blocked(Action body) => Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    static async Task WriteAllAsync(DescriptorStream to, byte[] bytes, int piece, bool async)
    {
        await Task.Yield();
        for (var at = 0; at < bytes.Length; at += piece)
        {
            var part = bytes.AsMemory(at, Math.Min(piece, bytes.Length - at));
            if (async)
                await to.WriteAsync(part);
            else
                to.Write(part.Span);
        }

        to.Dispose();
    }

    static async Task<List<byte>> ReadAllAsync(DescriptorStream from, int piece, bool async)
    {
        await Task.Yield();
        var all = new List<byte>();
        var buffer = new byte[piece];
        int count;
        while ((count = async ? await from.ReadAsync(buffer) : from.Read(buffer)) > 0)
            all.AddRange(buffer.AsSpan(0, count));
        return all;
    }
}
