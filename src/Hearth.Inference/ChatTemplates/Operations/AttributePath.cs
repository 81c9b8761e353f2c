using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Operations;

/// <summary>An attribute as filters take it: "a.b.0", or an index.</summary>
sealed class AttributePath
{
    readonly List<Value> _parts = [];
    readonly Budget _budget;
    readonly Value? _default;

    internal AttributePath(Value? attribute, Budget budget, Value? fallback = null)
    {
        (_budget, _default) = (budget, fallback is NoneValue ? null : fallback);
        if (attribute is TextValue text)
        {
            budget.Items(8L * text.Text.Length);
            foreach (var part in text.Text.Split('.'))
                _parts.Add(TextKinds.IsDigit(part) ? Index(part) : new TextValue(part, isFromSource: text.IsFromSource));
        }
        else if (attribute is not (null or NoneValue))
        {
            _parts.Add(attribute);
        }
    }

    /// <summary>The value at the end of the path.</summary>
    internal Value Of(Value value)
    {
        foreach (var part in _parts)
        {
            _budget.Step();
            value = Lookup.Element(value, part, _budget);
            if (value is UndefinedValue && _default is not null)
                value = _default;
        }

        return value;
    }

    static IntValue Index(string digits) => IntValue.Of(NumberText.Integer(digits) ?? throw new ChatTemplateException("an attribute is no number"));
}
