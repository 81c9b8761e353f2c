using System.Globalization;
using System.Numerics;
using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>Python's <c>text.format(…)</c>: {field.attribute[key]!conversion:spec}, with the lookups that templates have.</summary>
sealed class BraceFormat(TextValue format, Func<string, Value?> named, Value[] positional, Budget budget)
{
    const string Unmatched = "a brace of the format has no partner";

    int _automatic;
    bool _manual;

    internal TextValue Run()
    {
        var into = new BoundedText(budget);
        Expand(format.Text, into, nesting: 2);
        return format.With(into.ToString());
    }

    void Expand(string text, BoundedText into, int nesting)
    {
        if (nesting == 0)
            throw new ChatTemplateException("a format nests too deep");
        for (var i = 0; i < text.Length; i++)
        {
            budget.Step();
            var doubled = i + 1 < text.Length && text[i + 1] == text[i];
            if (text[i] is '{' or '}' && doubled)
                into.Append(text[i++]);
            else if (text[i] == '}')
                throw new ChatTemplateException(Unmatched);
            else if (text[i] != '{')
                into.Append(text[i]);
            else
                i = Field(text, i + 1, into, nesting);
        }
    }

    /// <summary>Writes one field; gives the index of its closing brace.</summary>
    int Field(string text, int start, BoundedText into, int nesting)
    {
        var end = start;
        var inBrackets = false;
        for (var open = 1; open > 0; end++)
        {
            if (end == text.Length)
                throw new ChatTemplateException(Unmatched);
            open += text[end] switch { '{' => 1, '}' => -1, _ => 0 };
        }

        var field = text[start..(end - 1)];
        var split = 0;
        for (; split < field.Length && (inBrackets || field[split] is not ('!' or ':')); split++)
            inBrackets = field[split] == '[' || (inBrackets && field[split] != ']');
        var value = Value(field[..split]);
        if (split < field.Length && field[split] == '!')
        {
            value = Converted(value, split + 1 < field.Length ? field[split + 1] : '\0');
            split += 2;
            if (split < field.Length && field[split] != ':')
                throw new ChatTemplateException("expected ':' after a conversion specifier");
        }

        var spec = new BoundedText(budget);
        if (split < field.Length)
            Expand(field[(split + 1)..], spec, nesting - 1);
        into.Append(Formatted(value, spec.ToString()));
        return end - 1;
    }

    Value Value(string field)
    {
        var end = field.AsSpan().IndexOfAny('.', '[') is >= 0 and var at ? at : field.Length;
        var value = First(field[..end]);
        while (end < field.Length)
        {
            var isIndex = field[end] == '[';
            var rest = field.AsSpan(end + 1);
            var length = isIndex ? rest.IndexOf(']') : rest.IndexOfAny('.', '[') is >= 0 and var next ? next : rest.Length;
            if (length <= 0)
                throw new ChatTemplateException("an attribute of a format is empty or misses its ']'");
            var name = rest[..length].ToString();
            value = isIndex ? Lookup.Element(value, Key(name), budget) : Lookup.Attribute(value, new TextValue(name), budget);
            end += 1 + length + (isIndex ? 1 : 0);
            if (end < field.Length && field[end] is not ('.' or '['))
                throw new ChatTemplateException("only '.' or '[' may follow ']' in a format");
        }

        return value;
    }

    static Value Key(string name) => IsIndex(name) ? IntValue.Of(BigInteger.Parse(name, CultureInfo.InvariantCulture)) : new TextValue(name);

    static bool IsIndex(string name) => name.Length is > 0 and < 10 && name.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;

    Value First(string name)
    {
        if (name.Length > 0 && !IsIndex(name))
            return named(name) ?? throw new ChatTemplateException("a name of the format was not given");
        if (name.Length == 0 ? _manual : _automatic > 0)
            throw new ChatTemplateException("a format either numbers all fields or none");
        _manual = name.Length > 0;
        var index = _manual ? int.Parse(name, CultureInfo.InvariantCulture) : _automatic++;
        return index < positional.Length ? positional[index] : throw new ChatTemplateException("a format has more fields than there are values");
    }

    TextValue Converted(Value value, char conversion)
    {
        if (conversion == 's')
            return new(PythonText.Str(value, budget));
        if (conversion is not ('r' or 'a'))
            throw new ChatTemplateException("unknown conversion specifier");
        var repr = new BoundedText(budget);
        PythonText.Repr(value, repr, budget);
        return new(conversion == 'r' ? repr.ToString() : PythonText.Ascii(repr.ToString(), budget));
    }

    string Formatted(Value value, string source)
    {
        if (source.Length == 0 || (format.IsMarkup && value is TextValue { IsMarkup: true }))
            return Plain(value, source);
        var spec = FormatSpecReader.Read(source);
        switch (value)
        {
            case TextValue text when spec.Type is '\0' or 's' && spec.Sign == '-' && spec.Align != '=' && spec.Grouping == 0:
                return Escaped(spec.Text(text.Text, budget));
            case IntValue or BoolValue when spec.Type is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%':
                return spec.Float(NumberText.AsDouble(value), budget);
            case IntValue or BoolValue when spec.Type is '\0' or 'd' or 'b' or 'o' or 'x' or 'X' or 'n' && spec.Precision is null:
                return spec.Integer(NumberText.AsInteger(value)!.Value, budget);
            case FloatValue number when spec.Type is '\0' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or 'n' or '%':
                return spec.Float(number.Number, budget);
            default:
                throw new ChatTemplateException($"the format does not fit a value of type {value.TypeName}");
        }
    }

    string Plain(Value value, string spec) => spec.Length == 0
        ? Escaped(PythonText.Str(value, budget), value)
        : throw new ChatTemplateException("unsupported format specification for Markup");

    string Escaped(string text, Value? value = null)
        => format.IsMarkup && value is not TextValue { IsMarkup: true } ? HtmlText.Escape(text, budget) : text;
}
