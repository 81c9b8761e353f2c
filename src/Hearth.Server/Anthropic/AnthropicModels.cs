using System.Globalization;
using System.Text.Json;
using Hearth.Models;
using Hearth.Server.Access;
using Hearth.Server.Routes;
using Microsoft.AspNetCore.Http;

namespace Hearth.Server.Anthropic;

/// <summary><c>/v1/models</c> as Anthropic's clients know it: pages of the models that the key may use.</summary>
static class AnthropicModels
{
    const int UsualPage = 20, LargestPage = 1000;

    internal static Task ListAsync(Call call)
    {
        var (page, hasMore) = Page(call.Service.Models.ListFor(call.Principal), call.Http.Request.Query);
        return call.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var model in page)
                Write(json, model);
            json.WriteEndArray();
            json.WriteBoolean("has_more", hasMore);
            json.WriteString("first_id", page is [var first, ..] ? first.Name : null);
            json.WriteString("last_id", page is [.., var last] ? last.Name : null);
            json.WriteEndObject();
        });
    }

    internal static Task ShowAsync(Call call)
    {
        var model = call.Service.Models.Find(call.Part("id"), call.Principal);
        return call.WriteJsonAsync(json => Write(json, model));
    }

    /// <summary>Those that follow one, or those that precede one, up to a limit.</summary>
    static (List<ModelEntry> Models, bool HasMore) Page(IReadOnlyList<ModelEntry> all, IQueryCollection query)
    {
        var limit = Limit(query);
        var rest = all.Take(Position(all, query, "before_id") ?? all.Count).Skip((Position(all, query, "after_id") + 1) ?? 0).ToList();
        return ([.. query.ContainsKey("before_id") ? rest.TakeLast(limit) : rest.Take(limit)], rest.Count > limit);
    }

    static int Limit(IQueryCollection query)
    {
        if (!query.TryGetValue("limit", out var given))
            return UsualPage;
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= LargestPage
            ? limit
            : throw Refusal.Invalid("limit", $"'limit' is not a whole number from 1 to {LargestPage}.");
    }

    static int? Position(IReadOnlyList<ModelEntry> all, IQueryCollection query, string field)
    {
        if (!query.TryGetValue(field, out var given))
            return null;
        var found = all.Index().Where(m => m.Item.Name == given).Select(m => (int?)m.Index).FirstOrDefault();
        return found ?? throw Refusal.Invalid(field, $"'{field}' names no model of the list.");
    }

    static void Write(Utf8JsonWriter json, ModelEntry model)
    {
        json.WriteStartObject();
        json.WriteString("type", "model");
        json.WriteString("id", model.Name);
        json.WriteString("display_name", model.Name);
        json.WriteString("created_at", model.Files[0].Modified);
        // Known only once the model is loaded.
        json.WriteNull("max_input_tokens");
        json.WriteNull("max_tokens");
        json.WriteNull("capabilities");
        // Later than the description of the API, and asked for by its clients.
        json.WriteString("lifecycle", "active");
        json.WriteNull("line");
        json.WriteNull("deprecated_at");
        json.WriteNull("retires_at");
        json.WriteEndObject();
    }
}
