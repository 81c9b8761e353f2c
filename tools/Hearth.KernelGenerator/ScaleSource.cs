using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Hearth.KernelGenerator;

/// <summary>Decode's way from packed scales to float32: exact, as the unpackers of the panel do it.</summary>
/// <remarks>rdx points to the record, then to the bytes of the block. Uses registers 20, 21, 23, 24 and 29.</remarks>
sealed class ScaleSource(Assembler a, Scales scales, Shape shape)
{
    readonly AssemblerRegisterZMM _d = zmm23, _dMinimum = zmm24, _constant = zmm29;

    /// <summary>Where <see cref="EmitTerm"/> leaves 16 scales and minima.</summary>
    internal AssemblerRegisterZMM Scale { get; } = zmm20;

    internal AssemblerRegisterZMM Minimum { get; } = zmm21;

    /// <summary>Loads what stays the same. Uses rax.</summary>
    internal void Prepare()
    {
        if (scales == Scales.Exponent)
        {
            a.Broadcast(_d, BitConverter.SingleToUInt32Bits(1));
            a.Broadcast(_constant, 128);
        }

        if (scales == Scales.SuperMinimum16)
            a.Broadcast(_constant, 15);
    }

    /// <summary>Starts a record that serves several blocks.</summary>
    internal void BeginRecord()
    {
        a.vcvtph2ps(_d, __ymmword_ptr[rdx]);
        if (shape.Minimum)
            a.vcvtph2ps(_dMinimum, __ymmword_ptr[rdx + 32]);
        a.add(rdx, 32 * shape.Halves);
    }

    /// <summary>Makes the scale and the minimum of a term.</summary>
    internal void EmitTerm(int term)
    {
        switch (scales)
        {
            case Scales.Half:
                a.vcvtph2ps(Scale, __ymmword_ptr[rdx]);
                break;
            case Scales.HalfMinimum:
                a.vcvtph2ps(Scale, __ymmword_ptr[rdx]);
                a.vcvtph2ps(Minimum, __ymmword_ptr[rdx + 32]);
                break;
            case Scales.Exponent:
                a.vpmovzxbd(Scale, __xmmword_ptr[rdx]);
                a.vpsubd(Scale, Scale, _constant);
                a.vcvtdq2ps(Scale, Scale);
                a.vscalefps(Scale, _d, Scale);
                break;
            case Scales.SuperMinimum:
                a.vpmovzxbd(Scale, __xmmword_ptr[rdx]);
                a.vpmovzxbd(Minimum, __xmmword_ptr[rdx + 16]);
                Multiply(Scale, _d);
                Multiply(Minimum, _dMinimum);
                break;
            case Scales.SuperMinimum16:
                a.vpmovzxbd(Minimum, __xmmword_ptr[rdx + (16 * term)]);
                a.vpandd(Scale, Minimum, _constant);
                a.vpsrld(Minimum, Minimum, 4);
                Multiply(Scale, _d);
                Multiply(Minimum, _dMinimum);
                break;
            default:
                a.vpmovsxbd(Scale, __xmmword_ptr[rdx + (16 * term)]);
                Multiply(Scale, _d);
                break;
        }
    }

    void Multiply(AssemblerRegisterZMM integers, AssemblerRegisterZMM factor)
    {
        a.vcvtdq2ps(integers, integers);
        a.vmulps(integers, integers, factor);
    }
}
