using System.Text.Json;
using Hearth.Requests.Events;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary>Writes completions, whole and in chunks. One id and one time for all chunks of a stream.</summary>
/// <param name="model">The model's name.</param>
/// <param name="now">When the request came.</param>
/// <param name="each">Answers to each prompt.</param>
/// <param name="prompts">The texts of the prompts, where they are needed; else none.</param>
sealed class CompletionWriter(string model, DateTimeOffset now, int each, IReadOnlyList<string> prompts) : IChunkWriter
{
    readonly string _id = OpenAiWords.NewId("cmpl-");
    readonly Dictionary<int, TokenColumns> _columns = [];

    /// <summary>Whether the answers repeat their prompts.</summary>
    internal bool Echo { get; init; }

    internal void WriteCompletion(Utf8JsonWriter json, IReadOnlyList<GatheredAnswer> answers, IReadOnlyDictionary<int, string>? texts)
    {
        Begin(json);
        json.WriteStartArray("choices");
        for (var i = 0; i < answers.Count; i++)
            WriteChoice(json, i, Beginning(i) + answers[i].Text, answers[i].LogProbabilities, texts, answers[i].Completed.Reason);
        json.WriteEndArray();
        OpenAiWords.WriteUsage(json, [.. answers.Select(a => a.Completed)], each);
        json.WriteEndObject();
    }

    /// <summary>Whether an event has anything to say: a token may add nothing yet, and an admission only where the prompt is repeated.</summary>
    public bool HasChunk(GenerationEvent said) => said is Admitted ? Echo : said is not Delta { Text.Length: 0, LogProbabilities.Count: 0 };

    /// <summary>A chunk: the prompt for the admission, what was said, or why the answer ended.</summary>
    public void WriteChunk(Utf8JsonWriter json, int index, GenerationEvent said, IReadOnlyDictionary<int, string>? texts)
    {
        var delta = said as Delta;
        Begin(json);
        json.WriteStartArray("choices");
        WriteChoice(json, index, said is Admitted ? Beginning(index) : delta?.Text.Reveal() ?? "", delta?.LogProbabilities ?? [], texts, (said as Completed)?.Reason);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void WriteUsageChunk(Utf8JsonWriter json, IReadOnlyList<Completed> answers)
    {
        Begin(json);
        json.WriteStartArray("choices");
        json.WriteEndArray();
        OpenAiWords.WriteUsage(json, answers, each);
        json.WriteEndObject();
    }

    string Beginning(int index) => Echo ? prompts[index / each] : "";

    void WriteChoice(Utf8JsonWriter json, int index, string text, IReadOnlyList<TokenLogProbability> tokens, IReadOnlyDictionary<int, string>? texts, FinishReason? reason)
    {
        json.WriteStartObject();
        json.WriteNumber("index", index);
        json.WriteString("text", text);
        if (texts is null)
            json.WriteNull("logprobs");
        else
            ColumnsOf(index).Write(json, tokens, texts);
        json.WriteString("finish_reason", reason is { } ended ? OpenAiWords.Finish(ended) : null);
        json.WriteEndObject();
    }

    TokenColumns ColumnsOf(int index)
    {
        if (!_columns.TryGetValue(index, out var columns))
            _columns[index] = columns = new(prompts[index / each]);
        return columns;
    }

    void Begin(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", _id);
        json.WriteString("object", "text_completion");
        json.WriteNumber("created", now.ToUnixTimeSeconds());
        json.WriteString("model", model);
        json.WriteString("system_fingerprint", "hearth");
    }
}
