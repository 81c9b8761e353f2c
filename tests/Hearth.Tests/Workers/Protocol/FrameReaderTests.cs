using System.Buffers.Binary;
using CsCheck;
using Hearth.Requests;
using Hearth.Requests.Events;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Tests.Workers.Protocol;

public sealed class FrameReaderTests
{
    [Fact]
    public void Frames_come_out_as_they_went_in_however_the_bytes_were_cut()
        => Gen.Select(Gen.Int[1, 100_000].Array[1, 30], Gen.Int[1, 70_000]).Sample((lengths, piece) =>
        {
            var stream = new MemoryStream();
            var writer = new FrameWriter(stream);
            for (var i = 0; i < lengths.Length; i++)
                writer.Write(FrameKind.Text, (ulong)i, new PrivateText(new string((char)('a' + (i % 26)), lengths[i])), TextMessages.WriteText);

            var reader = new FrameReader(new Pieces(stream.ToArray(), piece));
            for (var i = 0; i < lengths.Length; i++)
            {
                Assert.True(reader.TryRead(out var frame));
                Assert.Equal((FrameKind.Text, (ulong)i), (frame.Kind, frame.Id));
                Assert.Equal(new PrivateText(new string((char)('a' + (i % 26)), lengths[i])), TextMessages.ReadText(frame.Body));
            }

            Assert.False(reader.TryRead(out _));
        }, iter: 30);

    [Fact]
    public void A_frame_that_claims_16_MiB_costs_only_what_really_came()
    {
        var header = Header(Frame.MaxBody, FrameKind.Text);
        new FrameReader(new MemoryStream([1])).GetHashCode();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var failure = Assert.Throws<EndOfStreamException>(() => new FrameReader(new MemoryStream([.. header, 1, 2, 3])).TryRead(out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        Assert.Contains("ended inside a frame", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((16 << 20) + 1, (ushort)FrameKind.Text, "16777216 are allowed")]
    [InlineData(uint.MaxValue, (ushort)FrameKind.Text, "16777216 are allowed")]
    [InlineData((64 << 10) + 1, (ushort)FrameKind.Pong, "65536 are allowed")]
    [InlineData(0, 0, "0 is no kind of frame")]
    [InlineData(0, 9999, "9999 is no kind of frame")]
    public void A_header_is_judged_before_anything_is_read(uint length, ushort kind, string rule)
    {
        var failure = Assert.Throws<ProtocolException>(() => new FrameReader(new MemoryStream(Header(length, (FrameKind)kind))).TryRead(out _));
        Assert.Contains(rule, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public void A_link_that_ends_inside_a_header_broke_no_rule(int bytes)
    {
        var failure = Assert.Throws<EndOfStreamException>(() => new FrameReader(new MemoryStream(new byte[bytes])).TryRead(out _));
        Assert.Contains("inside the header", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_frame_has_a_longest_body()
    {
        foreach (var kind in Enum.GetValues<FrameKind>())
            Assert.True(new FrameReader(new MemoryStream(Header(0, kind))).TryRead(out _));
    }

    [Theory]
    [InlineData((ushort)FrameKind.Text, 16 << 20, "16 MiB")]
    [InlineData((ushort)FrameKind.Delta, 256 << 10, "256 KiB")]
    [InlineData((ushort)FrameKind.Admitted, 64 << 10, "64 KiB")]
    public void A_writer_refuses_what_the_reader_would_refuse(ushort kind, int most, string limit)
    {
        var stream = new MemoryStream();
        var writer = new FrameWriter(stream);
        var overhead = most > 1 << 21 ? 5 : 4;
        var failure = Assert.Throws<FrameTooLongException>(() => writer.Write((FrameKind)kind, 1, new PrivateText(new string('x', most - overhead + 1)), TextMessages.WriteText));
        Assert.Contains(limit, failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);

        writer.Write((FrameKind)kind, 1, new PrivateText(new string('x', most - overhead)), TextMessages.WriteText);
        stream.Position = 0;
        Assert.True(new FrameReader(stream).TryRead(out var frame));
        Assert.Equal(most, frame.Body.Length);
    }

    [Fact]
    public void Writing_a_piece_of_an_answer_allocates_nothing()
    {
        var writer = new FrameWriter(Stream.Null);
        var tokens = new List<int> { 5 };
        var delta = new Delta("é", tokens, []);
        writer.Write(FrameKind.Delta, 1, delta, DeltaMessage.Write);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            writer.Write(FrameKind.Delta, 1, delta, DeltaMessage.Write);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static byte[] Header(uint length, FrameKind kind)
    {
        var header = new byte[Frame.HeaderBytes];
        Frame.WriteHeader(header, 0, kind, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);
        return header;
    }

    /// <summary>Hands out at most so many bytes at a time.</summary>
    sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, piece));
    }
}
