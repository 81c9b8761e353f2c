using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.Ollama;

/// <summary>Fields that many requests of Ollama's API have.</summary>
static class OllamaFields
{
    /// <summary>The model's name. Some clients call the field name.</summary>
    internal static string Model(RequestBody body) => body.OptionalText("model") is { Length: > 0 } model ? model : body.OptionalText("name") ?? body.Text("model");

    /// <summary>Streams are the rule.</summary>
    internal static bool Stream(RequestBody body) => body.Flag("stream", otherwise: true);

    /// <summary>Refuses fields that ask for what this server doesn't do. Clients written in Go send all fields: what is empty asks for nothing.</summary>
    internal static void Refuse(RequestBody body, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (body.Find(field) is { } value && !IsEmpty(value))
                body.Refuse(field);
        }
    }

    /// <summary>What the answer must be: any JSON object, or what a schema says; null leaves it free.</summary>
    internal static AnswerConstraint? Format(RequestBody body) => body.Find("format") switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text when text.ValueEquals("") => null,
        { ValueKind: JsonValueKind.String } text when text.ValueEquals("json") => AnswerConstraint.JsonObject,
        { ValueKind: JsonValueKind.Object } schema => new(ConstraintKind.JsonSchema, schema.GetRawText()),
        _ => throw Refusal.Invalid("format", "'format' is neither \"json\" nor an object, which is a JSON Schema."),
    };

    static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.ValueEquals(""),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Number => value.GetDouble() == 0,
        _ => value.ValueKind == JsonValueKind.False,
    };
}
