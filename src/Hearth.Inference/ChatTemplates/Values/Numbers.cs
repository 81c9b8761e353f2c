using System.Numerics;

namespace Hearth.Inference.ChatTemplates.Values;

/// <summary>True or false; also the integer 1 or 0, as in Python.</summary>
sealed class BoolValue : Value
{
    internal static readonly BoolValue True = new(true);
    internal static readonly BoolValue False = new(false);

    BoolValue(bool truth) => IsTrue = truth;

    internal override string TypeName => "bool";

    internal override bool IsTrue { get; }

    internal static BoolValue Of(bool truth) => truth ? True : False;
}

/// <summary>An integer of any size up to <see cref="MostBits"/>.</summary>
sealed class IntValue : Value
{
    /// <summary>Python prints no integer of more than 4,300 digits; larger ones have no use here.</summary>
    internal const int MostBits = 14_285;

    static readonly IntValue?[] Small = new IntValue?[32];

    IntValue(BigInteger number) => Number = number;

    internal BigInteger Number { get; }

    internal override string TypeName => "int";

    internal override bool IsTrue => !Number.IsZero;

    internal static IntValue Of(long number) => number is >= 0 and < 32 ? Small[number] ??= new(number) : new(number);

    internal static IntValue Of(BigInteger number) => number.GetBitLength() <= MostBits
        ? new(number)
        : throw new ChatTemplateException($"an integer has more than {MostBits} bits");
}

/// <summary>A double-precision number.</summary>
sealed class FloatValue(double number) : Value
{
    internal double Number => number;

    internal override string TypeName => "float";

    internal override bool IsTrue => number != 0;
}
