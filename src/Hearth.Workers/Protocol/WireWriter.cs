using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Hearth.Requests;

namespace Hearth.Workers.Protocol;

/// <summary>Writes Protocol Buffers fields: https://protobuf.dev/programming-guides/encoding. Defaults are left out, as proto3 does.</summary>
sealed class WireWriter
{
    const int Usual = 4 << 10;

    byte[] _bytes = new byte[Usual];
    int _length;

    internal Span<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Starts over, leaving room in front.</summary>
    internal void Reset(int front) => _length = front;

    /// <summary>Gives the buffer of an unusually long message back.</summary>
    internal void Trim() => _bytes = _bytes.Length > 1 << 20 ? new byte[Usual] : _bytes;

    internal void Count(int field, long value)
    {
        if (value != 0)
            Always(field, checked((ulong)value));
    }

    internal void Signed(int field, long value)
    {
        if (value != 0)
            Always(field, ZigZag(value));
    }

    internal void Flag(int field, bool value)
    {
        if (value)
            Always(field, 1UL);
    }

    internal void Unsigned(int field, ulong value)
    {
        if (value != 0)
            Always(field, value);
    }

    /// <summary>An optional number: written where there is one, zero too.</summary>
    internal void Optional(int field, ulong? value)
    {
        if (value is { } number)
            Always(field, number);
    }

    /// <summary>An optional signed number.</summary>
    internal void OptionalSigned(int field, long? value)
    {
        if (value is { } number)
            Always(field, ZigZag(number));
    }

    internal void Float(int field, float value)
    {
        if (BitConverter.SingleToUInt32Bits(value) != 0)
        {
            Tag(field, WireType.Fixed32);
            BinaryPrimitives.WriteSingleLittleEndian(Take(sizeof(float)), value);
        }
    }

    internal void Double(int field, double value)
    {
        if (BitConverter.DoubleToUInt64Bits(value) != 0)
        {
            Tag(field, WireType.Fixed64);
            BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);
        }
    }

    internal void Text(int field, string value)
    {
        if (value.Length > 0)
            OptionalText(field, value);
    }

    /// <summary>A text that may be absent or one of a list: written also when it is empty. Half a surrogate pair becomes U+FFFD.</summary>
    internal void OptionalText(int field, string? value)
    {
        if (value is null)
            return;

        var bytes = Encoding.UTF8.GetByteCount(value);
        Length(field, bytes);
        Encoding.UTF8.GetBytes(value, Take(bytes));
    }

    internal void Text(int field, PrivateText value) => Text(field, value.Reveal());

    internal void OptionalText(int field, PrivateText? value) => OptionalText(field, value?.Reveal());

    internal void Bytes(int field, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;

        Length(field, value.Length);
        value.CopyTo(Take(value.Length));
    }

    internal void Counts(int field, IReadOnlyList<int> values)
        => Packed(field, values, static (wire, value) => wire.Varint(checked((uint)value)));

    internal void Counts(int field, IReadOnlyList<long> values)
        => Packed(field, values, static (wire, value) => wire.Varint(checked((ulong)value)));

    internal void SignedNumbers(int field, IReadOnlyList<int> values)
        => Packed(field, values, static (wire, value) => wire.Varint(ZigZag(value)));

    internal void Floats(int field, ReadOnlySpan<float> values) => FixedNumbers(field, values, BinaryPrimitives.WriteSingleLittleEndian);

    internal void Doubles(int field, ReadOnlySpan<double> values) => FixedNumbers(field, values, BinaryPrimitives.WriteDoubleLittleEndian);

    void FixedNumbers<T>(int field, ReadOnlySpan<T> values, Action<Span<byte>, T> write)
        where T : unmanaged
    {
        if (values.IsEmpty)
            return;

        var bytes = checked(values.Length * Unsafe.SizeOf<T>());
        Length(field, bytes);
        var target = Take(bytes);
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(target);
            return;
        }

        for (var i = 0; i < values.Length; i++)
            write(target[(i * Unsafe.SizeOf<T>())..], values[i]);
    }

    /// <summary>A message inside the message.</summary>
    internal void Message<T>(int field, T value, Action<WireWriter, T> encode)
    {
        Tag(field, WireType.Bytes);
        var start = Open();
        encode(this, value);
        Close(start);
    }

    void Packed<T>(int field, IReadOnlyList<T> values, Action<WireWriter, T> encode)
    {
        if (values.Count == 0)
            return;

        Tag(field, WireType.Bytes);
        var start = Open();
        for (var i = 0; i < values.Count; i++)
            encode(this, values[i]);
        Close(start);
    }

    /// <summary>Room for a length of one byte, by far the most frequent; <see cref="Close"/> moves the content where it takes more.</summary>
    int Open()
    {
        Take(1);
        return _length;
    }

    void Close(int start)
    {
        var length = _length - start;
        var extra = 0;
        for (var rest = length >> 7; rest > 0; rest >>= 7)
            extra++;
        if (extra > 0)
        {
            Take(extra);
            Buffer.BlockCopy(_bytes, start, _bytes, start + extra, length);
        }

        var end = _length;
        _length = start - 1;
        Varint((ulong)length);
        _length = end;
    }

    void Always(int field, ulong value)
    {
        Tag(field, WireType.Varint);
        Varint(value);
    }

    void Length(int field, int length)
    {
        Tag(field, WireType.Bytes);
        Varint((ulong)length);
    }

    void Tag(int field, WireType type) => Varint(((ulong)field << 3) | (ulong)type);

    void Varint(ulong value)
    {
        var bytes = Take(10);
        var used = 0;
        for (; value > 0x7F; value >>= 7)
            bytes[used++] = (byte)((value & 0x7F) | 0x80);
        bytes[used++] = (byte)value;
        _length -= 10 - used;
    }

    static ulong ZigZag(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    Span<byte> Take(int count)
    {
        var end = (long)_length + count;
        if (end > _bytes.Length)
        {
            if (end > Frame.HeaderBytes + Frame.MaxBody + 10L)
                throw new FrameTooLongException(Frame.MaxBody);

            Array.Resize(ref _bytes, (int)Math.Max(end, Math.Min(2L * _bytes.Length, Frame.HeaderBytes + Frame.MaxBody + 10L)));
        }

        var taken = _bytes.AsSpan(_length, count);
        _length = (int)end;
        return taken;
    }
}

/// <summary>How a field's value is laid out: the low three bits of its tag.</summary>
enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
