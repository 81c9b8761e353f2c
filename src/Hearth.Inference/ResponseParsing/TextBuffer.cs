namespace Hearth.Inference.ResponseParsing;

/// <summary>Text that has come and is not understood yet.</summary>
sealed class TextBuffer
{
    char[] _characters = new char[256];
    int _start, _end;

    internal int Length => _end - _start;

    /// <summary>Borrowed: valid until the next change.</summary>
    internal ReadOnlySpan<char> Text => _characters.AsSpan(_start, Length);

    internal void Append(ReadOnlySpan<char> piece)
    {
        if (piece.Length > _characters.Length - _end)
        {
            var room = _characters.Length >= 2 * (Length + piece.Length) ? _characters : new char[2 * (Length + piece.Length)];
            Text.CopyTo(room);
            (_characters, _start, _end) = (room, 0, Length);
        }

        piece.CopyTo(_characters.AsSpan(_end));
        _end += piece.Length;
    }

    internal void Consume(int count) => _start += count;
}
