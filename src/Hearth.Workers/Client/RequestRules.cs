using System.Text;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Models;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Client;

/// <summary>What a worker would take for a broken protocol is refused here: a caller's slip must not cost the worker.</summary>
static class RequestRules
{
    internal static void Check(GenerationRequest request)
    {
        if (request.Stop.Count > Limits.StopTexts)
            throw Refusal($"There are {request.Stop.Count} stop texts.", $"at most {Limits.StopTexts}", "name fewer");
        if (request.Prompt is ChatPrompt { Messages.Count: > Limits.Messages } chat)
            throw Refusal($"The conversation has {chat.Messages.Count} messages.", $"at most {Limits.Messages}", "shorten it");
        if (request.CacheScope.Length is not (0 or Limits.ScopeBytes))
            throw Refusal($"The cache scope has {request.CacheScope.Length} bytes.", $"{Limits.ScopeBytes}, or none", "give a key of that length");
    }

    internal static void Check(LoadOptions options)
    {
        if (!Enum.IsDefined(options.KvType) || !Enum.IsDefined(options.Activations))
            throw Refusal($"The load options name KV type {(int)options.KvType} and activations {(int)options.Activations}.", "0 or 1 each", "take a value of the enumeration");
        if (Encoding.UTF8.GetByteCount(options.InstructionSet ?? "") > Limits.NameBytes)
            throw Refusal("The name of the instruction set is too long.", $"at most {Limits.NameBytes} bytes", "see LoadOptions.InstructionSet for the names");
    }

    static EngineException Refusal(string found, string expected, string remedy) => new(FailureCode.InvalidRequest, found, expected, remedy);
}
