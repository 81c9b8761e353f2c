using System.Text.Json;

namespace Hearth.Models.Import.Ollama;

/// <summary>The parameters of a model in Ollama's library, a JSON object, as settings of ours.</summary>
public static class OllamaParameters
{
    internal const int MaxBytes = 64 << 10;

    const int MaxTexts = 64, MaxTextLength = 4096;

    /// <summary>Ollama's names and ours (ollama, <c>docs/modelfile</c>, "PARAMETER"). What is not here belongs to its engine.</summary>
    public static IReadOnlyDictionary<string, string> Names { get; } = new Dictionary<string, string>
    {
        ["temperature"] = "temperature",
        ["top_k"] = "top-k",
        ["top_p"] = "top-p",
        ["min_p"] = "min-p",
        ["typical_p"] = "typical-p",
        ["repeat_penalty"] = "repetition-penalty",
        ["presence_penalty"] = "presence-penalty",
        ["frequency_penalty"] = "frequency-penalty",
        ["repeat_last_n"] = "penalty-window",
        ["seed"] = "seed",
        ["num_ctx"] = "context",
        ["num_predict"] = "max-tokens",
        ["stop"] = "stop",
    };

    /// <summary>Reads the object.</summary>
    /// <returns>Settings with their values as texts, ranges unchecked, and the names that have no counterpart.</returns>
    /// <exception cref="InvalidDataException">It is no JSON object of numbers, texts and lists of texts.</exception>
    public static (Dictionary<string, IReadOnlyList<string>> Settings, IReadOnlyList<string> Unknown) Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = 4 });
            var (settings, unknown) = (new Dictionary<string, IReadOnlyList<string>>(), new List<string>());
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (!Names.TryGetValue(property.Name, out var name))
                    unknown.Add(ModelName.From(property.Name));
                else if (!IsUnlimited(property))
                    settings[name] = Texts(property.Value);
            }

            return (settings, unknown);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("The parameters are no JSON object of numbers, texts and lists of texts", e);
        }
    }

    // −1 and −2: until the model ends, or the context is full. That is what holds here where nothing is set.
    static bool IsUnlimited(JsonProperty property)
        => property.NameEquals("num_predict") && property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt32(out var count) && count < 0;

    static IReadOnlyList<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => [value.GetRawText()],
        JsonValueKind.String => [Text(value)],
        JsonValueKind.Array when value.GetArrayLength() is > 0 and <= MaxTexts => [.. value.EnumerateArray().Select(Text)],
        _ => throw new InvalidOperationException($"{value.ValueKind} is no value of a parameter."),
    };

    static string Text(JsonElement value)
        => value.GetString() is { Length: <= MaxTextLength } text ? text : throw new InvalidOperationException("A text is missing, or too long.");
}
