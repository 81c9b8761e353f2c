using System.Text.Json;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.OpenAi;

/// <summary>The schemas of OpenAI's own description of its API.</summary>
static class OpenAiSchemas
{
    static readonly ApiSchemas Schemas = new("openai");

    internal static void Check(string name, JsonElement value) => Schemas.Check(name, value);
}
