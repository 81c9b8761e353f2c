using System.Buffers.Binary;

namespace Hearth.Workers.Protocol;

/// <summary>One frame as it came: the body is valid until the next one is read.</summary>
/// <remarks>Layout: u32 length of the body, u16 kind, u64 request id, all little-endian, then the body.</remarks>
readonly ref struct Frame(FrameKind kind, ulong id, ReadOnlySpan<byte> body)
{
    /// <summary>Bytes before the body.</summary>
    internal const int HeaderBytes = 14;

    /// <summary>The longest body of any kind.</summary>
    internal const int MaxBody = 16 << 20;

    internal FrameKind Kind { get; } = kind;

    /// <summary>The request that the frame belongs to; 0 belongs to the link itself.</summary>
    internal ulong Id { get; } = id;

    internal ReadOnlySpan<byte> Body { get; } = body;

    internal static void WriteHeader(Span<byte> header, int length, FrameKind kind, ulong id)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)length);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], (ushort)kind);
        BinaryPrimitives.WriteUInt64LittleEndian(header[6..], id);
    }

    internal static (int Length, FrameKind Kind, ulong Id) ReadHeader(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        var kind = (FrameKind)BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        var most = LongestBody(kind);
        return length <= most
            ? ((int)length, kind, BinaryPrimitives.ReadUInt64LittleEndian(header[6..]))
            : throw new ProtocolException($"A frame of kind {(int)kind} claims {length} bytes; {most} are allowed.");
    }

    /// <summary>What is queued for a slow reader is this times the credit, so pieces of streams are held short.</summary>
    internal static int LongestBody(FrameKind kind) => kind switch
    {
        FrameKind.Delta => 256 << 10,
        FrameKind.LogitsItem => 8 << 20,
        FrameKind.EmbedItem => 1 << 20,
        FrameKind.Failed => 64 << 10,
        FrameKind.Hello or FrameKind.HelloAck or FrameKind.Load or FrameKind.Loaded or FrameKind.LoadProgress or FrameKind.Admitted
            or FrameKind.Done or FrameKind.Measured or FrameKind.StatsReply or FrameKind.Pong or FrameKind.Ping or FrameKind.Credit
            or FrameKind.Cancel or FrameKind.Cancelled or FrameKind.Shutdown or FrameKind.End or FrameKind.Stats or FrameKind.Inspect
            or FrameKind.Measure or FrameKind.MeasureMachine or FrameKind.MachineMeasured or FrameKind.RerankItem => 64 << 10,
        FrameKind.Inspected or FrameKind.Tokenize or FrameKind.Detokenize or FrameKind.Render or FrameKind.Generate or FrameKind.Logits
            or FrameKind.Tokens or FrameKind.Text or FrameKind.Score or FrameKind.Scored or FrameKind.Embed
            or FrameKind.Rerank => MaxBody,
        _ => throw new ProtocolException($"{(int)kind} is no kind of frame."),
    };
}
