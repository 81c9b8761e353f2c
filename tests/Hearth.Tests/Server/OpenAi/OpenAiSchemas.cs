using System.Text.Json;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.OpenAi;

/// <summary>The schemas of OpenAI's own description of its API.</summary>
static class OpenAiSchemas
{
    static readonly ApiSchemas Schemas = new("data", "openai", "openapi.json");

    internal static void Check(string name, JsonElement value) => Schemas.Check(name, value);
}
