using System.Collections.Concurrent;
using Hearth.Models;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Models;

namespace Hearth.Server.Serving;

/// <summary>A model that is loaded, and who uses it.</summary>
sealed class PooledModel(ModelEntry entry, ModelSettings settings, IEngine engine, IModelFile file, long bytes, FairQueue queue) : IAsyncDisposable
{
    readonly ConcurrentDictionary<int, string> _tokenTexts = [];

    internal ModelEntry Entry => entry;

    internal ModelSettings Settings => settings;

    internal IEngine Engine => engine;

    /// <summary>What it takes of the budget.</summary>
    internal long Bytes => bytes;

    internal FairQueue Queue => queue;

    /// <summary>What a worker read in its file.</summary>
    internal required ModelFacts Facts { get; init; }

    /// <summary>How long it stays loaded once nobody uses it.</summary>
    internal required Stay Stay { get; init; }

    /// <summary>Requests that hold it now.</summary>
    internal int Users { get; set; }

    /// <summary>Until when it stays loaded without being used; null while it is used.</summary>
    internal DateTimeOffset? Expires { get; set; }

    /// <summary>Whether this is the model that an entry of the list names now: its files and settings may have been changed since it was loaded.</summary>
    internal bool Is(ModelEntry now) => AreSame(entry, now);

    /// <summary>Whether two entries are one model with the same files and settings.</summary>
    internal static bool AreSame(ModelEntry one, ModelEntry other)
        => one.Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase) && one.Files.SequenceEqual(other.Files) && (one.Adapters ?? []).SequenceEqual(other.Adapters ?? [])
            && one.Defaults.Count == other.Defaults.Count && one.Defaults.All(d => other.Defaults.TryGetValue(d.Key, out var texts) && texts.SequenceEqual(d.Value));

    internal bool IsNamed(string name) => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The text of a token inside a text, kept once it is known. At the beginning of a text many tokenizers leave out a space, so the token is asked for with itself before it.</summary>
    internal async ValueTask<string> TextOfAsync(int token, CancellationToken cancellationToken)
    {
        if (_tokenTexts.TryGetValue(token, out var text))
            return text;
        var once = (await file.DetokenizeAsync([token], cancellationToken)).Reveal();
        var twice = (await file.DetokenizeAsync([token, token], cancellationToken)).Reveal();
        // Its end and its beginning can be the two halves of a character.
        return _tokenTexts[token] = twice.StartsWith(once, StringComparison.Ordinal) ? twice[once.Length..] : once;
    }

    internal Task<ModelInspection> InspectAsync(CancellationToken cancellationToken) => file.InspectAsync(0, cancellationToken);

    /// <summary>The text of a prompt that isn't a conversation.</summary>
    internal async Task<string> TextOfAsync(Prompt prompt, CancellationToken cancellationToken) => prompt switch
    {
        TextPrompt text => text.Text.Reveal(),
        TokenPrompt tokens => (await file.DetokenizeAsync(tokens.Tokens, cancellationToken)).Reveal(),
        _ => throw new InvalidOperationException($"A {prompt} has no text of its own."),
    };

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        await file.DisposeAsync();
    }
}
