using Hearth.Cli.Settings;
using Hearth.Requests.Chat;

namespace Hearth.Cli.Commands;

/// <summary>From settings to the parts of a request.</summary>
static class RequestBuilder
{
    /// <summary>A request with everything that the settings say about drawing tokens.</summary>
    internal static GenerationRequest Build(Invocation call, Prompt prompt) => new(prompt)
    {
        MaxTokens = call.Get(SettingTable.MaxTokens),
        Stop = [.. call.Get(SettingTable.Stop)],
        Sampling = new()
        {
            Temperature = call.Get(SettingTable.Temperature),
            TopK = call.Get(SettingTable.TopK),
            TopP = call.Get(SettingTable.TopP),
            MinP = call.Get(SettingTable.MinP),
            TypicalP = call.Get(SettingTable.TypicalP),
            RepetitionPenalty = call.Get(SettingTable.RepetitionPenalty),
            PresencePenalty = call.Get(SettingTable.PresencePenalty),
            FrequencyPenalty = call.Get(SettingTable.FrequencyPenalty),
            PenaltyWindow = call.Get(SettingTable.PenaltyWindow),
            LogitBias = call.Get(SettingTable.LogitBias),
            Seed = call.Get(SettingTable.Seed),
        },
    };
}
