using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Hearth.Requests.Embedding;

namespace Hearth.Cli.Output;

/// <summary>How vectors are written.</summary>
enum VectorFormat
{
    /// <summary>Float32 rows, little endian, without header.</summary>
    F32,

    /// <summary>NumPy's array file.</summary>
    Npy,

    /// <summary>One JSON object.</summary>
    Json,
}

/// <summary>Writes vectors, one after another.</summary>
interface IVectorWriter
{
    void Add(EmbeddingItem item);

    /// <summary>What stands behind the last vector, or before the first one and is known only now.</summary>
    void End();
}

/// <summary>The formats by name.</summary>
static class VectorFormats
{
    internal static readonly (string Name, VectorFormat? Format)[] All = [("f32", VectorFormat.F32), ("npy", VectorFormat.Npy), ("json", VectorFormat.Json)];

    internal static string NameOf(VectorFormat format) => All.First(f => f.Format == format).Name;

    internal static IVectorWriter Create(VectorFormat format, Stream stream, VectorReport report) => format switch
    {
        VectorFormat.F32 => new RowWriter(stream),
        VectorFormat.Npy => new NpyWriter(stream, report),
        _ => new VectorJsonWriter(stream, report),
    };
}

/// <summary>Rows of numbers and nothing else.</summary>
sealed class RowWriter(Stream stream) : IVectorWriter
{
    public void Add(EmbeddingItem item) => Write(stream, item.Vector);

    public void End()
    {
    }

    /// <summary>One row; on a machine of the other byte order its numbers are turned in place.</summary>
    internal static void Write(Stream stream, float[] row)
    {
        var words = MemoryMarshal.Cast<float, int>(row.AsSpan());
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(words, words);
        stream.Write(MemoryMarshal.AsBytes(words));
    }
}

/// <summary>NumPy's format (numpy.lib.format, version 1.0): a header of fixed length, whose shape is filled in at the end.</summary>
sealed class NpyWriter : IVectorWriter
{
    const int HeaderBytes = 128;

    readonly Stream _stream;
    readonly VectorReport _report;
    readonly RowWriter _rows;
    readonly long _start;

    internal NpyWriter(Stream stream, VectorReport report)
    {
        (_stream, _report, _rows, _start) = (stream, report, new(stream), stream.Position);
        stream.Write(new byte[HeaderBytes]);
    }

    public void Add(EmbeddingItem item) => _rows.Add(item);

    public void End()
    {
        var header = new byte[HeaderBytes];
        header.AsSpan().Fill((byte)' ');
        ((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), HeaderBytes - 10);
        var dictionary = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({_report.Rows}, {_report.Columns}), }}");
        Encoding.ASCII.GetBytes(dictionary, header.AsSpan(10));
        header[^1] = (byte)'\n';
        var end = _stream.Position;
        _stream.Position = _start;
        _stream.Write(header);
        _stream.Position = end;
    }
}

/// <summary>One object: an array of inputs, each with its vector or its tokens' vectors.</summary>
sealed class VectorJsonWriter : IVectorWriter
{
    readonly Stream _stream;
    readonly Utf8JsonWriter _json;
    readonly VectorReport _report;
    int _open = -1;

    internal VectorJsonWriter(Stream stream, VectorReport report)
    {
        (_stream, _json, _report) = (stream, new(stream), report);
        _json.WriteStartObject();
        _json.WriteStartArray("embeddings");
    }

    public void Add(EmbeddingItem item)
    {
        if (item.Input != _open)
        {
            Close();
            _open = item.Input;
            _json.WriteStartObject();
            _json.WriteNumber("index", item.Input);
            _json.WriteNumber("tokens", item.Tokens);
            if (item.Tokens < item.TokensGiven)
                _json.WriteNumber("tokens_before_cut", item.TokensGiven);
            _json.WriteStartArray(_report.OfTokens ? "vectors" : "vector");
        }

        if (_report.OfTokens)
            _json.WriteStartArray();
        foreach (var number in item.Vector)
            _json.WriteNumberValue(number);
        if (_report.OfTokens)
            _json.WriteEndArray();
    }

    public void End()
    {
        Close();
        _json.WriteEndArray();
        _json.WriteNumber("rows", _report.Rows);
        _json.WriteNumber("columns", _report.Columns);
        _json.WriteNumber("cut", _report.Cut);
        _json.WriteEndObject();
        _json.Flush();
        _json.Dispose();
        _stream.WriteByte((byte)'\n');
    }

    void Close()
    {
        if (_open < 0)
            return;
        _json.WriteEndArray();
        _json.WriteEndObject();
    }
}
