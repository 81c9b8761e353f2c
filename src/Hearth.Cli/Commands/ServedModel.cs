using Hearth.Cli.Settings;
using Hearth.Models;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Serving;

namespace Hearth.Cli.Commands;

/// <summary>A model of the list as a server loads and asks it: as 'hearth models set' and the command line have it.</summary>
static class ServedModel
{
    internal static Task<IModelFile> OpenAsync(Invocation call, ModelEntry entry, bool inlineReplies = false) => call.OpenAsync(Choose(call, entry).Model, inlineReplies);

    internal static ModelSettings SettingsOf(Invocation call, ModelEntry entry) => Choose(call, entry).Settings;

    static (ChosenModel Model, ModelSettings Settings) Choose(Invocation call, ModelEntry entry)
    {
        // Which model's defaults hold is a state of the settings.
        lock (call.Values)
        {
            var model = call.ChooseModel(entry);
            return (model, new(call.LoadOptions(model), RequestBuilder.Build(call, new TextPrompt("")), PrivateText.OrNull(call.Get(SettingTable.System))));
        }
    }
}
