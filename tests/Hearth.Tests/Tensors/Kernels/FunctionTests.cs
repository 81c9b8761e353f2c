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
    public void Tanh_and_the_functions_of_feed_forward_parts_are_those_of_double_precision_to_the_last_places()
    {
        float* x = stackalloc float[16], y = stackalloc float[16];
        for (var start = -12f; start < 12f; start += 0.0137f)
        {
            for (var i = 0; i < 16; i++)
                x[i] = start + (i * 0.001f);
            Near(Functions<LanesScalar>.Tanh(LanesScalar.Load(x)), v => Math.Tanh(v), v => 3e-7 * Math.Abs(Math.Tanh(v)));
            Near(Functions<LanesScalar>.SoftCap(LanesScalar.Load(x), 5), v => 5 * Math.Tanh(v / 5.0), v => 2e-6);
            Near(Functions<LanesScalar>.GeluTanh(LanesScalar.Load(x)), v => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))), v => 3e-7 * (1 + Math.Abs(v)));
            Near(Functions<LanesScalar>.GeluErf(LanesScalar.Load(x)), v => v * Normal(v), v => 2.5e-7 * Math.Abs(v));
        }

        void Near(LanesScalar actual, Func<double, double> expected, Func<double, double> bound)
        {
            actual.Store(y);
            for (var i = 0; i < 16; i++)
                Assert.Equal(expected(x[i]), y[i], bound(x[i]) + 1e-30);
        }
    }

    [Fact]
    public void Tanh_and_gelu_keep_their_limits()
    {
        float* x = stackalloc float[16], y = stackalloc float[16];
        foreach (var (value, index) in ((float, int)[])[(float.NegativeInfinity, 0), (float.PositiveInfinity, 1), (0, 2), (3e38f, 3), (-3e38f, 4), (1e-30f, 5)])
            x[index] = value;
        Functions<LanesScalar>.Tanh(LanesScalar.Load(x)).Store(y);
        Assert.Equal([-1, 1, 0, 1, -1, 1e-30f], new ReadOnlySpan<float>(y, 6).ToArray());
        Functions<LanesScalar>.GeluErf(LanesScalar.Load(x)).Store(y);
        Assert.Equal((0, 3e38f, 0), (y[2], y[3], y[4]));
    }

    [Fact]
    public void Layer_norm_is_that_of_double_precision()
    {
        using var x = KernelRig.RandomFloats(1, 96, 21);
        using var w = KernelRig.RandomFloats(1, 96, 22);
        using var b = KernelRig.RandomFloats(1, 96, 23);
        using var y = new Hearth.Tensors.Memory.FloatRows(1, 96);
        Functions<LanesScalar>.Normalize(x.Pointer(0), new(w, b, true, 1e-5f), 96, y.Pointer(0));
        var numbers = x.Row(0).ToArray().Select(v => (double)v).ToArray();
        var mean = numbers.Average();
        var deviation = Math.Sqrt(numbers.Average(v => (v - mean) * (v - mean)) + 1e-5);
        for (var i = 0; i < 96; i++)
            Assert.Equal(((numbers[i] - mean) / deviation * w.Row(0)[i]) + b.Row(0)[i], y.Row(0)[i], 1e-5);
    }

    [Fact]
    public void All_lanes_compute_functions_norms_and_rotation_to_the_bits_of_the_definition()
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

    /// <summary>Φ(x) by its series near 0 and the continued fraction of erfc beyond, in double precision.</summary>
    static double Normal(double x)
    {
        if (x > 0)
            return 1 - Normal(-x);
        var density = Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
        if (x > -3)
        {
            double term = -x, sum = -x;
            for (var n = 1; n < 60; n++)
                sum += term *= x * x / ((2 * n) + 1);
            return 0.5 - (density * sum);
        }

        var fraction = 0.0;
        for (var n = 80; n > 0; n--)
            fraction = n / (fraction - x);
        return density / (fraction - x);
    }

    static float[] Results<T>()
        where T : struct, ILanes<T>
    {
        using var x = KernelRig.RandomFloats(4, 64, 11);
        using var w = KernelRig.RandomFloats(1, 64, 12);
        using var y = new Hearth.Tensors.Memory.FloatRows(9, 64);
        Functions<T>.RmsNorm(x.Pointer(0), w.Pointer(0), 1e-5f, 64, y.Pointer(0));
        Functions<T>.Rotate(x.Pointer(1), x.Pointer(2), x.Pointer(3), 64);
        x.Row(1).CopyTo(y.Row(1));
        for (var i = 0; i < 64; i += 16)
        {
            Functions<T>.Exp(T.Load(x.Pointer(2) + i)).Store(y.Pointer(2) + i);
            Functions<T>.Silu(T.Load(x.Pointer(3) + i)).Store(y.Pointer(3) + i);
            Functions<T>.Tanh(T.Load(x.Pointer(3) + i)).Store(y.Pointer(4) + i);
            Functions<T>.GeluTanh(T.Load(x.Pointer(3) + i)).Store(y.Pointer(5) + i);
            Functions<T>.GeluErf(T.Load(x.Pointer(3) + i)).Store(y.Pointer(6) + i);
            Functions<T>.ClampedSilu(T.Load(x.Pointer(3) + i) * T.Create(3), T.Load(x.Pointer(2) + i) * T.Create(5)).Store(y.Pointer(7) + i);
        }

        Functions<T>.Normalize(x.Pointer(3), new(w, w, true, 1e-5f), 64, y.Pointer(8));
        Functions<T>.AddScaled(x.Pointer(2), 0.37f, 64, y.Pointer(8));

        return KernelRig.Flatten(y);
    }
}
