using Hearth.Workers.Protocol;

namespace Hearth.Fuzz.Targets;

/// <summary>Takes a frame, or throws where it may not come now.</summary>
delegate void FrameAction(Frame frame);

/// <summary>Both ends of the link cut the stream into frames in the same way.</summary>
static class Frames
{
    /// <summary>Reads frames until the input ends or breaks a rule of the protocol.</summary>
    internal static void ReadAll(ReadOnlySpan<byte> input, FrameAction accept)
    {
        using var stream = new MemoryStream(input.ToArray());
        var reader = new FrameReader(stream);
        try
        {
            while (reader.TryRead(out var frame))
                accept(frame);
        }
        catch (Exception e) when (e is ProtocolException or EndOfStreamException)
        {
            // The documented answers to a broken rule and to an end in the middle.
        }
    }
}
