using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Server.Serving;

namespace Hearth.Server.Ollama;

/// <summary>Writes what was said in the members of one address.</summary>
delegate void WriteSaid(Utf8JsonWriter json, string text, string thinking, IReadOnlyList<ToolCall> calls);

/// <summary>Writes answers, whole and in lines. What goes before the construction is the time of loading.</summary>
/// <param name="clock">Tells the time.</param>
/// <param name="begun">When the request began, by its timestamps.</param>
/// <param name="model">The model's name.</param>
/// <param name="writeSaid">Writes what was said.</param>
sealed class AnswerWriter(TimeProvider clock, long begun, string model, WriteSaid writeSaid)
{
    readonly TimeSpan _loading = clock.GetElapsedTime(begun);

    /// <summary>Whether an event has anything to say: a token may add nothing yet.</summary>
    internal static bool HasLine(GenerationEvent said) => said is Completed or (Delta and not Delta { Text.Length: 0, Reasoning.Length: 0, ToolCalls.Count: 0, LogProbabilities.Count: 0 });

    internal void WriteWhole(Utf8JsonWriter json, GatheredAnswer answer, IReadOnlyDictionary<int, string> texts)
    {
        Begin(json);
        writeSaid(json, answer.Text, answer.Reasoning, answer.ToolCalls);
        Write(json, answer.LogProbabilities, texts);
        End(json, answer.Completed);
    }

    /// <summary>A piece of the answer, or its end.</summary>
    internal void WriteLine(Utf8JsonWriter json, GenerationEvent said, IReadOnlyDictionary<int, string> texts)
    {
        Begin(json);
        if (said is Delta delta)
        {
            writeSaid(json, delta.Text.Reveal(), delta.Reasoning.Reveal(), delta.ToolCalls);
            Write(json, delta.LogProbabilities, texts);
            json.WriteBoolean("done", false);
            json.WriteEndObject();
        }
        else if (said is Completed completed)
        {
            writeSaid(json, "", "", []);
            End(json, completed);
        }
    }

    /// <summary>That nothing was asked.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="reason">What was done instead.</param>
    internal void WriteNothing(Utf8JsonWriter json, string reason)
    {
        Begin(json);
        writeSaid(json, "", "", []);
        json.WriteBoolean("done", true);
        json.WriteString("done_reason", reason);
        json.WriteEndObject();
    }

    /// <summary>Nanoseconds, as all durations of this API.</summary>
    internal static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    void Begin(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteString("created_at", clock.GetUtcNow().UtcDateTime);
    }

    void End(Utf8JsonWriter json, Completed completed)
    {
        json.WriteBoolean("done", true);
        // A call of a tool is a way to be done.
        json.WriteString("done_reason", completed.Reason is FinishReason.EndOfText or FinishReason.Stop or FinishReason.ToolCalls ? "stop" : "length");
        json.WriteNumber("total_duration", Nanoseconds(clock.GetElapsedTime(begun)));
        json.WriteNumber("load_duration", Nanoseconds(_loading));
        json.WriteNumber("prompt_eval_count", completed.PromptTokens);
        json.WriteNumber("prompt_eval_duration", Nanoseconds(completed.Timings.Prefill));
        json.WriteNumber("eval_count", completed.GeneratedTokens);
        json.WriteNumber("eval_duration", Nanoseconds(completed.Timings.Decode));
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, IReadOnlyList<TokenLogProbability> tokens, IReadOnlyDictionary<int, string> texts)
    {
        if (tokens.Count == 0)
            return;
        json.WritePropertyName("logprobs");
        TokenTexts.Write(json, tokens, texts);
    }
}
