using System.Globalization;
using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>What <c>tojson</c> writes: the bytes of Python's <c>json.dumps</c>, whose spaces and digits models were trained on.</summary>
sealed class JsonText(BoundedText into, Budget budget)
{
    /// <summary>Non-ASCII characters become \u escapes.</summary>
    internal bool Ascii { get; init; }

    /// <summary>What one level of indentation is; null keeps all on one line.</summary>
    internal string? Indent { get; init; }

    internal required string ItemSeparator { get; init; }

    internal required string KeySeparator { get; init; }

    internal bool SortKeys { get; init; }

    internal void Write(Value value, int level = 0)
    {
        budget.Step();
        budget.Allocate(200);
        if (value is IntValue number)
            budget.Product(number.Number, number.Number);
        switch (value)
        {
            case TextValue text:
                Quote(text.Text);
                break;
            case SequenceValue sequence:
                Write('[', ']', sequence.Items.Length, level, i => Write(sequence.Items[i], level + 1));
                break;
            case DictValue dict:
                Write(dict, level);
                break;
            default:
                into.Append(Scalar(value) ?? throw new ChatTemplateException($"a value of type {value.TypeName} is not JSON serializable"));
                break;
        }
    }

    void Write(DictValue dict, int level)
    {
        var entries = dict.Entries;
        if (SortKeys)
            entries = Ordering.Sorted([.. entries], entry => entry.Key, reverse: false, budget);
        Write('{', '}', entries.Count, level, i =>
        {
            var key = entries[i].Key;
            Quote(key is TextValue text ? text.Text : Scalar(key) ?? throw new ChatTemplateException($"a key of type {key.TypeName} is not JSON serializable"));
            into.Append(KeySeparator);
            Write(entries[i].Value, level + 1);
        });
    }

    void Write(char open, char close, int count, int level, Action<int> item)
    {
        into.Append(open);
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                into.Append(ItemSeparator);
            NewLine(level + 1);
            item(i);
        }

        if (count > 0)
            NewLine(level);
        into.Append(close);
    }

    void NewLine(int level)
    {
        if (Indent is null)
            return;
        into.Append('\n');
        for (; level > 0; level--)
            into.Append(Indent);
    }

    static string? Scalar(Value value) => value switch
    {
        NoneValue => "null",
        BoolValue truth => truth.IsTrue ? "true" : "false",
        IntValue number => number.Number.ToString(CultureInfo.InvariantCulture),
        FloatValue { Number: double.PositiveInfinity } => "Infinity",
        FloatValue { Number: double.NegativeInfinity } => "-Infinity",
        FloatValue { Number: double.NaN } => "NaN",
        FloatValue number => FloatText.Repr(number.Number),
        _ => null,
    };

    void Quote(string text)
    {
        into.Append('"');
        var plain = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (Escape(text[i]) is not { } escaped)
                continue;
            into.Append(text.AsSpan(plain, i - plain)).Append(escaped);
            plain = i + 1;
        }

        into.Append(text.AsSpan(plain)).Append('"');
    }

    string? Escape(char character) => character switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        '\f' => @"\f",
        '\b' => @"\b",
        < ' ' => Unicode(character),
        > '~' when Ascii => Unicode(character),
        _ => null,
    };

    static string Unicode(char character) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
}
