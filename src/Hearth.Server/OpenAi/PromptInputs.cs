using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.OpenAi;

/// <summary>What completions and embeddings take: a text, tokens, or a list of either.</summary>
static class PromptInputs
{
    internal static List<Prompt> Read(RequestBody body, string field, int most)
    {
        var input = body.Find(field) ?? throw Refusal.Invalid(field, $"'{field}' is missing; a text or a list of texts belongs there.");
        var isList = input.ValueKind == JsonValueKind.Array && !IsTokens(input);
        var count = isList ? input.GetArrayLength() : 1;
        // Before any is read: there could be millions.
        if (count == 0 || count > most)
            throw Refusal.Invalid(field, $"'{field}' has {count} texts; 1 to {most} belong there.");
        return isList ? [.. input.EnumerateArray().Select(i => Input(i, field))] : [Input(input, field)];
    }

    static Prompt Input(JsonElement input, string field) => input.ValueKind switch
    {
        JsonValueKind.String when input.GetString()!.Length > 0 => new TextPrompt(input.GetString()!),
        JsonValueKind.Array when IsTokens(input) => new TokenPrompt([.. input.EnumerateArray().Select(t => RequestBody.IsWhole(t, out var token) && token is >= 0 and <= int.MaxValue ? (int)token : -1)]),
        _ => throw Refusal.Invalid(field, $"'{field}' has something else than texts that aren't empty and lists of tokens."),
    };

    static bool IsTokens(JsonElement list) => list.GetArrayLength() > 0 && list.EnumerateArray().All(t => t.ValueKind == JsonValueKind.Number);
}
