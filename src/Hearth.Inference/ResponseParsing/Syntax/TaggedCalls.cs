using System.Text;

namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>A tag for the function and one for each parameter; values are what stands between them.</summary>
sealed record TaggedCalls : ICallSyntax
{
    /// <summary>Stands before the function's name, and what behind it.</summary>
    internal required (string Before, string After) Function { get; init; }

    /// <summary>Ends the call; models forget it.</summary>
    internal required string End { get; init; }

    /// <summary>Stands before a parameter's name.</summary>
    internal required string Parameter { get; init; }

    /// <summary>What may stand behind a parameter's name, and what it says of the value.</summary>
    internal required IReadOnlyList<(string After, ValueKind Kind)> Kinds { get; init; }

    /// <summary>Ends a value; models forget it.</summary>
    internal required string ParameterEnd { get; init; }

    /// <summary>Ends the block around calls, and so a call whose own end was forgotten; null where nothing does.</summary>
    internal string? BlockEnd { get; init; }

    public IEnumerable<string> Markers => [Function.Before, Function.After, End, Parameter, .. Kinds.Select(k => k.After), ParameterEnd];

    public Reading Read(ref TextCursor text, FoundCalls calls)
    {
        var reading = text.Expect(Function.Before);
        if (reading != Reading.Done)
            return reading;
        calls.Begin();
        reading = text.Name(out var name);
        if (reading != Reading.Done)
            return reading;
        if (!calls.Accepts(name))
            return Reading.Wrong;
        calls.Begun = name;
        reading = text.Expect(Function.After);
        if (reading != Reading.Done)
            return reading;
        var json = new StringBuilder("{");
        reading = Parameters(ref text, calls.Tools, name, json);
        if (reading == Reading.Done)
            calls.Add(new(name, json.Append('}').ToString()));
        return reading;
    }

    Reading Parameters(ref TextCursor text, OfferedTools tools, string function, StringBuilder json)
    {
        while (true)
        {
            text.SkipSpace();
            var ending = text.Expect(End);
            if (ending == Reading.Done)
                return Reading.Done;
            var opening = text.Expect(Parameter);
            if (opening == Reading.Wrong && ending == Reading.Wrong)
                return BlockEnd is null ? Reading.Wrong : new TextCursor(text.Rest).Expect(BlockEnd);
            if (opening != Reading.Done)
                return Reading.More;
            if (json.Length > 1)
                json.Append(',');
            var reading = Value(ref text, tools, function, json);
            if (reading != Reading.Done)
                return reading;
        }
    }

    Reading Value(ref TextCursor text, OfferedTools tools, string function, StringBuilder json)
    {
        var reading = text.Name(out var key);
        if (reading != Reading.Done)
            return reading;
        reading = KindOf(ref text, out var kind);
        if (reading != Reading.Done)
            return reading;
        var length = EndOfValue(text.Rest);
        if (length < 0)
            return Reading.More;
        var value = text.Rest[..length];
        text.Position += length;
        // What follows is one of three markers, and only the first belongs to the value.
        text.Expect(ParameterEnd);
        JsonString.Append(json, key);
        json.Append(':');
        return Append(json, value, kind, tools.TypesOf(function, key)) ? Reading.Done : Reading.Wrong;
    }

    Reading KindOf(ref TextCursor text, out ValueKind kind)
    {
        var result = Reading.Wrong;
        kind = default;
        foreach (var (after, meaning) in Kinds)
        {
            var reading = text.Expect(after);
            if (reading == Reading.Done)
            {
                kind = meaning;
                return reading;
            }

            if (reading == Reading.More)
                result = reading;
        }

        return result;
    }

    int EndOfValue(ReadOnlySpan<char> text)
    {
        var nearest = -1;
        foreach (var marker in (ReadOnlySpan<string>)[ParameterEnd, Parameter, End])
        {
            var at = (nearest < 0 ? text : text[..nearest]).IndexOf(marker);
            if (at >= 0)
                nearest = at;
        }

        return nearest;
    }

    static bool Append(StringBuilder json, ReadOnlySpan<char> value, ValueKind kind, IReadOnlyList<string> types)
    {
        switch (kind)
        {
            case ValueKind.Json:
                return LiteralReader.IsValue(value, LiteralDialect.Json, json);
            case ValueKind.Declared:
                DeclaredValue.Append(json, WithoutLineBreaks(value), types);
                return true;
            default:
                JsonString.Append(json, value);
                return true;
        }
    }

    /// <summary>One line break at either end belongs to the tags.</summary>
    static ReadOnlySpan<char> WithoutLineBreaks(ReadOnlySpan<char> value)
    {
        if (value is ['\n', ..])
            value = value[1..];
        return value is [.., '\n'] ? value[..^1] : value;
    }
}

/// <summary>What a parameter's tag says of its value.</summary>
enum ValueKind
{
    /// <summary>Text as it stands.</summary>
    Text,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>Text that takes the type which the tool's schema declares.</summary>
    Declared,
}
