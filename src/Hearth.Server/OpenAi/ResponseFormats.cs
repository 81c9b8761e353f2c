using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.OpenAi;

/// <summary>What OpenAI's API calls a response format: text, any JSON object, or one that fulfils a schema.</summary>
static class ResponseFormats
{
    static readonly Dictionary<string, Func<RequestBody, bool, AnswerConstraint?>> Types = new()
    {
        ["text"] = (_, _) => null,
        ["json_object"] = (_, _) => AnswerConstraint.JsonObject,
        ["json_schema"] = (format, isFlat) => Schema(isFlat ? format : format.Object("json_schema") ?? throw Missing(format, "json_schema")),
    };

    /// <summary>The constraint; null leaves the answer free.</summary>
    /// <param name="format">The format as the request has it.</param>
    /// <param name="isFlat">True where the schema stands beside the type, as in responses; false where both have a member of their own, as in chat completions.</param>
    internal static AnswerConstraint? Read(RequestBody? format, bool isFlat = false)
    {
        if (format is not { } given)
            return null;
        var type = given.Text("type");
        return Types.TryGetValue(type, out var read) ? read(given, isFlat) : throw Refusal.Invalid(given.Name("type"), $"'{given.Name("type")}' is none of {string.Join(", ", Types.Keys)}.");
    }

    /// <summary>The schema of an object that has it as a member. It is always enforced, so <c>strict</c> changes nothing.</summary>
    internal static AnswerConstraint Schema(RequestBody holder)
        => holder.Find("schema") is { ValueKind: JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False } schema
            ? new(ConstraintKind.JsonSchema, schema.GetRawText())
            : throw Missing(holder, "schema");

    static Refusal Missing(RequestBody body, string field) => Refusal.Invalid(body.Name(field), $"'{body.Name(field)}' is missing; an object belongs there.");
}
