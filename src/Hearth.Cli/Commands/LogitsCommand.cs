using Hearth.Cli.Output;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth logits</c>: token ids in, float32 rows out; what people need to compare engines.</summary>
static class LogitsCommand
{
    internal static readonly Command Command = new("logits", "computes raw logits for given token ids", RunAsync)
    {
        Details = "The output file holds one float32 row of vocabulary size for the last position, or one for every position;\n"
            + "little endian, without header.",
        Groups =
        [
            ("Logits", [SettingTable.Tokens, SettingTable.Output, SettingTable.AllPositions]),
            ("Model", SettingTable.Loading),
        ],
        Examples =
        [
            ("the last position", "hearth logits --tokens ids.json --output logits.f32"),
            ("every position, activations in single precision", "hearth logits --tokens ids.json --output all.f32 --all-positions --activations float"),
            ("with two adapters", "hearth logits --tokens ids.json --output logits.f32 --model model.gguf --lora style.gguf:0.5 --lora facts.gguf"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var tokensPath = call.Get(SettingTable.Tokens) ?? throw Missing(SettingTable.Tokens);
        var path = call.Get(SettingTable.Output) ?? throw Missing(SettingTable.Output);
        var ids = await TokenLists.ReadOneAsync(tokensPath, call.CancellationToken);
        var allPositions = call.Get(SettingTable.AllPositions);
        var chosen = call.ChooseModel();
        await using var model = await call.OpenAsync(chosen);
        await using var engine = await call.LoadAsync(chosen, model);
        using var progress = call.Progress("computing logits");
        var (rows, columns) = (0, 0);
        await using (var output = new OutputFile(path))
        {
            await foreach (var row in engine.LogitsAsync(ids, allPositions, call.CancellationToken))
            {
                RowWriter.Write(output.Stream, row);
                (rows, columns) = (rows + 1, row.Length);
                progress.Report(rows, allPositions ? ids.Count : 1);
            }

            output.Commit();
        }

        if (call.Json)
        {
            call.WriteResult(writer =>
            {
                writer.WriteString("output", path);
                writer.WriteNumber("rows", rows);
                writer.WriteNumber("columns", columns);
                writer.WriteString("numeric_profile", engine.Model.NumericProfile);
                writer.WriteString("instruction_set", engine.Model.InstructionSet);
            });
        }
        else
        {
            call.Note($"{path}: {rows} × {columns} float32");
        }

        return ExitCode.Ok;
    }

    static CliException Missing(Setting setting)
        => new(ExitCode.Usage, $"{setting.Option} is missing.", $"{setting.Option} {setting.ValueName}: {setting.Help}.", "Add it; 'hearth logits --help' has examples.");
}
