using System.Text.Json;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth rerank</c>: which documents answer a query best.</summary>
static class RerankCommand
{
    /// <summary>Documents of one request to the engine: they share passes, and no frame gets too long.</summary>
    const int Portion = 256;

    internal static readonly Command Command = new("rerank", "orders documents by how well they answer a query", RunAsync)
    {
        Details = "Documents come from --input, a file with a JSON object on every line: {\"text\": \"…\"}; without it every line of standard\n"
            + "input is one. The model is a reranker: an encoder with a classifier, or one that answers yes or no. The best document\n"
            + "comes first; scores compare within one model only. A document that is too long is cut for an encoder, which is reported,\n"
            + "and refused for a model that answers yes or no.",
        Groups =
        [
            ("Texts", [SettingTable.Query, SettingTable.Input, SettingTable.MostPairTokens]),
            ("Model", SettingTable.Loading),
        ],
        Examples =
        [
            ("a file of documents", "hearth rerank --model reranker.gguf --query \"How do I reset my password?\" --input documents.jsonl"),
            ("lines of a text, as JSON", "hearth rerank --model reranker.gguf --query \"fire\" --json < lines.txt"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var query = call.Get(SettingTable.Query)
            ?? throw new CliException(ExitCode.Usage, "--query is missing.", "--query TEXT: what the documents are to answer.", "Add it; 'hearth rerank --help' has examples.");
        var chosen = call.ChooseModel();
        var documents = call.Get(SettingTable.Input) is { } path
            ? await TextLines.ReadAsync(path, call.CancellationToken)
            : [.. (await StandardInput.ReadTextAsync(call, "the documents")).Reveal().Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0).Select(l => new PrivateText(l))];
        if (documents.Count == 0)
            throw new CliException(ExitCode.RequestFailed, "There is no document.", "at least one line.", "Give some.");
        await using var model = await call.OpenAsync(chosen);
        await using var engine = await call.LoadAsync(chosen, model);
        var items = await ScoreAsync(call, engine, query, documents);
        if (call.Json)
            call.WriteResult(writer => Write(writer, items, engine));
        else
            call.Terminal.Write(string.Concat(items.Select(i => FormattableString.Invariant($"{i.Score,10:F5}  {i.Document + 1}\n"))));
        var cut = items.Count(i => i.Tokens < i.TokensGiven);
        if (cut > 0)
            call.Note($"{cut} of {items.Count} documents were too long and lost their end.");
        return ExitCode.Ok;
    }

    /// <summary>The best first; equal ones in their order.</summary>
    static async Task<List<RerankItem>> ScoreAsync(Invocation call, IEngine engine, PrivateText query, List<PrivateText> documents)
    {
        using var progress = call.Progress("judging");
        var items = new List<RerankItem>();
        for (var first = 0; first < documents.Count; first += Portion)
        {
            Prompt[] portion = [.. documents.Skip(first).Take(Portion).Select(text => new TextPrompt(text))];
            await foreach (var item in engine.RerankAsync(new(new TextPrompt(query), portion) { MaxTokens = call.Get(SettingTable.MostPairTokens) }, call.CancellationToken))
            {
                items.Add(item with { Document = first + item.Document });
                progress.Report(items.Count, documents.Count);
            }
        }

        return [.. items.OrderByDescending(i => i.Score)];
    }

    static void Write(Utf8JsonWriter writer, List<RerankItem> items, IEngine engine)
    {
        writer.WriteObjects("results", items, item =>
        {
            writer.WriteNumber("index", item.Document);
            writer.WriteNumber("score", item.Score);
            writer.WriteNumber("tokens", item.Tokens);
            if (item.Tokens < item.TokensGiven)
                writer.WriteNumber("tokens_before_cut", item.TokensGiven);
        });
        writer.WriteString("numeric_profile", engine.Model.NumericProfile);
        writer.WriteString("instruction_set", engine.Model.InstructionSet);
    }
}
