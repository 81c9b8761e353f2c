namespace Hearth.Workers.Protocol;

/// <summary>Cuts a stream into frames. The buffer grows with what really arrived, never with what a header claims.</summary>
sealed class FrameReader(Stream stream)
{
    const int Usual = 64 << 10;

    byte[] _buffer = new byte[Usual];
    int _start;
    int _end;

    /// <summary>Waits for the next frame; false at the end of the stream.</summary>
    /// <exception cref="ProtocolException">What came can't be a frame.</exception>
    /// <exception cref="EndOfStreamException">The stream ended inside a frame. That is no rule broken: whoever is killed while it writes ends so.</exception>
    internal bool TryRead(out Frame frame)
    {
        frame = default;
        if (!Fill(Frame.HeaderBytes))
            return _end == _start ? false : throw new EndOfStreamException("The link ended inside the header of a frame.");

        var (length, kind, id) = Frame.ReadHeader(_buffer.AsSpan(_start));
        if (!Fill(Frame.HeaderBytes + length))
            throw new EndOfStreamException($"The link ended inside a frame of {length} bytes.");

        frame = new Frame(kind, id, _buffer.AsSpan(_start + Frame.HeaderBytes, length));
        _start += Frame.HeaderBytes + length;
        return true;
    }

    bool Fill(int wanted)
    {
        while (_end - _start < wanted)
        {
            MakeRoom(wanted);
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                return false;

            _end += read;
        }

        return true;
    }

    void MakeRoom(int wanted)
    {
        var held = _end - _start;
        if (_start > 0 && (held == 0 || _start + wanted > _buffer.Length))
        {
            // A large frame is over: its buffer goes too.
            var target = _buffer.Length > Usual && held < Usual && wanted <= Usual ? new byte[Usual] : _buffer;
            Buffer.BlockCopy(_buffer, _start, target, 0, held);
            (_buffer, _start, _end) = (target, 0, held);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, Frame.HeaderBytes + Frame.MaxBody));
    }
}
