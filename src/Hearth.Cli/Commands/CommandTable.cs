namespace Hearth.Cli.Commands;

/// <summary>All commands, in the order of the help text. Parsing, help and shell completion come from this table.</summary>
static class CommandTable
{
    /// <summary>What the commands of a group are about.</summary>
    internal static readonly Dictionary<string, string> Groups = new()
    {
        ["models"] = "the models of this machine",
        ["users"] = "who may use them over the network",
        ["keys"] = "the API keys of users",
        ["verify"] = "what can be shown on this machine",
    };

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
        ServeCommand.Command,
        McpCommand.Command,
        ModelsListCommand.Command,
        ModelsShowCommand.Command,
        ModelsImportCommand.Command,
        ModelsSetCommand.Command,
        ModelsVerifyCommand.Command,
        ModelsRemoveCommand.Command,
        UsersListCommand.Command,
        UsersAddCommand.Command,
        UsersShowCommand.Command,
        UsersSetCommand.Command,
        UsersDisableCommand.Command,
        UsersEnableCommand.Command,
        UsersRemoveCommand.Command,
        KeysListCommand.Command,
        KeysAddCommand.Command,
        KeysRevokeCommand.Command,
        PlanCommand.Command,
        BenchCommand.Command,
        StatusCommand.Command,
        VerifyConfinementCommand.Command,
        PublishCommand.Command,
        CompletionCommand.Command,
    ];
}
