using System.Runtime.CompilerServices;
using Hearth.Inference.Architectures;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Models;

namespace Hearth.Inference.Generation;

/// <summary>From texts to vectors: tokens with beginning and end, passes that several texts share, pooling, cutting, normalizing.</summary>
sealed class Embedder(TextVectors vectors, Tokenizer tokenizer, LoadedModel model)
{
    /// <summary>Tokens that are computed before their vectors are handed out.</summary>
    const int Portion = 4096;

    static readonly Dictionary<PoolingType, Pooling?> Poolings = new()
    {
        [PoolingType.Model] = null,
        [PoolingType.Mean] = Pooling.Mean,
        [PoolingType.Cls] = Pooling.Cls,
        [PoolingType.Last] = Pooling.Last,
    };

    internal async IAsyncEnumerable<EmbeddingItem> RunAsync(EmbeddingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Check(request);
        var limit = request.MaxTokens ?? model.EmbeddingTokens;
        var inputs = request.Inputs.Select(input => Tokens(input, limit)).ToList();
        for (var first = 0; first < inputs.Count;)
        {
            var count = PortionFrom(inputs, first);
            var texts = inputs.GetRange(first, count).ConvertAll(i => new TokenText(i.Tokens, []));
            var rows = request.Pooling == PoolingType.None
                ? await vectors.OfTokensAsync(texts, cancellationToken).ConfigureAwait(false)
                : (await vectors.OfTextsAsync(texts, Poolings[request.Pooling], cancellationToken).ConfigureAwait(false)).ConvertAll(vector => (float[][])[vector]);
            for (var i = 0; i < count; i++)
            {
                var (tokens, given) = inputs[first + i];
                for (var row = 0; row < rows[i].Length; row++)
                    yield return new(first + i, row, Finish(rows[i][row], request), tokens.Length, given);
            }

            first += count;
        }
    }

    /// <summary>A text that fits, and how many tokens it had.</summary>
    (int[] Tokens, int Given) Tokens(Prompt input, int limit) => input switch
    {
        TextPrompt text => (tokenizer.EncodeWhole(text.Text.Reveal(), text.ParseSpecial, limit, out var given), given),
        TokenPrompt tokens when tokens.Tokens.Count <= limit => ([.. tokens.Tokens], tokens.Tokens.Count),
        TokenPrompt tokens => throw Refusal($"An input has {tokens.Tokens.Count} tokens.", $"at most {limit}", "Cut it: which of the tokens must stay only the caller knows.", RequestPart.Prompt),
        _ => throw Refusal($"An input is a {input}.", "a text or token ids", "Make a text of it."),
    };

    static int PortionFrom(List<(int[] Tokens, int Given)> inputs, int first)
    {
        var (count, tokens) = (0, 0);
        while (first + count < inputs.Count && (count == 0 || tokens + inputs[first + count].Tokens.Length <= Portion))
            tokens += inputs[first + count++].Tokens.Length;
        return count;
    }

    /// <summary>Cuts and normalizes, in double precision and in order.</summary>
    internal static float[] Finish(float[] vector, EmbeddingRequest request)
    {
        var result = request.Dimensions is { } dimensions ? vector[..dimensions] : vector;
        if (!Array.TrueForAll(result, float.IsFinite))
            throw new EngineException(FailureCode.NotFinite, "A vector holds what is no finite number.", "finite numbers", "The model's weights may be damaged: compare the file's checksum with its source's.");
        if (!request.Normalize || request.Pooling == PoolingType.None)
            return result;
        var squares = 0.0;
        foreach (var number in result)
            squares += (double)number * number;
        var length = Math.Sqrt(squares);
        return length > 0 ? Array.ConvertAll(result, number => (float)(number / length)) : result;
    }

    void Check(EmbeddingRequest request)
    {
        if (request.Inputs.Count == 0)
            throw Refusal("There is no text.", "at least one", "Give one.");
        if (!Enum.IsDefined(request.Pooling))
            throw Refusal($"The pooling is {(int)request.Pooling}.", "0 to 4", "Take a value of the enumeration.");
        if (request.Dimensions is { } dimensions && (dimensions < 1 || dimensions > model.EmbeddingLength))
            throw Refusal($"{dimensions} dimensions were asked for.", $"1 to {model.EmbeddingLength}", "Choose a number in the range.", RequestPart.Dimensions);
        if (request.MaxTokens is { } most && (most < 2 || most > model.ContextLength))
            throw Refusal($"Texts of at most {most} tokens were asked for.", $"2 to {model.ContextLength}", "Choose a number in the range, or load the model with a longer context.");
    }

    static EngineException Refusal(string found, string expected, string remedy, RequestPart part = RequestPart.None) => new(FailureCode.InvalidRequest, found, expected, remedy) { Part = part };
}
