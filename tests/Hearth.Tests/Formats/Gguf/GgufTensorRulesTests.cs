using Hearth.Tensors.Quantization;
using Hearth.Tests.Support;

namespace Hearth.Tests.Formats.Gguf;

/// <summary>What the format forbids in tensors.</summary>
public sealed class GgufTensorRulesTests
{
    [Fact]
    public void A_tensor_is_its_name_type_shape_and_place()
    {
        using var file = new GgufBuilder().Tensor("a", [3, 2], 1, 2, 3, 4, 5, 6).Tensor("b", TensorType.Q8_0, [64, 2, 1, 3], new byte[6 * 68]).Open();
        var (a, b) = (file.Find("a")!, file.Find("b")!);
        Assert.Equal((3L, 2L, 6L, 24L), (a.RowLength, a.Rows, a.ElementCount, a.Bytes));
        Assert.Equal((64L, 6L, 384L, 408L), (b.RowLength, b.Rows, b.ElementCount, b.Bytes));
        Assert.Equal([64L, 2, 1, 3], b.Shape);
        Assert.Equal(a.Offset + 32, b.Offset);
        Assert.Equal(["a", "b"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(6f, BitConverter.ToSingle(a.File.Slice(a.Offset + 20, 4)));
        Assert.Null(file.Find("c"));
    }

    [Fact]
    public void A_tensor_without_dimensions_is_one_number()
    {
        using var file = new GgufBuilder().Tensor("scale", [], 2).Open();
        Assert.Equal((1L, 1L, 4L), (file.Tensors[0].RowLength, file.Tensors[0].Rows, file.Tensors[0].Bytes));
    }

    public static TheoryData<TensorType> AllTypes => [.. Enum.GetValues<TensorType>()];

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void Every_type_has_the_size_of_its_blocks_and_whole_blocks_in_a_row(TensorType type)
    {
        Assert.True(TensorTypes.TryGetBlock(type, out var block));
        using var file = new GgufBuilder().Tensor("t", type, [2 * block.Elements, 3], new byte[6 * block.Bytes]).Open();
        Assert.Equal(6 * block.Bytes, file.Tensors[0].Bytes);
        Refused.Because("holds", new GgufBuilder().Tensor("t", type, [2 * block.Elements, 3], new byte[6 * block.Bytes - 1]));
        if (block.Elements > 1)
            Refused.Because($"in blocks of {block.Elements}", new GgufBuilder().Tensor("t", type, [block.Elements + 1, block.Elements], new byte[1 << 17]));
    }

    [Theory]
    [InlineData(4u)]
    [InlineData(5u)]
    [InlineData(31u)]
    [InlineData(36u)]
    [InlineData(43u)]
    [InlineData(1u << 31)]
    public void A_type_that_was_removed_or_never_was_is_refused(uint type)
        => Refused.Because($"The tensor type is {type}", new GgufBuilder().Tensor("t", default, [256], new byte[1024], rawType: type));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1, "18446744073709551615")]
    [InlineData(long.MinValue, "9223372036854775808")]
    public void A_dimension_below_1_is_refused(long dimension, string shown)
    {
        Refused.Because($"Dimension 0 of a tensor is {shown}", new GgufBuilder().Tensor("t", [dimension], 1));
        Refused.Because($"Dimension 1 of a tensor is {shown}", new GgufBuilder().Tensor("t", [1, dimension], 1));
    }

    [Theory]
    [InlineData(long.MaxValue, 2, 1, 1)]
    [InlineData(1L << 32, 1L << 32, 1, 1)]
    [InlineData(1L << 62, 1L << 62, 1L << 62, 1L << 62)]
    public void A_shape_whose_product_overflows_is_refused(long a, long b, long c, long d)
        => Refused.Because("has more than 9223372036854775807 numbers", new GgufBuilder().Tensor("t", [a, b, c, d], 1));

    [Fact]
    public void A_size_that_overflows_is_refused() => Refused.Because("needs 36893488147419103228 bytes", new GgufBuilder().Tensor("t", [long.MaxValue], 1));

    [Fact]
    public void More_than_four_dimensions_are_refused() => Refused.Because("5 dimensions; at most 4", new GgufBuilder().Tensor("t", [1, 1, 1, 1, 1], 1));

    [Fact]
    public void A_name_may_have_64_bytes_and_no_more()
    {
        using var file = new GgufBuilder().Tensor(new('n', 64), [1], 1).Open();
        Assert.NotNull(file.Find(new('n', 64)));
        Refused.Because("The length of a tensor's name is 65 bytes; at most 64", new GgufBuilder().Tensor(new('n', 65), [1], 1));
        Refused.Because("name is empty", new GgufBuilder().Tensor("", [1], 1));
    }

    [Fact]
    public void A_name_that_occurs_twice_is_refused()
        => Refused.Because("The tensor \"t\" occurs twice", new GgufBuilder().Tensor("t", [1], 1).Tensor("u", [1], 1).Tensor("t", [1], 1));

    [Fact]
    public void An_offset_off_the_alignment_is_refused()
        => Refused.Because("offset 4, which is not a multiple of the alignment 32", new GgufBuilder().Tensor("a", [1], 1).Tensor("b", TensorType.F32, [1], new byte[4], 4));

    [Theory]
    [InlineData(0ul)]
    [InlineData(64ul)]
    [InlineData(1ul << 63)]
    [InlineData(ulong.MaxValue - 31)]
    public void An_offset_that_leaves_a_gap_or_overlaps_is_refused(ulong offset)
        => Refused.Because($"has the offset {offset}, but the tensors before it end at 32",
            new GgufBuilder().Tensor("a", [1], 1).Tensor("b", TensorType.F32, [1], new byte[512], offset));

    [Fact]
    public void A_tensor_that_ends_behind_the_file_is_refused()
    {
        Refused.Because("takes 16 bytes, but the file holds 12 of them", new GgufBuilder().Tensor("t", [4], 1, 2, 3));
        Refused.Because("takes 4611686018427387900 bytes", new GgufBuilder().Tensor("t", [long.MaxValue / 8], 1).Tensor("u", [1], 1));
    }

    [Fact]
    public void What_follows_the_last_tensor_is_not_read()
    {
        byte[] bytes = [.. new GgufBuilder().Tensor("t", [1], 1).Build(), .. new byte[100]];
        using var file = GgufBuilder.Open(bytes);
        Assert.Equal(4, file.Tensors[0].Bytes);
    }
}
