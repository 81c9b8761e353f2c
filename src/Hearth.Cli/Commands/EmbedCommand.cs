using System.Text;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Models;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth embed</c>: texts in, vectors out.</summary>
static class EmbedCommand
{
    /// <summary>Texts of one request to the engine: they share passes, and no frame gets too long.</summary>
    const int Portion = 256;

    /// <summary>The name of the encoder that ships beside the chat model.</summary>
    const string Encoder = "all-MiniLM-L6-v2";

    internal static readonly Command Command = new("embed", "makes vectors of texts", RunAsync)
    {
        Argument = "TEXT",
        ArgumentHelp = "one text; standard input, byte for byte, where there is neither it nor --input nor --tokens",
        Details = "--input names a file with a JSON object on every line: {\"text\": \"…\"}. --tokens names a JSON array of token ids, or an\n"
            + "array of such arrays; they are taken as they are. Texts get the tokens for beginning and end that the model wants.\n"
            + "Formats: f32 (rows of float32, little endian, no header), npy (NumPy), json. A text that is too long is cut, which is\n"
            + "reported: as a note, and in JSON for each text. --pooling none gives the vectors of all tokens, not normalized.\n"
            + $"Without --model the encoder that ships, {Encoder}, makes the vectors.",
        Groups =
        [
            ("Texts", [SettingTable.Input, SettingTable.Tokens, SettingTable.Prefix, SettingTable.ParseSpecial, SettingTable.MostTokens]),
            ("Vectors", [SettingTable.Pooling, SettingTable.NoNormalize, SettingTable.Dimensions, SettingTable.Format, SettingTable.VectorFile]),
            ("Model", SettingTable.Loading),
        ],
        Examples =
        [
            ("one sentence", "hearth embed \"How do I reset my password?\""),
            ("a file of texts, for NumPy", "hearth embed --model encoder.gguf --input texts.jsonl --format npy --output vectors.npy"),
            ("a model that wants to know what the text is for", "hearth embed --model encoder.gguf --prefix \"search_query: \" \"hearth\""),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var format = call.Get(SettingTable.Format) ?? (call.Get(SettingTable.VectorFile) is null ? VectorFormat.Json : VectorFormat.F32);
        if (format != VectorFormat.Json && call.Get(SettingTable.VectorFile) is null)
            throw new CliException(ExitCode.Usage, $"--format {VectorFormats.NameOf(format)} needs --output FILE.", "a file for the numbers.", "Name one, or take --format json.");
        var chosen = Choose(call);
        var prompts = await InputsAsync(call);
        await using var model = await call.OpenAsync(chosen);
        await using var engine = await call.LoadAsync(chosen, model);
        var report = new VectorReport(format, call.Get(SettingTable.Pooling) == PoolingType.None, prompts.Count);
        if (call.Get(SettingTable.VectorFile) is { } path)
        {
            await using var output = new OutputFile(path);
            // NumPy's header is filled in at the end, and a pipe cannot go back.
            var stream = output.Stream.CanSeek ? (Stream)output.Stream : new MemoryStream();
            await WriteAsync(call, engine, prompts, report, VectorFormats.Create(format, stream, report));
            if (stream is MemoryStream whole)
                whole.WriteTo(output.Stream);
            output.Commit();
            if (call.Json)
                call.WriteResult(writer => report.Write(writer, path, engine.Model));
            else
                call.Note($"{path}: {report.Rows} × {report.Columns} float32");
        }
        else
        {
            using var text = new MemoryStream();
            await WriteAsync(call, engine, prompts, report, VectorFormats.Create(format, text, report));
            call.Terminal.Write(Encoding.UTF8.GetString(text.ToArray()));
        }

        if (report.Cut > 0)
            call.Note($"{report.Cut} of {prompts.Count} texts were longer than {call.Get(SettingTable.MostTokens) ?? engine.Model.EmbeddingTokens} tokens and lost their end.");
        return ExitCode.Ok;
    }

    static ChosenModel Choose(Invocation call)
        => call.Get(SettingTable.Model) is null && call.Models.List().FirstOrDefault(model => model.Source == ModelSource.BuiltIn && model.Name == Encoder) is { } encoder
            ? call.ChooseModel(encoder)
            : call.ChooseModel();

    static async Task WriteAsync(Invocation call, IEngine engine, List<Prompt> prompts, VectorReport report, IVectorWriter writer)
    {
        using var progress = call.Progress("embedding");
        for (var first = 0; first < prompts.Count; first += Portion)
        {
            var request = new EmbeddingRequest(prompts.GetRange(first, Math.Min(Portion, prompts.Count - first)))
            {
                Pooling = call.Get(SettingTable.Pooling),
                Normalize = !call.Get(SettingTable.NoNormalize),
                Dimensions = call.Get(SettingTable.Dimensions),
                MaxTokens = call.Get(SettingTable.MostTokens),
            };
            await foreach (var item in engine.EmbedAsync(request, call.CancellationToken))
            {
                var placed = item with { Input = first + item.Input };
                report.Add(placed);
                writer.Add(placed);
                progress.Report(placed.Input + 1, prompts.Count);
            }
        }

        writer.End();
    }

    static async Task<List<Prompt>> InputsAsync(Invocation call)
    {
        var (input, tokens, prefix) = (call.Get(SettingTable.Input), call.Get(SettingTable.Tokens), call.Get(SettingTable.Prefix) ?? "");
        if ((call.Argument is null ? 0 : 1) + (input is null ? 0 : 1) + (tokens is null ? 0 : 1) > 1)
            throw new CliException(ExitCode.Usage, "There is more than one of TEXT, --input and --tokens.", "one of them.", "Leave the others out.");
        var parseSpecial = call.Get(SettingTable.ParseSpecial);
        return tokens is not null ? [.. (await TokenLists.ReadAsync(tokens, call.CancellationToken)).Select(ids => new TokenPrompt(ids))]
            : input is not null ? [.. (await TextLines.ReadAsync(input, call.CancellationToken)).Select(Prompt)]
            : [Prompt(call.Argument ?? await StandardInput.ReadTextAsync(call, "the text"))];

        TextPrompt Prompt(PrivateText text) => new(prefix + text.Reveal(), parseSpecial);
    }
}
