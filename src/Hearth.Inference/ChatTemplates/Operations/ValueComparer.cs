using System.Numerics;
using System.Runtime.CompilerServices;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Operations;

/// <summary>Python's equality: 1 equals 1.0 and true, lists compare item by item, what is undefined equals what is undefined.</summary>
sealed class ValueComparer : IEqualityComparer<Value>
{
    internal static readonly ValueComparer Instance = new();

    public bool Equals(Value? x, Value? y) => x is not null && y is not null && AreEqual(x, y);

    public int GetHashCode(Value obj) => obj switch
    {
        TextValue text => text.Text.GetHashCode(StringComparison.Ordinal),
        BoolValue or IntValue or FloatValue => NumberHash(obj),
        NoneValue => 1,
        UndefinedValue => 2,
        TupleValue tuple => TupleHash(tuple),
        RangeValue range => range.Count,
        _ => RuntimeHelpers.GetHashCode(obj),
    };

    /// <summary>Equality that is paid for by the size of what is compared.</summary>
    internal static bool AreEqual(Value left, Value right, Budget budget)
    {
        if (left is TextValue a && right is TextValue b && a.Text.Length == b.Text.Length)
            budget.Work(a.Text.Length);
        else if (Math.Min(left.Weight, right.Weight) is > 1 and var weight)
            budget.Work(64 * weight);
        return AreEqual(left, right);
    }

    /// <summary>Values nest only so deep (<see cref="Budget.Nested"/>), so this may recurse.</summary>
    internal static bool AreEqual(Value left, Value right)
    {
        if (ReferenceEquals(left, right))
            return left is not FloatValue { Number: double.NaN };
        return (left, right) switch
        {
            (TextValue a, TextValue b) => a.Text == b.Text,
            (ListValue a, ListValue b) => AreEqual(a.Items, b.Items),
            (TupleValue a, TupleValue b) => AreEqual(a.Items, b.Items),
            (DictValue a, DictValue b) => AreEqual(a, b),
            (RangeValue a, RangeValue b) => AreEqual(a, b),
            (UndefinedValue, UndefinedValue) => true,
            _ => NumberText.IsNumber(left) && NumberText.IsNumber(right) && Ordering.CompareNumbers(left, right) == 0,
        };
    }

    static bool AreEqual(Value[] left, Value[] right)
    {
        if (left.Length != right.Length)
            return false;
        for (var i = 0; i < left.Length; i++)
        {
            // Python takes an object for equal to itself here, even where it isn't (nan).
            if (!ReferenceEquals(left[i], right[i]) && !AreEqual(left[i], right[i]))
                return false;
        }

        return true;
    }

    static bool AreEqual(DictValue left, DictValue right)
    {
        if (left.Count != right.Count)
            return false;
        foreach (var (key, value) in left.Entries)
        {
            if (right.Get(key) is not { } other || (!ReferenceEquals(value, other) && !AreEqual(value, other)))
                return false;
        }

        return true;
    }

    static bool AreEqual(RangeValue left, RangeValue right) => left.Count == right.Count
        && (left.Count == 0 || (left.Start == right.Start && (left.Count == 1 || left.Step == right.Step)));

    static int NumberHash(Value value)
    {
        var number = NumberText.AsDouble(value);
        return number == Math.Floor(number) && !double.IsInfinity(number) && NumberText.AsInteger(value) is { } whole
            ? IntegerHash(whole)
            : HashCode.Combine(number);
    }

    /// <summary>Mixed with the process's random seed, so that a template can't choose keys that collide.</summary>
    static int IntegerHash(BigInteger number)
    {
        var hash = default(HashCode);
        hash.AddBytes(number.ToByteArray());
        return hash.ToHashCode();
    }

    int TupleHash(TupleValue tuple)
    {
        var hash = default(HashCode);
        foreach (var item in tuple.Items)
            hash.Add(GetHashCode(item));
        return hash.ToHashCode();
    }
}
