using System.Text;

namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>The name of a function, then an object with the arguments, with markers before, between and after.</summary>
sealed record NamedCalls : ICallSyntax
{
    /// <summary>Stands before the name.</summary>
    internal string Before { get; init; } = "";

    /// <summary>Stands before an id that may follow the name, or null where there are no ids.</summary>
    internal string? IdMarker { get; init; }

    /// <summary>Stands between name and arguments.</summary>
    internal string Between { get; init; } = "";

    /// <summary>True: what stands between may be missing, as in Mistral's texts of version 11 that were written without their control tokens.</summary>
    internal bool MayLackBetween { get; init; }

    /// <summary>Texts that may stand after the arguments, in this order; models forget them.</summary>
    internal IReadOnlyList<string> After { get; init; } = [];

    /// <summary>How the arguments are written.</summary>
    internal LiteralDialect Arguments { get; init; } = LiteralDialect.Json;

    public IEnumerable<string> Markers => [Before, IdMarker ?? "", Between, .. After, Arguments.Fence ?? ""];

    public Reading Read(ref TextCursor text, FoundCalls calls)
    {
        var reading = text.Expect(Before);
        if (reading != Reading.Done)
            return reading;
        calls.Begin();
        text.SkipSpace();
        reading = text.Name(out var name);
        if (reading != Reading.Done)
            return reading;
        if (!calls.Accepts(name))
            return Reading.Wrong;
        calls.Begun = name;
        reading = Id(ref text, out var id);
        if (reading != Reading.Done)
            return reading;
        reading = ArgumentsOf(ref text, out var arguments);
        if (reading != Reading.Done)
            return reading;
        calls.Add(new(name, arguments, id));
        return Ending(ref text);
    }

    Reading Id(ref TextCursor text, out string? id)
    {
        id = null;
        if (IdMarker is null)
            return Reading.Done;
        text.SkipSpace();
        return text.Expect(IdMarker) switch
        {
            Reading.Done => text.Name(out id),
            Reading.More => Reading.More,
            _ => Reading.Done,
        };
    }

    Reading ArgumentsOf(ref TextCursor text, out string arguments)
    {
        arguments = "";
        text.SkipSpace();
        var reading = text.Expect(Between);
        if (reading == Reading.More || (reading == Reading.Wrong && !MayLackBetween))
            return reading;
        text.SkipSpace();
        if (text.AtEnd)
            return Reading.More;
        if (text.Current != '{')
            return Reading.Wrong;
        var json = new StringBuilder();
        reading = LiteralReader.Value(ref text, Arguments, json);
        arguments = json.ToString();
        return reading;
    }

    Reading Ending(ref TextCursor text)
    {
        foreach (var expected in After)
        {
            var start = text.Position;
            text.SkipSpace();
            var reading = text.Expect(expected);
            if (reading == Reading.More)
                return reading;
            if (reading == Reading.Wrong)
                text.Position = start;
        }

        return Reading.Done;
    }
}
