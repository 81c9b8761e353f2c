using System.Buffers.Binary;
using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary><c>POST /v1/embeddings</c>.</summary>
static class Embeddings
{
    internal static async Task HandleAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        var inputs = Inputs(body);
        // Both official clients ask for base64 unless told otherwise, and take numbers for an empty vector then.
        var isBase64 = body.Word("encoding_format", "float", "base64") == "base64";
        var dimensions = (int?)body.Whole("dimensions", 1, int.MaxValue);
        using var lease = await call.UseModelAsync(body.Text("model"));
        var items = await Answering.GatherVectorsAsync(call, lease, new(inputs) { Dimensions = dimensions }, "input");
        await call.WriteJsonAsync(json => Write(json, lease.Name, items, isBase64));
    }

    /// <summary>A text, tokens, or a list of either.</summary>
    static List<Prompt> Inputs(RequestBody body)
    {
        var input = body.Find("input") ?? throw Refusal.Invalid("input", "'input' is missing; a text or a list of texts belongs there.");
        IEnumerable<JsonElement> all = input.ValueKind == JsonValueKind.Array && !IsTokens(input) ? input.EnumerateArray() : [input];
        var prompts = all.Select(Input).ToList();
        return prompts.Count is > 0 and <= Answering.MostInputs ? prompts : throw Refusal.Invalid("input", $"'input' has {prompts.Count} texts; 1 to {Answering.MostInputs} belong there.");
    }

    static Prompt Input(JsonElement input) => input.ValueKind switch
    {
        JsonValueKind.String when input.GetString()!.Length > 0 => new TextPrompt(input.GetString()!),
        JsonValueKind.Array when IsTokens(input) => new TokenPrompt([.. input.EnumerateArray().Select(t => t.TryGetInt32(out var token) ? token : -1)]),
        _ => throw Refusal.Invalid("input", "'input' has something else than texts that aren't empty and lists of tokens."),
    };

    static bool IsTokens(JsonElement list) => list.GetArrayLength() > 0 && list.EnumerateArray().All(t => t.ValueKind == JsonValueKind.Number);

    static void Write(Utf8JsonWriter json, string model, List<EmbeddingItem> items, bool isBase64)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", item.Input);
            if (isBase64)
            {
                json.WriteBase64String("embedding", Bytes(item.Vector));
            }
            else
            {
                json.WriteStartArray("embedding");
                foreach (var number in item.Vector)
                    json.WriteNumberValue(number);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model", model);
        var tokens = items.Sum(i => i.Tokens);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", tokens);
        json.WriteNumber("total_tokens", tokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>As single-precision numbers, little-endian.</summary>
    static byte[] Bytes(float[] vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        return bytes;
    }
}
