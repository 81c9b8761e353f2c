using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary>Writes chat completions, whole and in chunks. One id and one time for all chunks of a stream.</summary>
/// <param name="model">The model's name.</param>
/// <param name="now">When the request came.</param>
/// <param name="hasUsage">True where a chunk with the usage follows.</param>
sealed class ChatWriter(string model, DateTimeOffset now, bool hasUsage) : IChunkWriter
{
    readonly string _id = OpenAiWords.NewId("chatcmpl-");

    /// <summary>Calls that each answer has so far.</summary>
    readonly Dictionary<int, int> _calls = [];

    internal void WriteCompletion(Utf8JsonWriter json, IReadOnlyList<GatheredAnswer> answers, IReadOnlyDictionary<int, string>? texts)
    {
        Begin(json, "chat.completion");
        json.WriteStartArray("choices");
        for (var i = 0; i < answers.Count; i++)
            WriteChoice(json, i, answers[i], texts);
        json.WriteEndArray();
        OpenAiWords.WriteUsage(json, [.. answers.Select(a => a.Completed)], answers.Count);
        json.WriteEndObject();
    }

    /// <summary>Whether an event has anything to say: a token may add nothing yet.</summary>
    public bool HasChunk(GenerationEvent said) => said is not Delta { Text.Length: 0, Reasoning.Length: 0, ToolCalls.Count: 0, LogProbabilities.Count: 0 };

    /// <summary>A chunk: the role for the admission, what was said, or why the answer ended.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="index">Which of the answers.</param>
    /// <param name="said">The event.</param>
    /// <param name="texts">The texts of its tokens, where they are asked for.</param>
    public void WriteChunk(Utf8JsonWriter json, int index, GenerationEvent said, IReadOnlyDictionary<int, string>? texts)
    {
        Begin(json, "chat.completion.chunk");
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", index);
        json.WriteStartObject("delta");
        if (said is Admitted)
        {
            json.WriteString("role", "assistant");
            json.WriteString("content", "");
        }
        else if (said is Delta delta)
        {
            WriteDelta(json, index, delta);
        }

        json.WriteEndObject();
        if (said is Delta { LogProbabilities: { Count: > 0 } found } && texts is not null)
            WriteLogProbabilities(json, found, texts);
        else
            json.WriteNull("logprobs");
        json.WriteString("finish_reason", said is Completed completed ? OpenAiWords.Finish(completed.Reason) : null);
        json.WriteEndObject();
        json.WriteEndArray();
        if (hasUsage)
            json.WriteNull("usage");
        json.WriteEndObject();
    }

    public void WriteUsageChunk(Utf8JsonWriter json, IReadOnlyList<Completed> answers)
    {
        Begin(json, "chat.completion.chunk");
        json.WriteStartArray("choices");
        json.WriteEndArray();
        OpenAiWords.WriteUsage(json, answers, answers.Count);
        json.WriteEndObject();
    }

    void WriteDelta(Utf8JsonWriter json, int index, Delta delta)
    {
        if (delta.Reasoning.Length > 0)
            json.WriteString("reasoning_content", delta.Reasoning.Reveal());
        if (delta.Text.Length > 0)
            json.WriteString("content", delta.Text.Reveal());
        if (delta.ToolCalls.Count == 0)
            return;
        json.WriteStartArray("tool_calls");
        foreach (var call in delta.ToolCalls)
        {
            var number = _calls.GetValueOrDefault(index);
            _calls[index] = number + 1;
            WriteCall(json, call, number);
        }

        json.WriteEndArray();
    }

    static void WriteCall(Utf8JsonWriter json, ToolCall call, int? index)
    {
        json.WriteStartObject();
        if (index is { } number)
            json.WriteNumber("index", number);
        json.WriteString("id", call.Id);
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", call.Name);
        json.WriteString("arguments", call.ArgumentsJson.Reveal());
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteChoice(Utf8JsonWriter json, int index, GatheredAnswer answer, IReadOnlyDictionary<int, string>? texts)
    {
        json.WriteStartObject();
        json.WriteNumber("index", index);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", answer.ToolCalls.Count > 0 && answer.Text.Length == 0 ? null : answer.Text);
        json.WriteNull("refusal");
        if (answer.Reasoning.Length > 0)
            json.WriteString("reasoning_content", answer.Reasoning);
        if (answer.ToolCalls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            answer.ToolCalls.ForEach(call => WriteCall(json, call, null));
            json.WriteEndArray();
        }

        json.WriteEndObject();
        if (texts is null)
            json.WriteNull("logprobs");
        else
            WriteLogProbabilities(json, answer.LogProbabilities, texts);
        json.WriteString("finish_reason", OpenAiWords.Finish(answer.Completed.Reason));
        json.WriteEndObject();
    }

    static void WriteLogProbabilities(Utf8JsonWriter json, IReadOnlyList<TokenLogProbability> tokens, IReadOnlyDictionary<int, string> texts)
    {
        json.WriteStartObject("logprobs");
        json.WritePropertyName("content");
        TokenTexts.Write(json, tokens, texts);
        json.WriteNull("refusal");
        json.WriteEndObject();
    }

    void Begin(Utf8JsonWriter json, string kind)
    {
        json.WriteStartObject();
        json.WriteString("id", _id);
        json.WriteString("object", kind);
        json.WriteNumber("created", now.ToUnixTimeSeconds());
        json.WriteString("model", model);
        json.WriteString("system_fingerprint", "hearth");
    }
}
