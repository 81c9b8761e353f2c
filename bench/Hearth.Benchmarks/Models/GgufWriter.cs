using System.Text;

namespace Hearth.Benchmarks.Models;

/// <summary>Writes the header of a GGUF v3 file: metadata, then tensor descriptions. The caller appends the data.</summary>
sealed class GgufWriter : IDisposable
{
    /// <summary>Data of every tensor starts at a multiple of this.</summary>
    internal const int Alignment = 32;

    readonly MemoryStream _metadata = new();
    readonly MemoryStream _tensors = new();
    long _metadataCount;
    long _tensorCount;

    /// <summary>Bytes of tensor data that were described so far.</summary>
    internal long DataLength { get; private set; }

    internal void Add(string key, uint value) => Entry(key, 4).Write(value);

    internal void Add(string key, float value) => Entry(key, 6).Write(value);

    internal void Add(string key, bool value) => Entry(key, 7).Write(value);

    internal void Add(string key, string value) => Write(Entry(key, 8), value);

    internal void Add(string key, IReadOnlyCollection<string> values)
    {
        var writer = Array(key, 8, values.Count);
        foreach (var value in values)
            Write(writer, value);
    }

    internal void Add(string key, IReadOnlyCollection<int> values)
    {
        var writer = Array(key, 5, values.Count);
        foreach (var value in values)
            writer.Write(value);
    }

    /// <summary>Describes the next tensor.</summary>
    /// <param name="tensor">Its name and shape.</param>
    internal void Add(RandomTensor tensor)
    {
        var writer = new BinaryWriter(_tensors);
        Write(writer, tensor.Name);
        writer.Write(tensor.IsVector ? 1 : 2);
        writer.Write(tensor.Width);
        if (!tensor.IsVector)
            writer.Write(tensor.Rows);
        writer.Write(tensor.IsVector ? 0 : 1);
        writer.Write(DataLength);
        DataLength = AlignUp(DataLength + tensor.Bytes);
        _tensorCount++;
    }

    /// <summary>Writes all but the data and leaves <paramref name="output"/> where the data starts.</summary>
    internal void WriteHeader(Stream output)
    {
        var writer = new BinaryWriter(output);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write(_tensorCount);
        writer.Write(_metadataCount);
        writer.Flush();
        _metadata.WriteTo(output);
        _tensors.WriteTo(output);
        output.Write(new byte[AlignUp(output.Position) - output.Position]);
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        _metadata.Dispose();
        _tensors.Dispose();
    }

    internal static long AlignUp(long value) => (value + Alignment - 1) / Alignment * Alignment;

    BinaryWriter Entry(string key, int type)
    {
        _metadataCount++;
        var writer = new BinaryWriter(_metadata);
        Write(writer, key);
        writer.Write(type);
        return writer;
    }

    BinaryWriter Array(string key, int elementType, long count)
    {
        var writer = Entry(key, 9);
        writer.Write(elementType);
        writer.Write(count);
        return writer;
    }

    static void Write(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((long)bytes.Length);
        writer.Write(bytes);
    }
}
