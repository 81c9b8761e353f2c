using System.Numerics;
using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Syntax;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>Filters on numbers.</summary>
static class NumberFilters
{
    internal static Value Abs(Interpreter _, Value value, Arguments arguments)
    {
        arguments.Bind("abs", 0, []);
        return value switch
        {
            FloatValue number => new FloatValue(Math.Abs(number.Number)),
            IntValue or BoolValue => IntValue.Of(BigInteger.Abs(NumberText.AsInteger(value)!.Value)),
            UndefinedValue undefined => throw undefined.Error(),
            _ => throw new ChatTemplateException($"bad operand type for abs(): '{value.TypeName}'"),
        };
    }

    internal static Value Int(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("int", 0, "default", "base");
        // A base that is none makes every text one that is no integer, without an error.
        var radix = bound[1] is null ? 10 : bound[1] is IntValue or BoolValue ? NumberText.Index(bound[1]!, "a base") : -1;
        if (value is UndefinedValue undefined)
            throw undefined.Error();
        if (value is IntValue or BoolValue)
            return IntValue.Of(NumberText.AsInteger(value)!.Value);
        if (value is TextValue text)
        {
            interpreter.Budget.Text(4L * text.Text.Length);
            interpreter.Budget.Digits(text.Text.Length);
            if (radix is 0 or (>= 2 and <= 36) && NumberText.Integer(text.Text, (int)radix) is { } whole)
                return IntValue.Of(whole);
        }

        // "42.7" is 42 too.
        return ToFloat(value) switch
        {
            double.PositiveInfinity or double.NegativeInfinity when value is FloatValue => throw new ChatTemplateException("cannot convert float infinity to integer"),
            { } number when double.IsFinite(number) => IntValue.Of(new BigInteger(number)),
            _ => bound[0] ?? IntValue.Of(0),
        };
    }

    internal static Value Float(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("float", 0, "default");
        if (value is TextValue text)
            interpreter.Budget.Text(4L * text.Text.Length);
        return ToFloat(value) is { } number ? new FloatValue(number) : bound[0] ?? new FloatValue(0);
    }

    static double? ToFloat(Value value) => value switch
    {
        UndefinedValue undefined => throw undefined.Error(),
        TextValue text => NumberText.Float(text.Text),
        IntValue or BoolValue or FloatValue => NumberText.AsDouble(value) is var number && double.IsInfinity(number) && value is IntValue
            ? throw new ChatTemplateException("int too large to convert to float")
            : number,
        _ => null,
    };

    internal static Value Round(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("round", 0, "precision", "method");
        var precision = bound[0] ?? IntValue.Of(0);
        var method = bound[1] is null ? "common" : (bound[1] as TextValue)?.Text;
        if (method is not ("common" or "ceil" or "floor"))
            throw new ChatTemplateException("the method of round is common, ceil or floor");
        if (!NumberText.IsNumber(value))
            throw value is UndefinedValue undefined ? undefined.Error() : new ChatTemplateException($"round takes a number, not {value.TypeName}");
        interpreter.Budget.Digits(400);
        if (method == "common" && precision is NoneValue)
            return Rounded(value is FloatValue number ? Whole(number.Number) : value, 0);
        return method == "common"
            ? Rounded(value, NumberText.Index(precision, "a precision"))
            : Towards(value, precision, method == "ceil", interpreter.Budget);
    }

    static IntValue Whole(double number) => double.IsFinite(number)
        ? IntValue.Of(new BigInteger(Math.Round(number, MidpointRounding.ToEven)))
        : throw new ChatTemplateException("cannot convert a float that is no number to integer");

    static Value Rounded(Value value, long places)
    {
        if (value is FloatValue number)
            return new FloatValue(ExactDecimal.Round(number.Number, places));
        var whole = NumberText.AsInteger(value)!.Value;
        if (places >= 0)
            return IntValue.Of(whole);
        if (-places > 4300)
            return IntValue.Of(0);
        var unit = BigInteger.Pow(10, (int)-places);
        return IntValue.Of(whole.Sign * ExactDecimal.RoundedQuotient(BigInteger.Abs(whole), unit) * unit);
    }

    static Value Towards(Value value, Value precision, bool up, Budget budget)
    {
        var unit = Arithmetic.Apply(BinaryOperator.Power, IntValue.Of(10), precision, budget);
        var scaled = Arithmetic.Apply(BinaryOperator.Multiply, value, unit, budget);
        if (scaled is FloatValue number)
        {
            if (!double.IsFinite(number.Number))
                throw new ChatTemplateException("cannot convert a float that is no number to integer");
            scaled = IntValue.Of(new BigInteger(up ? Math.Ceiling(number.Number) : Math.Floor(number.Number)));
        }

        return Arithmetic.Apply(BinaryOperator.Divide, scaled, unit, budget);
    }

    internal static Value FileSizeFormat(Interpreter interpreter, Value value, Arguments arguments)
    {
        var binary = arguments.Bind("filesizeformat", 0, "binary")[0] is { IsTrue: true };
        var bytes = ToFloat(value) ?? throw new ChatTemplateException($"filesizeformat takes a number, not {value.TypeName}");
        var unit = binary ? 1024.0 : 1000.0;
        if (double.IsNegativeInfinity(bytes))
            throw new ChatTemplateException("cannot convert float infinity to integer");
        if (bytes == 1)
            return new TextValue("1 Byte");
        if (bytes < unit)
            return new TextValue($"{new BigInteger(bytes)} Bytes");
        var power = 1;
        // What is not a number is below no limit.
        while (power < 8 && !(bytes < Math.Pow(unit, power + 1)))
            power++;
        var size = new FormatSpec { Type = 'f', Precision = 1 }.Float(unit * bytes / Math.Pow(unit, power + 1), interpreter.Budget);
        return new TextValue($"{size} {(binary ? "KMGTPEZY"[power - 1] : "kMGTPEZY"[power - 1])}{(binary ? "iB" : "B")}");
    }
}
