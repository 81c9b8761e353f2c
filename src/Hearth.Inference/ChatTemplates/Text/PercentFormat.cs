using System.Numerics;
using System.Text;
using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>Python's <c>text % values</c>: %[(key)][flags][width][.precision]type.</summary>
sealed class PercentFormat
{
    readonly TextValue _format;
    readonly Budget _budget;
    readonly BoundedText _into;
    readonly Value[] _values;
    readonly Value? _mapping;
    int _position;
    int _next;

    PercentFormat(TextValue format, Value values, Budget budget)
    {
        (_format, _budget, _into) = (format, budget, new(budget));
        _values = values is TupleValue tuple ? tuple.Items : [values];
        _mapping = values is DictValue or ListValue or UndefinedValue or RangeValue ? values : null;
    }

    internal static TextValue Apply(TextValue format, Value values, Budget budget)
    {
        var formatting = new PercentFormat(format, values, budget);
        formatting.Run();
        return format.With(formatting._into.ToString());
    }

    void Run()
    {
        var text = _format.Text;
        while (_position < text.Length)
        {
            var percent = text.IndexOf('%', _position);
            if (percent < 0)
                percent = text.Length;
            _into.Append(text.AsSpan(_position, percent - _position));
            _position = percent + 1;
            if (percent < text.Length)
                Conversion();
        }

        if (_next < _values.Length && _mapping is null)
            throw new ChatTemplateException("not all arguments converted during string formatting");
    }

    void Conversion()
    {
        _budget.Step();
        var start = _position;
        var keyed = Peek() == '(' ? Keyed() : null;
        var spec = Flags(new());
        spec = spec with { Width = Size(ref spec) ?? 0 };
        if (Peek() == '.')
        {
            _position++;
            spec = spec with { Precision = Math.Max(0, Size(ref spec) ?? 0) };
        }

        while (Peek() is 'h' or 'l' or 'L')
            _position++;
        var type = Peek() == 0 ? throw new ChatTemplateException("incomplete format") : _format.Text[_position++];
        if (type == '%' && _position == start + 1)
            _into.Append('%');
        else
            _into.Append(Format(keyed ?? Next(), spec with { Type = type }));
    }

    char Peek() => _position < _format.Text.Length ? _format.Text[_position] : '\0';

    Value Keyed()
    {
        var start = ++_position;
        for (var open = 1; open > 0; _position++)
        {
            open += Peek() switch
            {
                '\0' => throw new ChatTemplateException("incomplete format key"),
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
        }

        if (_mapping is not DictValue dict)
            throw new ChatTemplateException("format requires a mapping");
        _next = _values.Length;
        return dict.Get(new TextValue(_format.Text[start..(_position - 1)])) ?? throw new ChatTemplateException("a key of the format is not in the mapping");
    }

    FormatSpec Flags(FormatSpec spec)
    {
        while (true)
        {
            switch (Peek())
            {
                case '-':
                    spec = spec with { Align = '<' };
                    break;
                case '+':
                    spec = spec with { Sign = '+' };
                    break;
                case ' ':
                    spec = spec.Sign == '+' ? spec : spec with { Sign = ' ' };
                    break;
                case '#':
                    spec = spec with { Alternate = true };
                    break;
                case '0':
                    spec = spec with { Fill = "0" };
                    break;
                default:
                    return spec;
            }

            _position++;
        }
    }

    /// <summary>A number, or <c>*</c> for the next value; a negative width means to the left.</summary>
    int? Size(ref FormatSpec spec)
    {
        if (Peek() == '*')
        {
            _position++;
            var size = Bounded(NumberText.Index(Next(), "the width of a format"));
            if (size < 0)
                spec = spec with { Align = '<' };
            return Math.Abs(size);
        }

        int? number = null;
        for (; char.IsAsciiDigit(Peek()); _position++)
            number = Bounded((10L * (number ?? 0)) + (Peek() - '0'));
        return number;
    }

    static int Bounded(long size) => Math.Abs(size) <= FormatSpec.Widest
        ? (int)size
        : throw new ChatTemplateException($"a format is wider than {FormatSpec.Widest}");

    Value Next() => _next < _values.Length ? _values[_next++] : throw new ChatTemplateException("not enough arguments for format string");

    string Format(Value value, FormatSpec spec)
    {
        // Zeros fill numbers only, and never to the right.
        if (spec.Fill == "0")
            spec = spec.Align == '<' || spec.Type is 's' or 'r' or 'a' or 'c' ? spec with { Fill = " " } : spec with { Align = '=' };
        var text = spec with { Align = spec.Align == 0 ? '>' : spec.Align };
        switch (spec.Type)
        {
            case 's':
                return text.Text(_format.IsMarkup ? HtmlText.Escape(value, _budget).Text : PythonText.Str(value, _budget), _budget);
            case 'r' or 'a':
                var repr = new BoundedText(_budget);
                PythonText.Repr(value, repr, _budget);
                var plain = spec.Type == 'r' ? repr.ToString() : PythonText.Ascii(repr.ToString(), _budget);
                return text.Text(_format.IsMarkup ? HtmlText.Escape(plain, _budget) : plain, _budget);
            case 'c':
                return text.Text(Character(value), _budget);
            case 'd' or 'i' or 'u':
                return Integer(Whole(value, truncate: true), spec with { Type = 'd' });
            case 'x' or 'X' or 'o':
                return Integer(Whole(value, truncate: false), spec);
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                return spec.Float(NumberText.IsNumber(value) ? NumberText.AsDouble(value) : throw NotNumber(value), _budget);
            default:
                throw new ChatTemplateException("unsupported format character");
        }
    }

    /// <summary>A precision is the least number of digits.</summary>
    string Integer(BigInteger number, FormatSpec spec)
    {
        if (spec.Precision is not { } least)
            return spec.Integer(number, _budget);
        var digits = (spec with { Width = 0, Sign = '-', Alternate = false }).Integer(BigInteger.Abs(number), _budget).PadLeft(least, '0');
        var sign = number.Sign < 0 ? "-" : spec.Sign == '-' ? "" : spec.Sign.ToString();
        var prefix = spec.Alternate && spec.Type != 'd' ? "0" + spec.Type : "";
        return (spec with { Precision = null, Align = spec.Align == '<' ? '<' : '>', Fill = " " }).Text(sign + prefix + digits, _budget);
    }

    static BigInteger Whole(Value value, bool truncate) => value is FloatValue && !truncate
        ? throw NotNumber(value)
        : NumberText.AsInteger(value) ?? throw NotNumber(value);

    static ChatTemplateException NotNumber(Value value) => value is UndefinedValue undefined
        ? undefined.Error()
        : new($"the format needs a number, not {value.TypeName}");

    static string Character(Value value) => value switch
    {
        TextValue { Length: 1 } text => text.Text,
        IntValue or BoolValue when NumberText.AsInteger(value) is { } point && point >= 0 && point <= 0x10ffff && Rune.IsValid((int)point)
            => new Rune((int)point).ToString(),
        _ => throw new ChatTemplateException("%c requires int or char"),
    };
}
