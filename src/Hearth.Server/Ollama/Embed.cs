using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Server.Access;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.Ollama;

/// <summary><c>POST /api/embed</c>, and the older <c>/api/embeddings</c>. A text that is too long is refused, also where <c>truncate</c> is true: nothing is cut here.</summary>
static class Embed
{
    /// <summary>Vectors of one length; without texts the model is loaded.</summary>
    internal static async Task HandleAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        var texts = body.Find("input") is { ValueKind: JsonValueKind.String } text && text.ValueEquals("") ? [] : body.Texts("input");
        var request = new EmbeddingRequest(Prompts(texts, "input")) { Dimensions = (int?)body.Whole("dimensions", 1, int.MaxValue) };
        var begun = call.Service.Clock.GetTimestamp();
        using var lease = await ModelUse.Read(body).TakeAsync(call, OllamaFields.Model(body));
        var loading = call.Service.Clock.GetElapsedTime(begun);
        var items = await VectorsAsync(call, lease, request, "input");
        await call.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("model", lease.Name);
            json.WriteStartArray("embeddings");
            items.ForEach(item => Write(json, item.Vector));
            json.WriteEndArray();
            json.WriteNumber("total_duration", AnswerWriter.Nanoseconds(call.Service.Clock.GetElapsedTime(begun)));
            json.WriteNumber("load_duration", AnswerWriter.Nanoseconds(loading));
            json.WriteNumber("prompt_eval_count", items.Sum(item => item.Tokens));
            json.WriteEndObject();
        });
    }

    /// <summary>One vector, of the length that the model gives it.</summary>
    internal static async Task HandleOldAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        var request = new EmbeddingRequest(Prompts(body.OptionalText("prompt") is { Length: > 0 } text ? [text] : [], "prompt")) { Normalize = false };
        using var lease = await ModelUse.Read(body).TakeAsync(call, OllamaFields.Model(body));
        var items = await VectorsAsync(call, lease, request, "prompt");
        await call.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("embedding");
            Write(json, items.Count > 0 ? items[0].Vector : []);
            json.WriteEndObject();
        });
    }

    static List<Prompt> Prompts(IReadOnlyList<string> texts, string field) => texts.Count > Answering.MostInputs || texts.Contains("")
        ? throw Refusal.Invalid(field, $"'{field}' has {texts.Count} texts, of which {texts.Count(t => t.Length == 0)} are empty; up to {Answering.MostInputs} that aren't belong there.")
        : [.. texts.Select(text => new TextPrompt(text))];

    static async Task<List<EmbeddingItem>> VectorsAsync(Call call, ModelLease lease, EmbeddingRequest request, string field)
        => request.Inputs.Count > 0 ? await Answering.GatherVectorsAsync(call, lease, request, field) : [];

    static void Write(Utf8JsonWriter json, float[] vector)
    {
        json.WriteStartArray();
        foreach (var number in vector)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
