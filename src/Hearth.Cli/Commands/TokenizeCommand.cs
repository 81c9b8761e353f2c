using Hearth.Cli.Output;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth tokenize</c>: the token ids of a text.</summary>
static class TokenizeCommand
{
    internal static readonly Command Command = new("tokenize", "shows the token ids of a text", RunAsync)
    {
        Argument = "TEXT",
        ArgumentHelp = "the text; standard input, byte for byte, where it is absent",
        Details = "Nothing is added before or after. Without --json the ids stand on one line.",
        Groups = [("Text", [SettingTable.ParseSpecial]), ("Model", [SettingTable.Model, SettingTable.Unconfined])],
        Examples =
        [
            ("how many tokens a file has", "hearth tokenize < letter.txt | wc -w"),
            ("control tokens by name, as JSON", "printf '<|im_start|>user' | hearth tokenize --parse-special --json"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var parseSpecial = call.Get(SettingTable.ParseSpecial);
        var text = call.Argument ?? await StandardInput.ReadTextAsync(call, "the text");
        await using var model = await call.OpenAsync(call.ChooseModel().Paths);
        var ids = await model.TokenizeAsync(text, parseSpecial, call.CancellationToken);
        if (call.Json)
            call.WriteResult(writer => AnswerJson.WriteIds(writer, "tokens", ids));
        else
            call.Terminal.Write($"{string.Join(' ', ids)}\n");
        return ExitCode.Ok;
    }
}
