using System.Text;
using Hearth.Tensors.Memory;

namespace Hearth.Formats.Gguf;

/// <summary>An array of strings that stay in the file: a vocabulary of 262,144 entries costs one megabyte, and no object per entry.</summary>
/// <remarks>Borrows from its file: valid until the file is disposed.</remarks>
public sealed class GgufStringArray
{
    const int LengthBytes = sizeof(ulong);
    readonly MappedFile _file;
    readonly GgufValue _array;

    /// <summary>Where each string starts, behind its length; one more than there are strings, so that a string ends a length before the next.</summary>
    readonly int[] _starts;

    internal GgufStringArray(MappedFile file, in GgufValue array)
    {
        _file = file;
        _array = array;
        _starts = new int[array.Count + 1];
        var reader = new GgufReader(file, array.Offset);
        for (var i = 0; i < array.Count; i++)
        {
            var length = reader.ReadString("a string of an array", array.Length).Length;
            _starts[i] = (int)(reader.Position - length - array.Offset);
        }

        _starts[^1] = (int)(reader.Position - array.Offset) + LengthBytes;
        // The map shows what others write into the file.
        if (reader.Position != array.Offset + array.Length)
            throw new InvalidDataException("The model file was changed while it was open. Open it again, and do not write to it meanwhile.");
    }

    /// <summary>How many strings there are.</summary>
    public int Count => _array.Count;

    /// <summary>The UTF-8 bytes of a string. Borrowed from the file.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var start = _starts[index];
            return _file.Slice(_array.Offset + start, _starts[index + 1] - LengthBytes - start);
        }
    }

    /// <summary>A string as an object of its own.</summary>
    public string GetString(int index) => Encoding.UTF8.GetString(this[index]);
}
