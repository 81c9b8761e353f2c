using System.Text;

namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>{"name": …, "arguments": {…}}, or an array of such objects. "parameters" is accepted for "arguments", and a text that holds the object for the object.</summary>
sealed class JsonCalls : ICallSyntax
{
    static readonly LiteralDialect Json = LiteralDialect.Json;

    public IEnumerable<string> Markers => [];

    public Reading Read(ref TextCursor text, FoundCalls calls)
    {
        if (text.AtEnd)
            return Reading.More;
        return text.Current == '['
            ? CommaList.Read(ref text, ']', mayTrail: false, (ref TextCursor inner, bool _) => One(ref inner, calls))
            : One(ref text, calls);
    }

    static Reading One(ref TextCursor text, FoundCalls calls)
    {
        calls.Begin();
        var fields = new Fields();
        var reading = Members(ref text, calls, fields);
        if (reading != Reading.Done)
            return reading;
        if (fields is not { Name: { } name, Arguments: { } arguments })
            return Reading.Wrong;
        calls.Add(new(name, arguments, fields.Id));
        return Reading.Done;
    }

    static Reading Members(ref TextCursor text, FoundCalls calls, Fields fields)
        => text.Current == '{'
            ? CommaList.Read(ref text, '}', mayTrail: false, (ref TextCursor inner, bool _) => Member(ref inner, calls, fields))
            : Reading.Wrong;

    static Reading Member(ref TextCursor text, FoundCalls calls, Fields fields)
    {
        var key = new StringBuilder();
        if (QuotedText.Read(ref text, Json, key) is var reading and not Reading.Done)
            return reading;
        text.SkipSpace();
        reading = text.Expect(":");
        if (reading != Reading.Done)
            return reading;
        text.SkipSpace();
        return key.ToString() switch
        {
            "name" => Name(ref text, calls, fields),
            "arguments" or "parameters" => Arguments(ref text, calls, fields),
            "id" => Text(ref text, value => fields.Id = value),
            // As the wire format of OpenAI nests them.
            "function" when text is { AtEnd: false, Current: '{' } => Members(ref text, calls, fields),
            "type" => LiteralReader.Value(ref text, Json, new()),
            _ when calls.IsWeak => Reading.Wrong,
            _ => LiteralReader.Value(ref text, Json, new()),
        };
    }

    static Reading Name(ref TextCursor text, FoundCalls calls, Fields fields)
    {
        if (Text(ref text, value => fields.Name = value) is var reading and not Reading.Done)
            return reading;
        if (!calls.Accepts(fields.Name!))
            return Reading.Wrong;
        if (!calls.IsWeak || fields.Arguments is not null)
            calls.Begun = fields.Name;
        return Reading.Done;
    }

    static Reading Arguments(ref TextCursor text, FoundCalls calls, Fields fields)
    {
        if (text.AtEnd)
            return Reading.More;
        calls.Begun = fields.Name ?? calls.Begun;
        var json = new StringBuilder();
        if (text.Current == '"')
        {
            var inner = new StringBuilder();
            if (QuotedText.Read(ref text, Json, inner) is var reading and not Reading.Done)
                return reading;
            if (!LiteralReader.IsObject(inner.ToString(), json))
                return Reading.Wrong;
        }
        else if (text.Current != '{')
        {
            return Reading.Wrong;
        }
        else if (LiteralReader.Value(ref text, Json, json) is var reading and not Reading.Done)
        {
            return reading;
        }

        fields.Arguments = json.ToString();
        return Reading.Done;
    }

    static Reading Text(ref TextCursor text, Action<string> set)
    {
        var value = new StringBuilder();
        var reading = QuotedText.Read(ref text, Json, value);
        if (reading == Reading.Done)
            set(value.ToString());
        return reading;
    }

    sealed class Fields
    {
        internal string? Name { get; set; }

        internal string? Arguments { get; set; }

        internal string? Id { get; set; }
    }
}
