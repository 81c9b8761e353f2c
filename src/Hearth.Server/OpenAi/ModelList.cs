using System.Text.Json;
using Hearth.Models;
using Hearth.Server.Routes;

namespace Hearth.Server.OpenAi;

/// <summary><c>/v1/models</c>: the models that the key may use.</summary>
static class ModelList
{
    internal static Task ListAsync(Call call) => call.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var model in call.Service.Models.ListFor(call.Principal))
            Write(json, model);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    internal static Task ShowAsync(Call call)
    {
        var model = call.Service.Models.Find(call.Part("id"), call.Principal);
        return call.WriteJsonAsync(json => Write(json, model));
    }

    static void Write(Utf8JsonWriter json, ModelEntry model)
    {
        json.WriteStartObject();
        json.WriteString("id", model.Name);
        json.WriteString("object", "model");
        json.WriteNumber("created", model.Files[0].Modified.ToUnixTimeSeconds());
        json.WriteString("owned_by", "hearth");
        json.WriteEndObject();
    }
}
