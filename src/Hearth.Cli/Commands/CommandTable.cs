namespace Hearth.Cli.Commands;

/// <summary>All commands, in the order of the help text. Parsing, help and shell completion come from this table.</summary>
static class CommandTable
{
    internal static readonly Command[] All =
    [
        ChatCommand.Command,
        RunCommand.Command,
        TokenizeCommand.Command,
        TemplateCommand.Command,
        LogitsCommand.Command,
        PerplexityCommand.Command,
        EmbedCommand.Command,
        RerankCommand.Command,
        InspectCommand.Command,
        ModelsListCommand.Command,
        ModelsShowCommand.Command,
        ModelsImportCommand.Command,
        ModelsSetCommand.Command,
        ModelsVerifyCommand.Command,
        ModelsRemoveCommand.Command,
        PlanCommand.Command,
        BenchCommand.Command,
        StatusCommand.Command,
        VerifyConfinementCommand.Command,
        PublishCommand.Command,
        CompletionCommand.Command,
    ];
}
