using System.Text.Json;
using Hearth.Requests.Events;

namespace Hearth.Server.OpenAi.Responses;

/// <summary>What the model says, cut into items in the order in which it says it: thoughts, messages, calls.</summary>
/// <param name="tell">Is told of every step.</param>
sealed class ResponseOutput(Tell tell)
{
    readonly List<OutputItem> _items = [];
    readonly Dictionary<int, string> _texts = [];

    /// <summary>Tokens whose text is still held back.</summary>
    readonly List<TokenLogProbability> _held = [];

    OutputItem? _open;

    /// <summary>Tokens of pieces that were thoughts.</summary>
    internal int ReasoningTokens { get; private set; }

    /// <param name="delta">What was said.</param>
    /// <param name="texts">The texts of its tokens, where log-probabilities are asked for.</param>
    internal async Task AddAsync(Delta delta, IReadOnlyDictionary<int, string> texts)
    {
        foreach (var (token, text) in texts)
            _texts[token] = text;
        _held.AddRange(delta.LogProbabilities);
        if (delta.Reasoning.Length > 0)
        {
            ReasoningTokens += delta.Tokens.Count;
            _held.Clear();
            await (await OpenAsync(index => new ReasoningItem(index, tell))).AddAsync(delta.Reasoning.Reveal());
        }

        if (delta.Text.Length > 0)
            await SayAsync(delta.Text.Reveal());
        foreach (var call in delta.ToolCalls)
        {
            _held.Clear();
            await (await OpenAsync(index => new CallItem(index, tell, call))).AddAsync();
            await CloseAsync(isWhole: true);
        }
    }

    /// <summary>The answer is over. One without anything is an empty message.</summary>
    internal async Task EndAsync(bool isWhole)
    {
        if (_items.Count == 0 || (_open is MessageItem && _held.Count > 0))
            await SayAsync("");
        await CloseAsync(isWhole);
    }

    /// <summary>The answer has failed: what is open stays as it is.</summary>
    internal void Break() => _open?.Break();

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("output");
        foreach (var item in _items)
            item.Write(json);
        json.WriteEndArray();
    }

    async Task SayAsync(string text)
    {
        await (await OpenAsync(index => new MessageItem(index, tell, _texts))).AddAsync(text, [.. _held]);
        _held.Clear();
    }

    async Task<T> OpenAsync<T>(Func<int, T> make)
        where T : OutputItem
    {
        if (_open is T open)
            return open;
        await CloseAsync(isWhole: true);
        var item = make(_items.Count);
        _items.Add(item);
        _open = item;
        await item.OpenAsync();
        return item;
    }

    async Task CloseAsync(bool isWhole)
    {
        if (_open is { } open)
            await open.CloseAsync(isWhole);
        _open = null;
    }
}
