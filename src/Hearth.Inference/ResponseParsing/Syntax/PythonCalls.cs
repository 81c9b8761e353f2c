using System.Text;

namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>f(a=1, b='x') as Python writes calls with keywords, or a list of them in brackets.</summary>
/// <param name="suffix">What may stand between the name and the parenthesis, such as ".call".</param>
sealed class PythonCalls(string suffix = "") : ICallSyntax
{
    public IEnumerable<string> Markers => [];

    public Reading Read(ref TextCursor text, FoundCalls calls)
    {
        if (text.AtEnd)
            return Reading.More;
        if (text.Current == '[')
            return CommaList.Read(ref text, ']', mayTrail: true, (ref TextCursor inner, bool _) => One(ref inner, calls));
        // Without brackets a call looks too much like prose and code.
        return calls.IsWeak ? Reading.Wrong : One(ref text, calls);
    }

    Reading One(ref TextCursor text, FoundCalls calls)
    {
        calls.Begin();
        if (text.Name(out var name) is var reading and not Reading.Done)
            return reading;
        if (suffix.Length > 0 && name.EndsWith(suffix, StringComparison.Ordinal))
            name = name[..^suffix.Length];
        if (text.Current != '(' || !calls.Accepts(name))
            return Reading.Wrong;
        calls.Begun = name;
        var json = new StringBuilder("{");
        reading = CommaList.Read(ref text, ')', mayTrail: true, (ref TextCursor inner, bool isFirst) =>
        {
            if (!isFirst)
                json.Append(',');
            return Keyword(ref inner, json);
        });
        if (reading == Reading.Done)
            calls.Add(new(name, json.Append('}').ToString()));
        return reading;
    }

    static Reading Keyword(ref TextCursor text, StringBuilder json)
    {
        if (text.Name(out var key) is var reading and not Reading.Done)
            return reading;
        text.SkipSpace();
        reading = text.Expect("=");
        if (reading != Reading.Done)
            return reading;
        JsonString.Append(json, key);
        json.Append(':');
        return LiteralReader.Value(ref text, LiteralDialect.Python, json);
    }
}
