using Hearth.Tensors.Quantization;
using Hearth.Tests.Tensors.Kernels;

namespace Hearth.Tests.Tensors.Quantization;

public sealed class NotFiniteTests
{
    public static TheoryData<TensorType> Types => [.. KernelRig.Types];

    [Theory, MemberData(nameof(Types))]
    public void A_number_that_is_not_finite_is_an_error_wherever_it_stands_and_no_other_bytes_are(TensorType type)
    {
        Assert.True(TensorTypes.TryGetBlock(type, out var block));
        var refused = 0;
        for (var at = 0; at < block.Bytes; at++)
        {
            // The byte before makes the exponent of a float32 whole.
            foreach (var value in (byte[])[0x7C, 0x7F, 0x80, 0xFF])
            {
                var data = KernelRig.RandomRows(type, 1, block.Elements, at);
                data[Math.Max(0, at - 1)] = 0xFF;
                data[at] = value;
                var expected = Refuses(() => WeightMatrix.Decode(type, data, new float[block.Elements]));
                Assert.Equal(expected, Refuses(() => KernelRig.Matrix(type, data, 1, block.Elements).Dispose()));
                Assert.Equal(expected, Refuses(() => KernelRig.Matrix(type, data, 1, block.Elements, asFloat: true).Dispose()));
                refused += expected ? 1 : 0;
            }
        }

        Assert.True(refused > 0, "no byte made a number infinite");
    }

    static bool Refuses(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
