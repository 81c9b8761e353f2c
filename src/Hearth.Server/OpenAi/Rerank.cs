using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary><c>POST /v1/rerank</c>, in the form that Cohere and Jina gave it: OpenAI's own API has no such thing.</summary>
static class Rerank
{
    const int MostDocuments = 1000;

    /// <summary>Fields of the two that cut documents or put them together.</summary>
    static readonly string[] Unsupported = ["max_chunks_per_doc", "max_tokens_per_doc", "rank_fields"];

    internal static async Task HandleAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        body.Refuse(Unsupported);
        var documents = Documents(body);
        var most = (int)(body.Whole("top_n", 1, int.MaxValue) ?? documents.Count);
        var returned = body.Flag("return_documents") ? documents : null;
        var request = new RerankRequest(new TextPrompt(body.Text("query")), [.. documents.Select(text => new TextPrompt(text))]);
        using var lease = await call.UseModelAsync(body.Text("model"));
        var items = new List<RerankItem>();
        await foreach (var item in Answering.RerankAsync(call, lease, request, call.CancellationToken))
            items.Add(item.Tokens < item.TokensGiven ? throw TooLong(item) : item);
        await call.WriteJsonAsync(json => Write(json, lease.Name, items, most, returned));
    }

    static Refusal TooLong(RerankItem item) => new(
        400, "context_length_exceeded", $"Document {item.Document} has {item.TokensGiven} tokens together with the query, and the model takes {item.Tokens}. Send it in parts; nothing is cut here.", "documents");

    /// <summary>Texts, or objects that have one.</summary>
    static List<string> Documents(RequestBody body)
    {
        var list = body.Find("documents") ?? throw Refusal.Invalid("documents", "'documents' is missing; a list of texts belongs there.");
        var isObjects = list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(d => d.ValueKind == JsonValueKind.Object);
        var texts = isObjects ? [.. body.Objects("documents").Select(d => d.Text("text"))] : body.Texts("documents").ToList();
        return texts.Count is > 0 and <= MostDocuments ? texts : throw Refusal.Invalid("documents", $"'documents' has {texts.Count} texts; 1 to {MostDocuments} belong there.");
    }

    /// <summary>The best first; equal ones in their order.</summary>
    static void Write(Utf8JsonWriter json, string model, List<RerankItem> items, int most, List<string>? documents)
    {
        json.WriteStartObject();
        json.WriteString("id", OpenAiWords.NewId("rerank-"));
        json.WriteString("model", model);
        json.WriteStartArray("results");
        foreach (var item in items.OrderByDescending(i => i.Score).Take(most))
            WriteResult(json, item, documents?[item.Document]);
        json.WriteEndArray();
        var tokens = items.Sum(i => i.Tokens);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", tokens);
        json.WriteNumber("total_tokens", tokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteResult(Utf8JsonWriter json, RerankItem item, string? document)
    {
        json.WriteStartObject();
        json.WriteNumber("index", item.Document);
        json.WriteNumber("relevance_score", item.Score);
        if (document is not null)
        {
            json.WriteStartObject("document");
            json.WriteString("text", document);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
