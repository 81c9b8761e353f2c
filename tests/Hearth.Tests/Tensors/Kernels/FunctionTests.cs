using Hearth.Tensors.Kernels;

namespace Hearth.Tests.Tensors.Kernels;

[Collection("kernels")]
public sealed unsafe class FunctionTests
{
    [Fact]
    public void Exp_is_within_2_units_in_the_last_place_and_0_below_minus_87()
    {
        float* x = stackalloc float[16], y = stackalloc float[16];
        for (var start = -95f; start < 87.8f; start += 0.173f)
        {
            for (var i = 0; i < 16; i++)
                x[i] = start + (i * 0.01f);
            Functions<LanesScalar>.Exp(LanesScalar.Load(x)).Store(y);
            for (var i = 0; i < 16; i++)
            {
                var expected = Math.Exp(x[i]);
                Assert.InRange(y[i], x[i] < -87f ? 0 : expected * (1 - 2.4e-7), x[i] < -87f ? 0 : expected * (1 + 2.4e-7));
            }
        }
    }

    [Fact]
    public void All_lanes_compute_exp_silu_norm_and_rotation_to_the_bits_of_the_definition()
    {
        var expected = Results<LanesScalar>();
        KernelRig.SameBits(expected, Results<Lanes128>(), "128 bits");
        KernelRig.SameBits(expected, Results<Lanes256>(), "256 bits");
        KernelRig.SameBits(expected, Results<Lanes512>(), "512 bits");
    }

    [Fact]
    public void Half_precision_is_rounded_and_read_as_the_standard_says()
    {
        float* x = stackalloc float[16], back = stackalloc float[16];
        var h = stackalloc ushort[16];
        for (var start = 0u; start < 0x7F7E0000; start += 0x10001)
        {
            for (var i = 0; i < 16; i++)
                x[i] = BitConverter.UInt32BitsToSingle((start + (uint)(i * 4096)) | (i % 2 == 0 ? 0 : 0x80000000));
            Check<Lanes128>();
            Check<Lanes256>();
            Check<Lanes512>();
        }

        void Check<T>()
            where T : struct, ILanes<T>
        {
            T.Load(x).StoreHalf(h);
            for (var i = 0; i < 16; i++)
                Assert.Equal(BitConverter.HalfToUInt16Bits((Half)x[i]), h[i]);
            T.LoadHalf(h).Store(back);
            for (var i = 0; i < 16; i++)
                Assert.True(!float.IsFinite((float)(Half)x[i]) || BitConverter.SingleToInt32Bits((float)(Half)x[i]) == BitConverter.SingleToInt32Bits(back[i]));
        }
    }

    [Fact]
    public void Elementary_functions_are_those_of_the_library_to_the_last_places()
    {
        for (var i = 1; i < 20_000; i++)
        {
            var x = i * 0.37;
            var (sin, cos) = Elementary.SinCos(x * 10);
            Assert.Equal(Math.Sin(x * 10), sin, 1e-15 * Math.Max(1, x));
            Assert.Equal(Math.Cos(x * 10), cos, 1e-15 * Math.Max(1, x));
            Assert.InRange(Elementary.Log(x) - Math.Log(x), -1e-15 * Math.Max(1, Math.Log(x + 2)), 1e-15 * Math.Max(1, Math.Log(x + 2)));
            var exponent = (i - 10_000) * 0.05;
            Assert.InRange(Elementary.Exp(exponent) / Math.Exp(exponent), 1 - 1e-15, 1 + 1e-15);
        }
    }

    static float[] Results<T>()
        where T : struct, ILanes<T>
    {
        using var x = KernelRig.RandomFloats(4, 64, 11);
        using var w = KernelRig.RandomFloats(1, 64, 12);
        using var y = new Hearth.Tensors.Memory.FloatRows(4, 64);
        Functions<T>.RmsNorm(x.Pointer(0), w.Pointer(0), 1e-5f, 64, y.Pointer(0));
        Functions<T>.Rotate(x.Pointer(1), x.Pointer(2), x.Pointer(3), 64);
        x.Row(1).CopyTo(y.Row(1));
        for (var i = 0; i < 64; i += 16)
        {
            Functions<T>.Exp(T.Load(x.Pointer(2) + i)).Store(y.Pointer(2) + i);
            Functions<T>.Silu(T.Load(x.Pointer(3) + i)).Store(y.Pointer(3) + i);
        }

        return KernelRig.Flatten(y);
    }
}
