using System.Runtime.CompilerServices;
using Hearth.Inference.Architectures;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Models;

namespace Hearth.Inference.Generation;

/// <summary>From a query and documents to scores. Encoders take both texts side by side, causal models a template of their file around them.</summary>
/// <remarks>
/// BERT: [CLS] query [SEP] document [SEP], the document of token type 1 (Nogueira and Cho, Passage Re-ranking with BERT). RoBERTa, which has one token type:
/// &lt;s&gt; query &lt;/s&gt;&lt;/s&gt; document &lt;/s&gt;. Qwen3-Reranker: the template <c>tokenizer.chat_template.rerank</c> with {query} and {document}.
/// </remarks>
sealed class Reranker(TextVectors vectors, Tokenizer tokenizer, DecoderShape shape, LoadedModel model, string? template)
{
    const string Query = "{query}", Document = "{document}";

    /// <summary>Documents that are computed before their scores are handed out.</summary>
    const int Portion = 16;

    internal async IAsyncEnumerable<RerankItem> RunAsync(RerankRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (request.Documents.Count == 0)
            throw Refusal("There is no document.", "at least one", "Give one.");
        if (request.MaxTokens is { } most && (most < 8 || most > model.ContextLength))
            throw Refusal($"Inputs of at most {most} tokens were asked for.", $"8 to {model.ContextLength}", "Choose a number in the range, or load the model with a longer context.");
        var limit = request.MaxTokens ?? model.ContextLength;
        for (var first = 0; first < request.Documents.Count; first += Portion)
        {
            var inputs = request.Documents.Skip(first).Take(Portion).Select(document => shape.Architecture.Causal
                ? Rendered(request.Query, document, limit)
                : SideBySide(request.Query, document, limit)).ToList();
            var scores = await vectors.ScoresAsync(inputs.ConvertAll(i => i.Text), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < inputs.Count; i++)
                yield return new(first + i, scores[i], inputs[i].Text.Tokens.Length, inputs[i].Given);
        }
    }

    (TokenText Text, int Given) SideBySide(Prompt query, Prompt document, int limit)
    {
        var special = tokenizer.Special;
        var end = (special.AddSeparator ? special.Separator : special.EndOfText) ?? special.Separator;
        List<int> tokens = [.. special.Bos is { } begin ? (int[])[begin] : [], .. Ids(query), .. Ends(shape.TokenTypes == 1 ? 2 : 1)];
        var (second, text) = (tokens.Count, Ids(document));
        var given = second + text.Count + Ends(1).Length;
        var room = limit - second - Ends(1).Length;
        if (room < 1)
            throw new EngineException(FailureCode.ContextOverflow, $"The query has {second} tokens.", $"less than {limit}, with room for a document", "Shorten the query.");
        tokens.AddRange(text.Take(room));
        tokens.AddRange(Ends(1));
        return (new([.. tokens], shape.TokenTypes > 1 ? [.. tokens.Select((_, i) => i < second ? 0 : 1)] : []), given);

        int[] Ends(int count) => end is { } token ? [.. Enumerable.Repeat(token, count)] : [];
    }

    (TokenText Text, int Given) Rendered(Prompt query, Prompt document, int limit)
    {
        if (template is null)
            throw new EngineException(FailureCode.Template, "The model file has no template for reranking.", "tokenizer.chat_template.rerank in the file", "Take a file that was converted as a reranker.") { Part = RequestPart.Model };
        if ((query, document) is not (TextPrompt asked, TextPrompt answer))
            throw Refusal("A query or document is not a text.", "texts, which this model's template takes", "Give the texts.");
        var marker = PrivateCharacters.UnusedIn([asked.Text.Reveal(), answer.Text.Reveal(), template]);
        var tokens = new List<int>();
        tokenizer.Encode(Fill(template, tokenizer.Protect(asked.Text.Reveal(), marker), tokenizer.Protect(answer.Text.Reveal(), marker)), parseSpecial: true, tokens, marker);
        // What of a rendered text may be cut only its template knows.
        return tokens.Count <= limit
            ? (new([.. tokens], []), tokens.Count)
            : throw new EngineException(FailureCode.ContextOverflow, $"Query, document and template have {tokens.Count} tokens.", $"at most {limit}", "Shorten or split the document.");
    }

    /// <summary>Both texts in their places, in one go: a text that says {document} stays as it is.</summary>
    static string Fill(string template, string query, string document)
        => string.Join(query, template.Split(Query).Select(part => string.Join(document, part.Split(Document))));

    List<int> Ids(Prompt prompt)
    {
        var tokens = new List<int>();
        switch (prompt)
        {
            case TextPrompt text: tokenizer.Encode(text.Text.Reveal(), text.ParseSpecial, tokens); break;
            case TokenPrompt given: tokens.AddRange(given.Tokens); break;
            default: throw Refusal($"A query or document is a {prompt}.", "a text or token ids", "Make a text of it.");
        }

        return tokens;
    }

    static EngineException Refusal(string found, string expected, string remedy) => new(FailureCode.InvalidRequest, found, expected, remedy);
}
