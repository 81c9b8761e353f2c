using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Hearth.Formats.Gguf;
using Hearth.Tensors.Quantization;

namespace Hearth.Tests.Support;

/// <summary>Writes GGUF bytes for tests. It checks nothing, so that it can write broken files too.</summary>
sealed class GgufBuilder
{
    static readonly Dictionary<Type, GgufValueType> Types = new()
    {
        [typeof(byte)] = GgufValueType.U8,
        [typeof(sbyte)] = GgufValueType.I8,
        [typeof(ushort)] = GgufValueType.U16,
        [typeof(short)] = GgufValueType.I16,
        [typeof(uint)] = GgufValueType.U32,
        [typeof(int)] = GgufValueType.I32,
        [typeof(float)] = GgufValueType.F32,
        [typeof(bool)] = GgufValueType.Bool,
        [typeof(string)] = GgufValueType.Str,
        [typeof(byte[])] = GgufValueType.Str,
        [typeof(ulong)] = GgufValueType.U64,
        [typeof(long)] = GgufValueType.I64,
        [typeof(double)] = GgufValueType.F64,
    };

    readonly ArrayBufferWriter<byte> _entries = new(), _infos = new(), _data = new();
    uint _version = 3, _alignment = 32;
    ulong _entryCount, _tensorCount;
    ulong? _claimedEntries, _claimedTensors;
    byte[] _magic = "GGUF"u8.ToArray();

    internal GgufBuilder Magic(ReadOnlySpan<byte> bytes) => Do(_magic = bytes.ToArray());

    internal GgufBuilder Version(uint version) => Do(_version = version);

    /// <summary>Counts that are not those of the file.</summary>
    internal GgufBuilder Claim(ulong? entries = null, ulong? tensors = null) => Do((_claimedEntries, _claimedTensors) = (entries, tensors));

    /// <summary>Sets the alignment and says so in the metadata.</summary>
    internal GgufBuilder Alignment(uint alignment) => Do(_alignment = alignment).Entry("general.alignment", alignment);

    /// <summary>An entry whose type follows from the .NET type; <c>byte[]</c> is a string of any bytes, <c>object[]</c> an array of arrays.</summary>
    internal GgufBuilder Entry(string key, object value)
        => Raw(Encoding.UTF8.GetBytes(key), (uint)TypeOf(value.GetType()), Bytes(stream => WriteValue(stream, value)));

    /// <summary>An entry of any bytes.</summary>
    internal GgufBuilder Raw(ReadOnlySpan<byte> key, uint type, ReadOnlySpan<byte> value)
    {
        WriteString(_entries, key);
        Write(_entries, type);
        _entries.Write(value);
        _entryCount++;
        return this;
    }

    /// <summary>Many entries as they stand in another file.</summary>
    internal GgufBuilder Entries(ReadOnlySpan<byte> bytes, int count)
    {
        _entries.Write(bytes);
        _entryCount += (ulong)count;
        return this;
    }

    /// <summary>A tensor with data; what is not given follows the rules.</summary>
    internal GgufBuilder Tensor(string name, TensorType type, long[] shape, ReadOnlySpan<byte> data, ulong? offset = null, uint? rawType = null)
    {
        WriteString(_infos, Encoding.UTF8.GetBytes(name));
        Write(_infos, (uint)shape.Length);
        foreach (var dimension in shape)
            Write(_infos, unchecked((ulong)dimension));
        Write(_infos, rawType ?? (uint)type);
        Pad(_data);
        Write(_infos, offset ?? (ulong)_data.WrittenCount);
        _data.Write(data);
        _tensorCount++;
        return this;
    }

    /// <summary>A tensor of single-precision numbers.</summary>
    internal GgufBuilder Tensor(string name, long[] shape, params float[] numbers)
        => Tensor(name, TensorType.F32, shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(numbers));

    /// <summary>The file.</summary>
    internal byte[] Build() => Bytes(file =>
    {
        file.Write(_magic);
        Write(file, _version);
        Write(file, _claimedTensors ?? _tensorCount);
        Write(file, _claimedEntries ?? _entryCount);
        file.Write(_entries.WrittenSpan);
        file.Write(_infos.WrittenSpan);
        if (_tensorCount > 0)
            Pad(file);
        file.Write(_data.WrittenSpan);
    });

    /// <summary>Writes the file into the folder for temporary files and opens it; the path is gone at once.</summary>
    internal GgufFile Open() => Open(Build());

    /// <summary>Opens bytes as a file.</summary>
    internal static GgufFile Open(ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var handle = System.IO.File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        RandomAccess.Write(handle, bytes, 0);
        return GgufFile.Open(handle);
    }

    static GgufValueType TypeOf(Type type)
        => Types.TryGetValue(type, out var id) ? id
            : type.IsArray ? GgufValueType.Array
            : throw new ArgumentException($"GGUF has no type for {type}.", nameof(type));

    /// <summary>The elements of <c>object[]</c> are arrays.</summary>
    static GgufValueType ElementTypeOf(Array array)
        => array.GetType().GetElementType() is { } type && type != typeof(object) ? TypeOf(type) : GgufValueType.Array;

    static void WriteValue(IBufferWriter<byte> stream, object value)
    {
        switch (value)
        {
            case byte number: stream.Write((ReadOnlySpan<byte>)[number]); break;
            case sbyte number: stream.Write((ReadOnlySpan<byte>)[unchecked((byte)number)]); break;
            case bool flag: stream.Write((ReadOnlySpan<byte>)[flag ? (byte)1 : (byte)0]); break;
            case ushort number: stream.Write((ReadOnlySpan<byte>)BitConverter.GetBytes(number)); break;
            case short number: stream.Write((ReadOnlySpan<byte>)BitConverter.GetBytes(number)); break;
            case uint number: Write(stream, number); break;
            case int number: stream.Write((ReadOnlySpan<byte>)BitConverter.GetBytes(number)); break;
            case float number: stream.Write((ReadOnlySpan<byte>)BitConverter.GetBytes(number)); break;
            case ulong number: Write(stream, number); break;
            case long number: stream.Write((ReadOnlySpan<byte>)BitConverter.GetBytes(number)); break;
            case double number: stream.Write((ReadOnlySpan<byte>)BitConverter.GetBytes(number)); break;
            case string text: WriteString(stream, Encoding.UTF8.GetBytes(text)); break;
            case byte[] text: WriteString(stream, text); break;
            case Array array:
                Write(stream, (uint)ElementTypeOf(array));
                Write(stream, (ulong)array.Length);
                foreach (var element in array)
                    WriteValue(stream, element);
                break;
            default: throw new ArgumentException($"GGUF has no type for {value.GetType()}.", nameof(value));
        }
    }

    static void WriteString(IBufferWriter<byte> stream, ReadOnlySpan<byte> text)
    {
        Write(stream, (ulong)text.Length);
        stream.Write(text);
    }

    static void Write(IBufferWriter<byte> stream, uint number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        stream.Write(bytes);
    }

    static void Write(IBufferWriter<byte> stream, ulong number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        stream.Write(bytes);
    }

    static byte[] Bytes(Action<ArrayBufferWriter<byte>> write)
    {
        var stream = new ArrayBufferWriter<byte>();
        write(stream);
        return stream.WrittenSpan.ToArray();
    }

    void Pad(ArrayBufferWriter<byte> stream)
    {
        while (_alignment > 0 && stream.WrittenCount % _alignment != 0)
            stream.Write((ReadOnlySpan<byte>)[0]);
    }

    /// <summary>For assignments in a chain.</summary>
    GgufBuilder Do<T>(T assigned)
    {
        _ = assigned;
        return this;
    }
}
