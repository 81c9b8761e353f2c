using System.Text.Json;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Anthropic;

/// <summary>The schemas of the description from which Anthropic's own clients are made.</summary>
static class AnthropicSchemas
{
    static readonly ApiSchemas Schemas = new("anthropic");

    internal static void Check(string name, JsonElement value) => Schemas.Check(name, value);
}
