using System.Text.Json;
using Hearth.Requests.Events;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi.Responses;

/// <summary>Writes a response in each of its states: begun, ended, failed. One id and one time for all of them.</summary>
sealed class ResponseWriter(ResponseRequest request, ModelLease lease, TimeProvider clock)
{
    /// <summary>Members that clients look for, of what isn't done here.</summary>
    static readonly string[] Absent = ["conversation", "max_tool_calls", "previous_response_id", "prompt_cache_key", "safety_identifier"];

    /// <summary>The API has few words for why a response failed.</summary>
    static readonly Dictionary<int, string> ErrorCodes = new() { [400] = "invalid_prompt", [429] = "rate_limit_exceeded" };

    readonly string _id = OpenAiWords.NewId("resp_");
    readonly long _created = clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Whether the answer came to its own end.</summary>
    internal static bool IsWhole(Completed completed) => OpenAiWords.Finish(completed.Reason) != "length";

    internal void WriteBegun(Utf8JsonWriter json, ResponseOutput output) => Write(json, "in_progress", output, null, null);

    internal void Write(Utf8JsonWriter json, ResponseOutput output, Completed completed) => Write(json, IsWhole(completed) ? "completed" : "incomplete", output, completed, null);

    internal void WriteFailed(Utf8JsonWriter json, ResponseOutput output, Refusal refusal) => Write(json, "failed", output, null, refusal);

    void Write(Utf8JsonWriter json, string status, ResponseOutput output, Completed? completed, Refusal? refusal)
    {
        json.WriteStartObject();
        json.WriteString("id", _id);
        json.WriteString("object", "response");
        json.WriteNumber("created_at", _created);
        json.WriteString("status", status);
        if (status == "completed")
            json.WriteNumber("completed_at", clock.GetUtcNow().ToUnixTimeSeconds());
        else
            json.WriteNull("completed_at");
        json.WriteString("model", lease.Name);
        output.Write(json);
        WriteError(json, refusal);
        WriteReason(json, status);
        if (completed is not null)
            WriteUsage(json, completed, output.ReasoningTokens);
        WriteAsked(json);
        json.WriteEndObject();
    }

    static void WriteError(Utf8JsonWriter json, Refusal? refusal)
    {
        json.WritePropertyName("error");
        if (refusal is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("code", ErrorCodes.GetValueOrDefault(refusal.Status, "server_error"));
        json.WriteString("message", refusal.Message);
        json.WriteEndObject();
    }

    static void WriteReason(Utf8JsonWriter json, string status)
    {
        json.WritePropertyName("incomplete_details");
        if (status != "incomplete")
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("reason", "max_output_tokens");
        json.WriteEndObject();
    }

    static void WriteUsage(Utf8JsonWriter json, Completed completed, int reasoningTokens)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", completed.PromptTokens);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", completed.CachedTokens);
        // The service bills these; here keeping a prompt costs nothing.
        json.WriteNumber("cache_write_tokens", 0);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", completed.GeneratedTokens);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", reasoningTokens);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", completed.PromptTokens + completed.GeneratedTokens);
        json.WriteEndObject();
    }

    /// <summary>What was asked for, and what held where the request doesn't say.</summary>
    void WriteAsked(Utf8JsonWriter json)
    {
        var (asked, body) = (request.Asked.For(lease.Model.Settings, 0), request.Body);
        json.WriteBoolean("background", false);
        json.WriteString("instructions", body.OptionalText("instructions"));
        if (asked.MaxTokens is { } most)
            json.WriteNumber("max_output_tokens", most);
        else
            json.WriteNull("max_output_tokens");
        Repeat(json, "metadata", body.Find("metadata"), "{}");
        json.WriteBoolean("parallel_tool_calls", request.Asked.ManyCalls);
        json.WriteStartObject("reasoning");
        json.WriteString("effort", body.Object("reasoning")?.OptionalText("effort"));
        json.WriteString("summary", body.Object("reasoning")?.OptionalText("summary"));
        json.WriteEndObject();
        json.WriteString("service_tier", "default");
        json.WriteBoolean("store", false);
        json.WriteNumber("temperature", asked.Sampling.Temperature);
        json.WriteStartObject("text");
        Repeat(json, "format", body.Object("text")?.Find("format"), """{"type": "text"}""");
        json.WriteEndObject();
        Repeat(json, "tool_choice", body.Find("tool_choice"), "\"auto\"");
        WriteTools(json, body);
        json.WriteNumber("top_logprobs", asked.LogProbabilities ?? 0);
        json.WriteNumber("top_p", asked.Sampling.TopP);
        json.WriteString("truncation", "disabled");
        foreach (var name in Absent)
            json.WriteNull(name);
    }

    /// <summary>The tools with all members that clients need.</summary>
    void WriteTools(Utf8JsonWriter json, RequestBody body)
    {
        json.WriteStartArray("tools");
        foreach (var (tool, given) in request.Tools.Zip(body.Objects("tools")))
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description?.Reveal());
            Repeat(json, "parameters", given.Find("parameters"), OpenAiTools.NoParameters);
            json.WriteBoolean("strict", given.Flag("strict"));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Member by member: an event may have no line breaks, and a request may.</summary>
    static void Repeat(Utf8JsonWriter json, string name, JsonElement? given, string otherwise)
    {
        json.WritePropertyName(name);
        if (given is { } value)
            value.WriteTo(json);
        else
            json.WriteRawValue(otherwise);
    }
}
