using System.Numerics;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Syntax;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Operations;

/// <summary>Python's operators on two values.</summary>
static class Arithmetic
{
    internal static Value Apply(BinaryOperator op, Value left, Value right, Budget budget)
    {
        if (left is TextValue format && op == BinaryOperator.Modulo)
            return PercentFormat.Apply(format, right, budget);
        if ((left as UndefinedValue ?? right as UndefinedValue) is { } undefined)
            throw undefined.Error();
        if (NumberText.IsNumber(left) && NumberText.IsNumber(right))
            return Numeric(op, left, right, budget);
        return op switch
        {
            BinaryOperator.Add => Concatenation.Add(left, right, budget),
            BinaryOperator.Multiply => Concatenation.Repeat(left, right, budget),
            _ => null,
        } ?? throw NoSuch(op, left, right);
    }

    internal static Value Negate(Value value) => value switch
    {
        UndefinedValue undefined => throw undefined.Error(),
        FloatValue number => new FloatValue(-number.Number),
        _ when NumberText.IsNumber(value) => IntValue.Of(-NumberText.AsInteger(value)!.Value),
        _ => throw new ChatTemplateException($"bad operand type for unary -: '{value.TypeName}'"),
    };

    internal static Value Plus(Value value) => value switch
    {
        UndefinedValue undefined => throw undefined.Error(),
        BoolValue truth => IntValue.Of(truth.IsTrue ? 1 : 0),
        _ when NumberText.IsNumber(value) => value,
        _ => throw new ChatTemplateException($"bad operand type for unary +: '{value.TypeName}'"),
    };

    static ChatTemplateException NoSuch(BinaryOperator op, Value left, Value right)
        => new($"unsupported operand types for {op}: '{left.TypeName}' and '{right.TypeName}'");

    static Value Numeric(BinaryOperator op, Value left, Value right, Budget budget) => left is FloatValue || right is FloatValue || op == BinaryOperator.Divide
        ? new FloatValue(Floats(op, left, right))
        : Integers(op, NumberText.AsInteger(left)!.Value, NumberText.AsInteger(right)!.Value, budget);

    static Value Integers(BinaryOperator op, BigInteger left, BigInteger right, Budget budget)
    {
        budget.Allocate(64 + ((left.GetBitLength() + right.GetBitLength()) / 4));
        budget.Product(left, right);
        return op switch
        {
            BinaryOperator.Add => IntValue.Of(left + right),
            BinaryOperator.Subtract => IntValue.Of(left - right),
            BinaryOperator.Multiply => IntValue.Of(left * right),
            BinaryOperator.FloorDivide => IntValue.Of(FloorDivide(left, NotZero(right))),
            BinaryOperator.Modulo => IntValue.Of(left - (FloorDivide(left, NotZero(right)) * right)),
            _ => IntegerPower(left, right, budget),
        };
    }

    static Value IntegerPower(BigInteger left, BigInteger right, Budget budget)
    {
        if (right.Sign < 0)
            return new FloatValue(Power((double)left, (double)right));
        if (BigInteger.Abs(left) <= 1)
            return IntValue.Of(right.IsZero ? 1 : right.IsEven ? left * left : left);
        // Before anything is computed: the result has at least so many bits.
        if (right * (BigInteger.Abs(left).GetBitLength() - 1) > IntValue.MostBits)
            throw new ChatTemplateException($"an integer has more than {IntValue.MostBits} bits");
        budget.Digits(IntValue.MostBits / 8);
        return IntValue.Of(BigInteger.Pow(left, (int)right));
    }

    static double Floats(BinaryOperator op, Value left, Value right)
    {
        double a = Double(left), b = Double(right);
        return op switch
        {
            BinaryOperator.Add => a + b,
            BinaryOperator.Subtract => a - b,
            BinaryOperator.Multiply => a * b,
            BinaryOperator.Divide => a / NotZero(b),
            BinaryOperator.FloorDivide => FloorDivide(a, NotZero(b)),
            BinaryOperator.Modulo => Modulo(a, NotZero(b)),
            _ => Power(a, b),
        };
    }

    static double Double(Value value) => NumberText.AsDouble(value) is var number && double.IsInfinity(number) && value is IntValue
        ? throw new ChatTemplateException("int too large to convert to float")
        : number;

    static BigInteger FloorDivide(BigInteger left, BigInteger right)
    {
        var quotient = BigInteger.DivRem(left, right, out var rest);
        return !rest.IsZero && rest.Sign != right.Sign ? quotient - 1 : quotient;
    }

    /// <summary>The rest has the sign of the divisor.</summary>
    static double Modulo(double left, double right)
    {
        var rest = left % right;
        if (rest == 0)
            return Math.CopySign(0, right);
        return rest < 0 != right < 0 ? rest + right : rest;
    }

    static double FloorDivide(double left, double right)
    {
        var rest = left % right;
        var quotient = (left - rest) / right;
        if (rest != 0 && rest < 0 != right < 0)
            quotient -= 1;
        if (quotient == 0)
            return Math.CopySign(0, left / right);
        var floor = Math.Floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    static double Power(double left, double right)
    {
        if (left == 0 && right < 0)
            throw new ChatTemplateException("0.0 cannot be raised to a negative power");
        if (left < 0 && double.IsFinite(left) && double.IsFinite(right) && right != Math.Floor(right))
            throw new ChatTemplateException("a negative number has no real power that is not whole");
        // Python knows these two for certain: 1 ** nan and nan ** 0 are 1.
        if (left == 1 || right == 0)
            return 1;
        var power = Math.Pow(left, right);
        return double.IsInfinity(power) && double.IsFinite(left) && double.IsFinite(right)
            ? throw new ChatTemplateException("the result is too large for a float")
            : power;
    }

    static BigInteger NotZero(BigInteger divisor) => divisor.IsZero ? throw new ChatTemplateException("division by zero") : divisor;

    static double NotZero(double divisor) => divisor == 0 ? throw new ChatTemplateException("division by zero") : divisor;
}
