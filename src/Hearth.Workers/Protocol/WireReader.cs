using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Hearth.Workers.Protocol;

/// <summary>Reads Protocol Buffers fields and believes nothing: every length against what is left, every count before it is allocated.</summary>
/// <remarks>Fields must ascend. A message reads each with <see cref="Next"/> and ends an unknown one with <see cref="Unknown"/>.</remarks>
ref struct WireReader(string message, ReadOnlySpan<byte> body)
{
    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    readonly string _message = message;
    ReadOnlySpan<byte> _rest = body;
    WireType _type;

    /// <summary>The number of the current field.</summary>
    internal int Field { get; private set; }

    /// <summary>True where the current field also was the one before.</summary>
    internal bool Repeats { get; private set; }

    /// <summary>Steps to the next field; false at the end of the message.</summary>
    internal bool Next()
    {
        if (_rest.IsEmpty)
            return false;

        var tag = Varint();
        var field = tag >> 3;
        if (field is 0 or > 63 || (int)field < Field)
            throw Violation($"field {field} after field {Field}; they ascend");

        Repeats = (int)field == Field;
        Field = (int)field;
        _type = (WireType)(tag & 7);
        return true;
    }

    internal readonly ProtocolException Unknown() => Violation($"field {Field} is not in the contract");

    internal int Count(int most = int.MaxValue)
    {
        var value = Unsigned();
        return value <= (ulong)most ? (int)value : throw Violation($"field {Field} is {value}; {most} is the most");
    }

    internal long LongCount(long most = long.MaxValue)
    {
        var value = Unsigned();
        return value <= (ulong)most ? (long)value : throw Violation($"field {Field} is {value}; {most} is the most");
    }

    internal int Signed()
    {
        var value = LongSigned();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Violation($"field {Field} is {value}; it has 32 bits");
    }

    internal long LongSigned() => UnZigZag(Unsigned());

    internal bool Flag() => Count(1) == 1;

    internal TimeSpan Ticks() => new(LongCount());

    internal ulong Unsigned()
    {
        Single(WireType.Varint);
        return Varint();
    }

    internal float Float()
    {
        Single(WireType.Fixed32);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));
    }

    internal double Double()
    {
        Single(WireType.Fixed64);
        return BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));
    }

    /// <summary>A text of at most so many bytes.</summary>
    internal string Text(int mostBytes = Frame.MaxBody)
    {
        Single(WireType.Bytes);
        return RepeatedText(mostBytes);
    }

    /// <summary>One text of a list.</summary>
    internal string RepeatedText(int mostBytes = Frame.MaxBody)
    {
        var bytes = Content();
        if (bytes.Length > mostBytes)
            throw Violation($"field {Field} has {bytes.Length} bytes; {mostBytes} is the most");

        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // The cause would show the bytes, which are somebody's text.
            throw Violation($"field {Field} is not valid UTF-8");
        }
    }

    internal ReadOnlySpan<byte> Bytes()
    {
        Single(WireType.Bytes);
        return Content();
    }

    /// <summary>One message of a list.</summary>
    internal ReadOnlySpan<byte> RepeatedMessage() => Content();

    internal int[] Counts(int most)
    {
        var numbers = Packed(most, out var count);
        var values = Array(count);
        for (var i = 0; i < values.Length; i++)
        {
            var value = numbers.Varint();
            values[i] = value <= int.MaxValue ? (int)value : throw Violation($"field {Field} holds {value}; it has 31 bits");
        }

        return values;
    }

    internal int[] SignedNumbers(int most)
    {
        var numbers = Packed(most, out var count);
        var values = Array(count);
        for (var i = 0; i < values.Length; i++)
        {
            var value = UnZigZag(numbers.Varint());
            values[i] = value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Violation($"field {Field} holds {value}; it has 32 bits");
        }

        return values;
    }

    internal long[] LongCounts(int most)
    {
        var numbers = Packed(most, out var count);
        var values = new long[count];
        for (var i = 0; i < values.Length; i++)
        {
            var value = numbers.Varint();
            values[i] = value <= long.MaxValue ? (long)value : throw Violation($"field {Field} holds {value}; it has 63 bits");
        }

        return values;
    }

    internal float[] Floats(int most) => FixedNumbers(most, BinaryPrimitives.ReadSingleLittleEndian);

    internal double[] Doubles(int most) => FixedNumbers(most, BinaryPrimitives.ReadDoubleLittleEndian);

    /// <summary>A rule that this message breaks.</summary>
    internal readonly ProtocolException Violation(string what) => new($"{_message}: {what}.");

    static int[] Array(int count) => count == 0 ? [] : new int[count];

    static long UnZigZag(ulong value) => unchecked((long)(value >> 1) ^ -(long)(value & 1));

    T[] FixedNumbers<T>(int most, Func<ReadOnlySpan<byte>, T> read)
        where T : unmanaged
    {
        Single(WireType.Bytes);
        var size = Unsafe.SizeOf<T>();
        var bytes = Content();
        if (bytes.Length % size != 0 || bytes.Length / size > most)
            throw Violation($"field {Field} has {bytes.Length} bytes; at most {most} numbers of {size} bytes are allowed");

        var values = new T[bytes.Length / size];
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.Cast<byte, T>(bytes).CopyTo(values);
            return values;
        }

        for (var i = 0; i < values.Length; i++)
            values[i] = read(bytes[(i * size)..]);
        return values;
    }

    /// <summary>Every number ends with a byte below 128, so they can be counted before they are read.</summary>
    WireReader Packed(int most, out int count)
    {
        Single(WireType.Bytes);
        var bytes = Content();
        count = 0;
        foreach (var b in bytes)
            count += (b >> 7) ^ 1;
        if (count > most)
            throw Violation($"field {Field} holds {count} numbers; {most} is the most");
        if (!bytes.IsEmpty && bytes[^1] > 0x7F)
            throw Violation($"field {Field} ends inside a number");

        return new WireReader(_message, bytes);
    }

    readonly void Single(WireType type)
    {
        if (Repeats)
            throw Violation($"field {Field} comes twice");
        Expect(type);
    }

    readonly void Expect(WireType type)
    {
        if (_type != type)
            throw Violation($"field {Field} has wire type {(int)_type}; {(int)type} is in the contract");
    }

    ReadOnlySpan<byte> Content()
    {
        Expect(WireType.Bytes);
        var length = Varint();
        return length <= (ulong)_rest.Length
            ? Take((int)length)
            : throw Violation($"field {Field} claims {length} bytes, but {_rest.Length} are left");
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw Violation($"{count} bytes are needed, but {_rest.Length} are left");

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    ulong Varint()
    {
        var value = 0UL;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            var b = _rest[i];
            if (i == 9 && b > 1)
                break;

            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b <= 0x7F)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw Violation("a number has more than 64 bits, or ends too early");
    }
}
