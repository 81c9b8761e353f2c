using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;
using Hearth.Tensors.Memory;

namespace Hearth.Formats.Gguf;

/// <summary>The metadata of a GGUF file: values by key, read from the file when they are asked for.</summary>
/// <remarks>
/// A key that is absent is an error for <c>Get…</c> and false for <c>TryGet…</c>. A value of another type, or one that does not fit, is an error for
/// both: a default in its place would hide that the file is wrong. Integers of every width are accepted where they fit.
/// All errors are <see cref="InvalidDataException"/>.
/// </remarks>
public sealed class GgufMetadata
{
    readonly MappedFile _file;
    readonly OrderedDictionary<string, GgufValue> _values;

    internal GgufMetadata(MappedFile file, OrderedDictionary<string, GgufValue> values)
    {
        _file = file;
        _values = values;
    }

    /// <summary>How many keys there are.</summary>
    public int Count => _values.Count;

    /// <summary>All keys in file order with their values in a line each, for people to read.</summary>
    public IEnumerable<GgufEntry> Entries => _values.Select(entry => new GgufEntry(entry.Key, entry.Value.TypeName, GgufDisplay.Show(_file, entry.Value)));

    /// <summary>The type of a value, or null where the key is absent. Some keys hold either one number or an array of them.</summary>
    public GgufValueType? TypeOf(string key) => _values.TryGetValue(key, out var value) ? value.Type : null;

    /// <summary>The type of an array's elements, or null where the key is absent or holds no array.</summary>
    public GgufValueType? ElementTypeOf(string key) => _values.TryGetValue(key, out var value) && value.IsArray ? value.Element : null;

    /// <summary>A string.</summary>
    public string GetString(string key) => TryGetString(key, out var text) ? text : throw Absent(key);

    /// <summary>A string, where the key is present.</summary>
    public bool TryGetString(string key, [NotNullWhen(true)] out string? text)
    {
        var present = Find(key, "a string", GgufValueType.Str, out var value);
        text = present ? Encoding.UTF8.GetString(Bytes(value)) : null;
        return present;
    }

    /// <summary>A bool, where the key is present.</summary>
    public bool TryGetBool(string key, out bool flag)
    {
        var present = Find(key, "a bool", GgufValueType.Bool, out var value);
        flag = present && Bytes(value)[0] != 0;
        return present;
    }

    /// <summary>An integer from 0 to 4,294,967,295.</summary>
    public uint GetUInt32(string key) => TryGetUInt32(key, out var number) ? number : throw Absent(key);

    /// <summary>An integer from 0 to 4,294,967,295, where the key is present.</summary>
    public bool TryGetUInt32(string key, out uint number)
    {
        number = 0;
        if (!_values.TryGetValue(key, out var value))
            return false;
        if (!GgufNumbers.IsInteger(value.Type))
            throw Wrong(key, value, "an integer");
        number = Fit<uint>(key, GgufNumbers.Integer(value.Type, Bytes(value)));
        return true;
    }

    /// <summary>A real number, single or double in the file; it may be infinite or not a number.</summary>
    public float GetFloat32(string key) => TryGetFloat32(key, out var number) ? number : throw Absent(key);

    /// <summary>A real number, where the key is present.</summary>
    public bool TryGetFloat32(string key, out float number)
    {
        number = 0;
        if (!_values.TryGetValue(key, out var value))
            return false;
        if (!GgufNumbers.IsReal(value.Type))
            throw Wrong(key, value, "a real number");
        number = (float)GgufNumbers.Real(value.Type, Bytes(value));
        return true;
    }

    /// <summary>An array of strings, which stay in the file.</summary>
    public GgufStringArray GetStrings(string key) => TryGetStrings(key, out var strings) ? strings : throw Absent(key);

    /// <summary>An array of strings, where the key is present.</summary>
    public bool TryGetStrings(string key, [NotNullWhen(true)] out GgufStringArray? strings)
    {
        var present = FindArray(key, "strings", type => type == GgufValueType.Str, out var value);
        strings = present ? new GgufStringArray(_file, value) : null;
        return present;
    }

    /// <summary>A copy of an array of integers.</summary>
    public int[] GetInt32s(string key) => TryGetInt32s(key, out var numbers) ? numbers : throw Absent(key);

    /// <summary>A copy of an array of integers, where the key is present.</summary>
    public bool TryGetInt32s(string key, [NotNullWhen(true)] out int[]? numbers)
    {
        var present = FindArray(key, "integers", GgufNumbers.IsInteger, out var value);
        numbers = present ? Copy(value, bytes => Fit<int>(key, GgufNumbers.Integer(value.Element, bytes))) : null;
        return present;
    }

    /// <summary>A copy of an array of bools, where the key is present.</summary>
    public bool TryGetBools(string key, [NotNullWhen(true)] out bool[]? flags)
    {
        var present = FindArray(key, "bools", type => type == GgufValueType.Bool, out var value);
        flags = present ? Copy(value, bytes => bytes[0] != 0) : null;
        return present;
    }

    /// <summary>A copy of an array of real numbers, single or double in the file.</summary>
    public float[] GetFloat32s(string key)
        => FindArray(key, "real numbers", GgufNumbers.IsReal, out var value) ? Copy(value, bytes => (float)GgufNumbers.Real(value.Element, bytes)) : throw Absent(key);

    bool Find(string key, string expected, GgufValueType type, out GgufValue value)
        => _values.TryGetValue(key, out value) && (value.Type == type ? true : throw Wrong(key, value, expected));

    bool FindArray(string key, string expected, Func<GgufValueType, bool> isElement, out GgufValue value)
        => _values.TryGetValue(key, out value) && (value.IsArray && isElement(value.Element) ? true : throw Wrong(key, value, $"an array of {expected}"));

    T[] Copy<T>(in GgufValue value, Func<ReadOnlySpan<byte>, T> read)
    {
        var bytes = Bytes(value);
        var size = value.Element.MinBytes;
        var copy = new T[value.Count];
        for (var i = 0; i < copy.Length; i++)
            copy[i] = read(bytes.Slice(i * size, size));
        return copy;
    }

    ReadOnlySpan<byte> Bytes(in GgufValue value) => _file.Slice(value.Offset, value.Length);

    static T Fit<T>(string key, Int128 number) where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
        => number >= Int128.CreateChecked(T.MinValue) && number <= Int128.CreateChecked(T.MaxValue)
            ? T.CreateChecked(number)
            : throw GgufError.Value($"The metadata value {key} is {number}, but must be {T.MinValue} to {T.MaxValue}");

    static InvalidDataException Absent(string key) => GgufError.Value($"The metadata has no {key}, which this kind of model needs");

    static InvalidDataException Wrong(string key, in GgufValue value, string expected)
        => GgufError.Value($"The metadata value {key} has the type {value.TypeName}, but must be {expected}");
}
