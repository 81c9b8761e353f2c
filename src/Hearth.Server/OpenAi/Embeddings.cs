using System.Buffers.Binary;
using System.Text.Json;
using Hearth.Requests.Embedding;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary><c>POST /v1/embeddings</c>.</summary>
static class Embeddings
{
    internal static async Task HandleAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        var inputs = PromptInputs.Read(body, "input", Answering.MostInputs);
        // Both official clients ask for base64 unless told otherwise, and take numbers for an empty vector then.
        var isBase64 = body.Word("encoding_format", "float", "base64") == "base64";
        var dimensions = (int?)body.Whole("dimensions", 1, int.MaxValue);
        using var lease = await call.UseModelAsync(body.Text("model"));
        var items = await Answering.GatherVectorsAsync(call, lease, new(inputs) { Dimensions = dimensions }, "input");
        await call.WriteJsonAsync(json => Write(json, lease.Name, items, isBase64));
    }

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
