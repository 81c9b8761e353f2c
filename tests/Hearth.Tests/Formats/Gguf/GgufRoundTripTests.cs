using CsCheck;
using Hearth.Tests.Support;

namespace Hearth.Tests.Formats.Gguf;

/// <summary>What the builder writes is what the reader reads.</summary>
public sealed class GgufRoundTripTests
{
    static readonly Gen<string> Text = Gen.String[Gen.Char['\u0020', '\u07ff'], 0, 40];

    static readonly Gen<object> Value = Gen.OneOf(
        Gen.UInt.Select(n => (object)n), Gen.Int[0, int.MaxValue].Select(n => (object)n), Gen.Float.Select(n => (object)n), Gen.Bool.Select(n => (object)n),
        Text.Select(n => (object)n), Text.Array[0, 30].Select(n => (object)n), Gen.Int.Array[0, 30].Select(n => (object)n),
        Gen.Float.Array[0, 30].Select(n => (object)n));

    [Fact]
    public void Metadata_of_every_type_comes_back() => Value.Array[0, 20].Sample(values =>
    {
        var builder = new GgufBuilder();
        for (var i = 0; i < values.Length; i++)
            builder.Entry($"key.{i}", values[i]);
        using var file = builder.Open();
        for (var i = 0; i < values.Length; i++)
            Assert.Equal(values[i], Read(file.Metadata, $"key.{i}", values[i]));
        Assert.Equal(values.Select((_, i) => $"key.{i}"), file.Metadata.Entries.Select(entry => entry.Key));
    }, iter: 500);

    [Fact]
    public void Tensors_come_back_with_their_numbers() => Gen.Select(Gen.Float.Array[1, 60].Array[0, 8], Gen.Int[0, 8]).Sample((tensors, power) =>
    {
        var builder = new GgufBuilder().Alignment(1u << power);
        for (var i = 0; i < tensors.Length; i++)
            builder.Tensor($"t{i}", [tensors[i].Length], tensors[i]);
        using var file = builder.Open();
        Assert.Equal(tensors.Length, file.Tensors.Count);
        for (var i = 0; i < tensors.Length; i++)
        {
            var bytes = file.Tensors[i].File.Slice(file.Tensors[i].Offset, (int)file.Tensors[i].Bytes);
            Assert.Equal(tensors[i], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray());
        }
    }, iter: 300);

    static object Read(Hearth.Formats.Gguf.GgufMetadata metadata, string key, object like) => like switch
    {
        uint => metadata.GetUInt32(key),
        int => (int)metadata.GetUInt32(key),
        float => metadata.GetFloat32(key),
        bool => metadata.TryGetBool(key, out var flag) && flag,
        string => metadata.GetString(key),
        int[] => metadata.GetInt32s(key),
        float[] => metadata.GetFloat32s(key),
        _ => Enumerable.Range(0, metadata.GetStrings(key).Count).Select(metadata.GetStrings(key).GetString).ToArray(),
    };
}
