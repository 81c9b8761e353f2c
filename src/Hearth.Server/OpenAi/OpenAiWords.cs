using System.Security.Cryptography;
using System.Text.Json;
using Hearth.Requests.Events;

namespace Hearth.Server.OpenAi;

/// <summary>What the parts of OpenAI's API have in common.</summary>
static class OpenAiWords
{
    internal static string NewId(string prefix) => prefix + RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>Why an answer ended. Clients know these words only.</summary>
    internal static string Finish(FinishReason reason) => reason switch
    {
        FinishReason.EndOfText or FinishReason.Stop => "stop",
        FinishReason.ToolCalls => "tool_calls",
        _ => "length",
    };

    /// <summary>What answers took together.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="answers">The answers, those to one prompt side by side.</param>
    /// <param name="each">How many there are to each prompt, which counts once.</param>
    internal static void WriteUsage(Utf8JsonWriter json, IReadOnlyList<Completed> answers, int each)
    {
        var prompts = answers.Chunk(each).ToList();
        var (prompt, cached, generated) = (prompts.Sum(p => p.Max(a => a.PromptTokens)), prompts.Sum(p => p.Max(a => a.CachedTokens)), answers.Sum(a => a.GeneratedTokens));
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", prompt);
        json.WriteNumber("completion_tokens", generated);
        json.WriteNumber("total_tokens", prompt + generated);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", cached);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
