using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Rendering;

/// <summary>Makes values of a JSON object, as Python's <c>json</c> does: integers stay exact, all else that is a number is a double.</summary>
static class ContextReader
{
    internal static Scope Read(JsonElement context, Budget budget)
    {
        if (context.ValueKind != JsonValueKind.Object)
            throw new ChatTemplateException($"The context of a chat template is a JSON object, not {context.ValueKind}.");
        var scope = new Scope(null);
        foreach (var variable in context.EnumerateObject())
            scope.Set(Text(() => variable.Name), Value(variable.Value, budget, 1));
        return scope;
    }

    static Value Value(JsonElement element, Budget budget, int depth)
    {
        budget.Nested(depth);
        budget.Step();
        budget.Allocate(48);
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return Object(element, budget, depth);
            case JsonValueKind.Array:
                budget.Items(element.GetArrayLength());
                var items = new Value[element.GetArrayLength()];
                var index = 0;
                foreach (var item in element.EnumerateArray())
                    items[index++] = Value(item, budget, depth + 1);
                return new ListValue(items);
            case JsonValueKind.String:
                var text = Text(() => element.GetString()!);
                budget.Text(text.Length);
                return new TextValue(text);
            case JsonValueKind.Number:
                return Number(element.GetRawText(), budget);
            case JsonValueKind.True:
                return BoolValue.True;
            case JsonValueKind.False:
                return BoolValue.False;
            default:
                return NoneValue.Instance;
        }
    }

    static DictValue Object(JsonElement element, Budget budget, int depth)
    {
        var dict = new DictValue(element.GetPropertyCount());
        foreach (var property in element.EnumerateObject())
        {
            var name = Text(() => property.Name);
            budget.Text(name.Length + 80);
            dict.Set(new TextValue(name), Value(property.Value, budget, depth + 1));
        }

        return dict;
    }

    static Value Number(string digits, Budget budget)
    {
        budget.Digits(digits.Length);
        if (digits.AsSpan().IndexOfAny(".eE") >= 0)
            return new FloatValue(double.Parse(digits, CultureInfo.InvariantCulture));
        return digits.Length <= 4300
            ? IntValue.Of(BigInteger.Parse(digits, CultureInfo.InvariantCulture))
            : throw new ChatTemplateException("The context of a chat template holds an integer of more than 4300 digits.");
    }

    /// <summary>JSON can write half a character (\ud800), which is no text.</summary>
    static string Text(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw new ChatTemplateException("The context of a chat template holds a text that is no valid Unicode.");
        }
    }
}
