using CsCheck;
using Hearth.Confinement.Linux;

namespace Hearth.Tests.Confinement.Linux;

/// <summary>The link as a stream: whatever the sizes, orders and endings, the bytes arrive once and in order, and nobody waits for ever.</summary>
public sealed class DescriptorStreamTests
{
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Bytes_arrive_once_and_in_order_whatever_the_pieces()
        => Gen.Select(Gen.Int[1, 400_000], Gen.Int[1, 70_000], Gen.Int[1, 70_000]).Sample(
            (total, writeSize, readSize) =>
            {
                var (a, b) = Pair();
                using (a)
                using (b)
                {
                    var sent = new byte[total];
                    new Random(total).NextBytes(sent);
                    var writer = Task.Run(() => WriteAll(a, sent, writeSize));
                    var received = Task.Run(() => ReadAll(b, readSize));
                    return received.WaitAsync(Soon).GetAwaiter().GetResult().SequenceEqual(sent) && writer.Wait(Soon);
                }
            }, iter: 40, threads: 1);

    [Fact]
    public async Task Both_directions_work_at_the_same_time_on_one_end_too()
    {
        var (a, b) = Pair();
        using (a)
        using (b)
        {
            var (there, back) = (new byte[3_000_000], new byte[2_000_000]);
            new Random(1).NextBytes(there);
            new Random(2).NextBytes(back);
            var writers = Task.WhenAll(a.WriteAsync(there, Cancellation).AsTask(), Task.Run(() => b.Write(back), Cancellation));
            var (atB, atA) = (new byte[there.Length], new byte[back.Length]);
            await Task.WhenAll(Task.Run(() => b.ReadExactly(atB), Cancellation), a.ReadExactlyAsync(atA, Cancellation).AsTask(), writers).WaitAsync(Soon, Cancellation);
            Assert.Equal(there, atB);
            Assert.Equal(back, atA);
        }
    }

    [Fact]
    public async Task A_read_that_waits_does_not_hold_up_a_write()
    {
        var (a, b) = Pair();
        using (a)
        using (b)
        {
            var answer = a.ReadAsync(new byte[1], Cancellation).AsTask();
            await a.WriteAsync(new byte[1], Cancellation).AsTask().WaitAsync(Soon, Cancellation);
            Assert.Equal(0, b.ReadByte());
            b.WriteByte(1);
            Assert.Equal(1, await answer.WaitAsync(Soon, Cancellation));
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

    [Fact]
    public async Task Closing_wakes_a_reader_and_a_writer_that_wait()
    {
        var (a, b) = Pair();
        using (b)
        {
            var full = new byte[4_000_000];
            var reader = Blocked(() => a.ReadByte());
            var writer = Blocked(() => a.Write(full));
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

    static void WriteAll(DescriptorStream to, byte[] bytes, int piece)
    {
        for (var at = 0; at < bytes.Length; at += piece)
            to.Write(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
        to.Dispose();
    }

    static List<byte> ReadAll(DescriptorStream from, int piece)
    {
        var all = new List<byte>();
        var buffer = new byte[piece];
        for (int count; (count = from.Read(buffer)) > 0;)
            all.AddRange(buffer.AsSpan(0, count));
        return all;
    }
}
