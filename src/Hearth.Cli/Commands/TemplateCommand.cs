using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;
using Hearth.Requests.Chat;

namespace Hearth.Cli.Commands;

/// <summary><c>hearth template</c>: from messages to the exact text that a model would see.</summary>
static class TemplateCommand
{
    const int MaxBytes = 12 << 20;

    internal static readonly Command Command = new("template", "renders a chat template: messages as JSON become the exact prompt text", RunAsync)
    {
        Details = "The text is printed exactly, without a line feed of its own. A template that refuses the messages\n"
            + "says so on standard error, with exit code 1.",
        Groups =
        [
            ("Template", [SettingTable.ContextFile, SettingTable.Template, SettingTable.Now]),
            ("Model", [SettingTable.Model, SettingTable.Unconfined]),
        ],
        Examples =
        [
            ("the prompt of a conversation for the model that ships", "hearth template --context chat.json"),
            ("a template of your own, at a fixed time", "hearth template --template my.jinja --context chat.json --now 2026-01-02T03:04:05"),
        ],
    };

    static async Task<int> RunAsync(Invocation call)
    {
        var contextPath = call.Get(SettingTable.ContextFile)
            ?? throw new CliException(ExitCode.Usage, "--context is missing.", "a JSON file such as {\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"add_generation_prompt\": true}.", "Name it with --context FILE.");
        var templatePath = call.Get(SettingTable.Template);
        if (templatePath is not null && call.Values.Find(SettingTable.Model).Source == SettingSource.Option)
            throw new CliException(ExitCode.Usage, "Both --model and --template are given.", "one of them.", "Leave one out.");

        var request = new RenderRequest(await ReadAsync(call, contextPath, "The context"))
        {
            Template = templatePath is null ? null : await ReadAsync(call, templatePath, "The template"),
            Now = call.Get(SettingTable.Now),
        };
        // A template from a file needs no model, but it still runs in a worker: it comes from strangers.
        await using var model = await call.OpenAsync(templatePath is null ? call.ChooseModel().Paths : []);
        var text = await model.RenderAsync(request, call.CancellationToken);
        if (call.Json)
            call.WriteResult(writer => writer.WriteString("text", text.Reveal()));
        else
            call.Terminal.Write(call.Terminal.OutputIsTerminal ? TerminalText.Clean(text.Reveal()) : text.Reveal());
        return ExitCode.Ok;
    }

    static async Task<string> ReadAsync(Invocation call, string path, string what)
        => BoundedFile.Decode(await BoundedFile.ReadInputAsync(path, what, MaxBytes, call.CancellationToken), $"{what} {path}");
}
