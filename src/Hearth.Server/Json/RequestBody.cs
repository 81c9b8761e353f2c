using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Hearth.Server.Access;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Hearth.Server.Json;

/// <summary>A JSON object of a request. Every read says which field is wrong; null counts as absent, as clients send it.</summary>
/// <param name="Element">The object.</param>
/// <param name="Path">Its place in the body; empty for the body itself.</param>
/// <param name="Index">Its place in the list that is at the path; -1 where there is none.</param>
readonly record struct RequestBody(JsonElement Element, string Path = "", int Index = -1)
{
    /// <summary>What a body is refused with that can't be read.</summary>
    internal const string InvalidJson = "invalid_json";

    /// <summary>Nobody types more digits than this, and a message may not grow with what it is about.</summary>
    const int LongestNumber = 24;

    /// <summary>Neither: they are the words of whoever asks.</summary>
    public override string ToString() => nameof(RequestBody);

    static readonly JsonDocumentOptions Rules = new() { MaxDepth = 128, AllowDuplicateProperties = false };

    /// <summary>Reads a request's body.</summary>
    /// <exception cref="Refusal">It isn't a JSON object, it is compressed, or it is too large.</exception>
    internal static async Task<RequestBody> ReadAsync(HttpRequest request)
    {
        // What is small on the wire and large in memory isn't unpacked at all.
        if (request.Headers.ContentEncoding.Any(encoding => !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase)))
            throw new Refusal(415, "unsupported_encoding", "The body is compressed. Send it as it is.");
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, Rules, request.HttpContext.RequestAborted);
            CheckTexts(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(document.RootElement.Clone())
                : throw new Refusal(400, InvalidJson, $"The body is a JSON {document.RootElement.ValueKind} where an object belongs.") { IsJson = true };
        }
        catch (InvalidOperationException)
        {
            // JSON, and yet no text: whoever read it would fail.
            throw new Refusal(400, InvalidJson, "A text of the body holds half a character: bytes that are no UTF-8, or an escape such as \\ud800 that stands alone.");
        }
        catch (JsonException e)
        {
            // The cause would show the text.
            throw new Refusal(400, InvalidJson, $"The body is not JSON, or has a member twice: line {e.LineNumber + 1}, byte {e.BytePositionInLine}.");
        }
        catch (IOException e) when (e is not ConnectionResetException && !request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // A chunk whose size is too large a number is no BadHttpRequestException.
            var status = (e as BadHttpRequestException)?.StatusCode ?? 400;
            throw new Refusal(status, status == 413 ? "body_too_large" : "bad_request", status == 413 ? "The body is too large." : "The body could not be read.");
        }
    }

    /// <summary>Reads every text once, where one could be half a character; the parser looks neither at bytes nor at escapes.</summary>
    static void CheckTexts(JsonElement root)
    {
        var raw = JsonMarshal.GetRawUtf8Value(root);
        if (!Utf8.IsValid(raw))
            throw new InvalidOperationException();
        if (raw.IndexOf("\\ud"u8) >= 0 || raw.IndexOf("\\uD"u8) >= 0)
            Check(root);

        static void Check(JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.String:
                    _ = value.GetString();
                    break;
                case JsonValueKind.Array:
                    foreach (var item in value.EnumerateArray())
                        Check(item);
                    break;
                case JsonValueKind.Object:
                    foreach (var member in value.EnumerateObject())
                    {
                        _ = member.Name;
                        Check(member.Value);
                    }

                    break;
            }
        }
    }

    /// <summary>The name of a field for messages. Made when it is asked for: a list may have millions of objects.</summary>
    internal string Name(string field) => Index >= 0 ? $"{Path}[{Index}].{field}" : Path.Length > 0 ? $"{Path}.{field}" : field;

    internal bool Has(string field) => Find(field) is not null;

    /// <summary>A member that is there and not null.</summary>
    internal JsonElement? Find(string field) => Element.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    internal string Text(string field) => OptionalText(field) ?? throw Refusal.Invalid(Name(field), $"'{Name(field)}' is missing; a text belongs there.");

    internal string? OptionalText(string field)
        => Find(field) is not { } value ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(field, value, "a text");

    internal bool Flag(string field, bool otherwise = false)
        => Find(field) is not { } value ? otherwise : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(field, value, "true or false");

    /// <summary>A number of a range, both ends included.</summary>
    internal double? Number(string field, double low, double high)
    {
        if (Find(field) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number)
            throw Wrong(field, value, "a number");
        var number = value.GetDouble();
        return number >= low && number <= high ? number : throw Refusal.Invalid(Name(field), $"'{Name(field)}' is {Shown(value)}; a number from {low} to {high} belongs there.");
    }

    /// <summary>A whole number of a range, both ends included.</summary>
    internal long? Whole(string field, long low, long high)
    {
        if (Find(field) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number)
            throw Wrong(field, value, "a whole number");
        return IsWhole(value, out var number) && number >= low && number <= high
            ? number
            : throw Refusal.Invalid(Name(field), $"'{Name(field)}' is {Shown(value)}; a whole number from {low} to {high} belongs there.");
    }

    /// <summary>One of some words.</summary>
    internal string? Word(string field, params string[] words)
        => OptionalText(field) is not { } text ? null : words.Contains(text) ? text : throw Refusal.Invalid(Name(field), $"'{Name(field)}' is none of {string.Join(", ", words)}.");

    /// <summary>A text, or a list of texts.</summary>
    internal IReadOnlyList<string> Texts(string field)
    {
        if (Find(field) is not { } value)
            return [];
        if (value.ValueKind == JsonValueKind.String)
            return [value.GetString()!];
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong(field, value, "a text or a list of texts");
        if (value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String))
            throw Refusal.Invalid(Name(field), $"'{Name(field)}' has something else than texts.");
        return [.. value.EnumerateArray().Select(v => v.GetString()!)];
    }

    internal RequestBody? Object(string field)
        => Find(field) is not { } value ? null : value.ValueKind == JsonValueKind.Object ? new(value, Name(field)) : throw Wrong(field, value, "an object");

    /// <summary>The objects of a list; none where the field is absent.</summary>
    internal IReadOnlyList<RequestBody> Objects(string field)
    {
        if (Find(field) is not { } value)
            return [];
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong(field, value, "a list of objects");
        var (name, objects) = (Name(field), new List<RequestBody>(value.GetArrayLength()));
        foreach (var item in value.EnumerateArray())
        {
            objects.Add(item.ValueKind == JsonValueKind.Object
                ? new(item, name, objects.Count)
                : throw Refusal.Invalid($"{name}[{objects.Count}]", $"'{name}[{objects.Count}]' is {Kind(item)} where an object belongs."));
        }

        return objects;
    }

    /// <summary>Refuses fields that ask for what this server doesn't do.</summary>
    internal void Refuse(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (Has(field))
                throw Refusal.Unsupported(Name(field), $"'{Name(field)}' is not supported here. Leave it out.");
        }
    }

    /// <summary>Refuses switches that are on and ask for what this server doesn't do.</summary>
    internal void RefuseTrue(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (Flag(field))
                throw Refusal.Unsupported(Name(field), $"'{Name(field)}' is true, which is not supported here. Leave it out.");
        }
    }

    internal Refusal Wrong(string field, JsonElement value, string expected) => Refusal.Invalid(Name(field), $"'{Name(field)}' is {Kind(value)} where {expected} belongs.");

    /// <summary>Also one such as 8.0: some languages have no other numbers, and JSON Schema takes it for an integer.</summary>
    internal static bool IsWhole(JsonElement value, out long number)
    {
        if (value.TryGetInt64(out number))
            return true;
        var isWhole = value.TryGetDecimal(out var exact) && decimal.IsInteger(exact) && exact >= long.MinValue && exact <= long.MaxValue;
        number = isWhole ? (long)exact : 0;
        return isWhole;
    }

    static string Shown(JsonElement number) => number.GetRawText() is { Length: > LongestNumber } digits ? $"a number of {digits.Length} characters" : number.GetRawText();

    static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        _ => value.GetRawText(),
    };
}
