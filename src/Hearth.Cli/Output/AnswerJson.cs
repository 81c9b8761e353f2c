using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;

namespace Hearth.Cli.Output;

/// <summary>The members of the object that <c>hearth run --json</c> prints. Scripts rely on the names; AnswerJsonTests freezes them.</summary>
static class AnswerJson
{
    internal static void Write(Utf8JsonWriter writer, Answer answer, LoadedModel model, bool withLogProbabilities)
    {
        var done = answer.Finish();
        writer.WriteString("text", answer.Text.Reveal());
        if (answer.Reasoning.Length > 0)
            writer.WriteString("reasoning", answer.Reasoning.Reveal());
        if (answer.ToolCalls.Count > 0)
            writer.WriteObjects("tool_calls", answer.ToolCalls, call => WriteCall(writer, call));
        WriteIds(writer, "tokens", answer.Tokens);
        writer.WriteString("finish_reason", Word(done.Reason));
        writer.WriteString("finish_detail", Detail(done.Reason));
        if (done.StopText is { } stop)
            writer.WriteString("stop_text", stop.Reveal());
        if (done.IncompleteToolCall is { } incomplete)
            writer.WriteString("incomplete_tool_call", incomplete);
        WriteUsage(writer, done);
        WriteTimings(writer, done, model);
        writer.WriteNumber("seed", done.Seed);
        writer.WriteString("numeric_profile", done.NumericProfile);
        writer.WriteString("instruction_set", model.InstructionSet);
        if (withLogProbabilities)
            WriteLogProbabilities(writer, answer.LogProbabilities);
    }

    internal static void WriteIds(Utf8JsonWriter writer, string name, IEnumerable<int> ids) => writer.WriteList(name, ids, writer.WriteNumberValue);

    /// <summary>A call on its own line of output, or in the list of an answer.</summary>
    internal static void WriteCall(Utf8JsonWriter writer, ToolCall call)
    {
        writer.WriteString("id", call.Id);
        writer.WriteString("name", call.Name);
        writer.WritePropertyName("arguments");
        writer.WriteRawValue(call.ArgumentsJson.Reveal());
    }

    static string Word(FinishReason reason) => reason switch
    {
        FinishReason.EndOfText or FinishReason.Stop => "stop",
        FinishReason.ToolCalls => "tool_calls",
        _ => "length",
    };

    static string Detail(FinishReason reason) => reason switch
    {
        FinishReason.EndOfText => "end_of_text",
        FinishReason.Stop => "stop_text",
        FinishReason.MaxTokens => "max_tokens",
        FinishReason.ContextFull => "context_full",
        FinishReason.ToolCalls => "tool_calls",
        FinishReason.IncompleteToolCall => "incomplete_tool_call",
        _ => "unknown",
    };

    static void WriteUsage(Utf8JsonWriter writer, Completed done)
    {
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", done.PromptTokens);
        writer.WriteNumber("cached_tokens", done.CachedTokens);
        writer.WriteNumber("completion_tokens", done.GeneratedTokens);
        writer.WriteNumber("total_tokens", done.PromptTokens + done.GeneratedTokens);
        writer.WriteEndObject();
    }

    static void WriteTimings(Utf8JsonWriter writer, Completed done, LoadedModel model)
    {
        writer.WriteStartObject("timings");
        writer.WriteNumber("load_seconds", Math.Round(model.LoadTime.TotalSeconds, 6));
        writer.WriteNumber("time_to_first_token_seconds", Math.Round(done.Timings.TimeToFirstToken.TotalSeconds, 6));
        writer.WriteNumber("prefill_seconds", Math.Round(done.Timings.Prefill.TotalSeconds, 6));
        writer.WriteNumber("decode_seconds", Math.Round(done.Timings.Decode.TotalSeconds, 6));
        writer.WriteNumber("prefill_tokens_per_second", Math.Round(Speed.Prefill(done), 3));
        writer.WriteNumber("decode_tokens_per_second", Math.Round(Speed.Decode(done), 3));
        writer.WriteEndObject();
    }

    static void WriteLogProbabilities(Utf8JsonWriter writer, IReadOnlyList<TokenLogProbability> steps)
    {
        writer.WriteObjects("logprobs", steps, step =>
        {
            WriteLikely(step.Token, step.LogProbability);
            writer.WriteObjects("top", step.Top, top => WriteLikely(top.Token, top.LogProbability));
        });

        void WriteLikely(int token, float logProbability)
        {
            writer.WriteNumber("token", token);
            writer.WriteFinite("logprob", logProbability);
        }
    }
}
