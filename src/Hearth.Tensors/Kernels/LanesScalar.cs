using System.Runtime.CompilerServices;

namespace Hearth.Tensors.Kernels;

/// <summary>The definition of the sixteen lanes: one number after another. Every other implementation is held against it.</summary>
[InlineArray(16)]
unsafe struct LanesScalar : ILanes<LanesScalar>
{
    float _first;

    public static LanesScalar Load(float* source)
    {
        LanesScalar lanes = default;
        new ReadOnlySpan<float>(source, 16).CopyTo(lanes);
        return lanes;
    }

    public static LanesScalar Create(float value)
    {
        LanesScalar lanes = default;
        ((Span<float>)lanes).Fill(value);
        return lanes;
    }

    public static LanesScalar LoadHalf(ushort* source)
    {
        LanesScalar lanes = default;
        for (var i = 0; i < 16; i++)
            lanes[i] = (float)BitConverter.UInt16BitsToHalf(source[i]);
        return lanes;
    }

    public static LanesScalar LoadBrain(ushort* source)
    {
        LanesScalar lanes = default;
        for (var i = 0; i < 16; i++)
            lanes[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
        return lanes;
    }

    public static LanesScalar LoadInt32(int* source)
    {
        LanesScalar lanes = default;
        for (var i = 0; i < 16; i++)
            lanes[i] = source[i];
        return lanes;
    }

    public void Store(float* target) => ((ReadOnlySpan<float>)this).CopyTo(new(target, 16));

    public void StoreHalf(ushort* target)
    {
        for (var i = 0; i < 16; i++)
            target[i] = BitConverter.HalfToUInt16Bits((Half)this[i]);
    }

    public int StoreRounded(sbyte* target)
    {
        var sum = 0;
        for (var i = 0; i < 16; i++)
        {
            target[i] = (sbyte)(BitConverter.SingleToInt32Bits(this[i]) - ILanes<LanesScalar>.RoundingMagicBits);
            sum += target[i];
        }

        return sum;
    }

    public static LanesScalar operator +(LanesScalar a, LanesScalar b) => Each(a, b, &Add);

    public static LanesScalar operator -(LanesScalar a, LanesScalar b) => Each(a, b, &Subtract);

    public static LanesScalar operator *(LanesScalar a, LanesScalar b) => Each(a, b, &Multiply);

    public static LanesScalar operator /(LanesScalar a, LanesScalar b) => Each(a, b, &Divide);

    public static LanesScalar Fma(LanesScalar a, LanesScalar b, LanesScalar c)
    {
        for (var i = 0; i < 16; i++)
            c[i] = MathF.FusedMultiplyAdd(a[i], b[i], c[i]);
        return c;
    }

    public static LanesScalar Max(LanesScalar a, LanesScalar b) => Each(a, b, &Larger);

    public static LanesScalar Min(LanesScalar a, LanesScalar b) => Each(a, b, &Smaller);

    public static LanesScalar WhereAtLeast(LanesScalar a, LanesScalar b, LanesScalar value)
    {
        for (var i = 0; i < 16; i++)
            value[i] = a[i] >= b[i] ? value[i] : 0f;
        return value;
    }

    public static LanesScalar PowerOfTwo(LanesScalar rounded)
    {
        for (var i = 0; i < 16; i++)
            rounded[i] = BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(rounded[i]) << 23) + (127 << 23));
        return rounded;
    }

    public static LanesScalar SwapPairs(LanesScalar value)
    {
        for (var i = 0; i < 16; i += 2)
            (value[i], value[i + 1]) = (value[i + 1], value[i]);
        return value;
    }

    public static int MaxMagnitudeBits(LanesScalar a, LanesScalar b)
    {
        var max = 0;
        for (var i = 0; i < 16; i++)
        {
            max = Math.Max(max, BitConverter.SingleToInt32Bits(a[i]) & int.MaxValue);
            max = Math.Max(max, BitConverter.SingleToInt32Bits(b[i]) & int.MaxValue);
        }

        return max;
    }

    public static float TreeSum(LanesScalar value)
    {
        for (var half = 8; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++)
                value[i] += value[i + half];
        }

        return value[0];
    }

    public static float MaxLane(LanesScalar value)
    {
        var max = value[0];
        for (var i = 1; i < 16; i++)
            max = Larger(max, value[i]);
        return max;
    }

    static LanesScalar Each(LanesScalar a, LanesScalar b, delegate*<float, float, float> operation)
    {
        for (var i = 0; i < 16; i++)
            a[i] = operation(a[i], b[i]);
        return a;
    }

    static float Add(float a, float b) => a + b;

    static float Subtract(float a, float b) => a - b;

    static float Multiply(float a, float b) => a * b;

    static float Divide(float a, float b) => a / b;

    static float Larger(float a, float b) => a > b ? a : b;

    static float Smaller(float a, float b) => a < b ? a : b;
}
