namespace Hearth.Workers.Protocol;

/// <summary>Writes whole frames, from any thread; nothing is allocated for one that fits the buffer.</summary>
sealed class FrameWriter(Stream stream)
{
    readonly Lock _gate = new();
    readonly WireWriter _wire = new();

    /// <summary>Writes a frame and hands it to the operating system.</summary>
    /// <exception cref="FrameTooLongException">The body exceeds what a frame holds; nothing was written.</exception>
    internal void Write<T>(FrameKind kind, ulong id, T message, Action<WireWriter, T> encode)
    {
        lock (_gate)
        {
            try
            {
                stream.Write(Encode(_wire, kind, id, message, encode));
            }
            finally
            {
                _wire.Trim();
            }
        }
    }

    /// <summary>A frame without a body.</summary>
    internal void Write(FrameKind kind, ulong id) => Write(kind, id, 0, static (_, _) => { });

    /// <summary>The bytes of a frame, valid until the writer is used again.</summary>
    /// <exception cref="FrameTooLongException">The body exceeds what a frame of this kind holds.</exception>
    internal static ReadOnlySpan<byte> Encode<T>(WireWriter wire, FrameKind kind, ulong id, T message, Action<WireWriter, T> encode)
    {
        wire.Reset(Frame.HeaderBytes);
        encode(wire, message);
        var frame = wire.Written;
        var most = Frame.LongestBody(kind);
        if (frame.Length - Frame.HeaderBytes > most)
            throw new FrameTooLongException(most);
        Frame.WriteHeader(frame, frame.Length - Frame.HeaderBytes, kind, id);
        return frame;
    }
}

/// <summary>A message is longer than a frame of its kind may be.</summary>
sealed class FrameTooLongException(int most) : Exception($"A message is longer than {(most >= 1 << 20 ? $"{most >> 20} MiB" : $"{most >> 10} KiB")}.");
