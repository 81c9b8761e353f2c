using System.Text;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Models;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Client;

/// <summary>What a worker would take for a broken protocol is refused here: a caller's slip must not cost the worker.</summary>
static class RequestRules
{
    internal static void Check(GenerationRequest request)
    {
        if (request.Stop.Count > Limits.StopTexts)
            throw Refusal($"There are {request.Stop.Count} stop texts.", $"at most {Limits.StopTexts}", "Name fewer.");
        if (request.Prompt is ChatPrompt { Messages.Count: > Limits.Messages } chat)
            throw Refusal($"The conversation has {chat.Messages.Count} messages.", $"at most {Limits.Messages}", "Shorten it.", RequestPart.Prompt);
        if (request.Prompt is ChatPrompt prompt)
            Check(prompt);
        if (request.Constraint is { } constraint && !Enum.IsDefined(constraint.Kind))
            throw Refusal($"The constraint is of kind {(int)constraint.Kind}.", $"one of {string.Join(", ", Enum.GetNames<ConstraintKind>())}", "Take a value of the enumeration.");
        if (request.CacheScope.Length is not (0 or Limits.ScopeBytes))
            throw Refusal($"The cache scope has {request.CacheScope.Length} bytes.", $"{Limits.ScopeBytes}, or none", "Give a key of that length.");
    }

    static void Check(ChatPrompt prompt)
    {
        if (prompt.Tools.Count > Limits.Tools)
            throw Refusal($"{prompt.Tools.Count} tools are offered.", $"at most {Limits.Tools}", "Offer fewer.", RequestPart.Tools);
        if (!Enum.IsDefined(prompt.ToolChoice))
            throw Refusal($"The tool choice is {(int)prompt.ToolChoice}.", "0 to 2", "Take a value of the enumeration.");
        if (prompt.Messages.FirstOrDefault(m => m.ToolCalls.Count > Limits.Tools) is { } message)
            throw Refusal($"A message holds {message.ToolCalls.Count} tool calls.", $"at most {Limits.Tools}", "Leave some out.", RequestPart.Prompt);
        if (prompt.Messages.Sum(m => m.ToolCalls.Count) is > Limits.Messages and var calls)
            throw Refusal($"The conversation holds {calls} tool calls.", $"at most {Limits.Messages}", "Shorten it.", RequestPart.Prompt);
    }

    internal static void Check(LoadOptions options)
    {
        if (!Enum.IsDefined(options.KvType) || !Enum.IsDefined(options.Activations))
            throw Refusal($"The load options name KV type {(int)options.KvType} and activations {(int)options.Activations}.", "0 or 1 each", "Take a value of the enumeration.");
        if (Encoding.UTF8.GetByteCount(options.InstructionSet ?? "") > Limits.NameBytes)
            throw Refusal("The name of the instruction set is too long.", $"at most {Limits.NameBytes} bytes", "see LoadOptions.InstructionSet for the names");
        if (options.Adapters.Count > Limits.Adapters)
            throw Refusal($"There are {options.Adapters.Count} adapters.", $"at most {Limits.Adapters}", "Name fewer.");
        if (options.Adapters.FirstOrDefault(a => !float.IsFinite(a.Scale)) is { } adapter)
            throw Refusal($"The scale of an adapter is {adapter.Scale}.", "a finite number", "1 is as trained");
        if (options.Adapters.Any(a => Encoding.UTF8.GetByteCount(a.Name) > Limits.NameBytes))
            throw Refusal("The name of an adapter is too long.", $"at most {Limits.NameBytes} bytes", "Take the name of its file.");
    }

    internal static void Check(EmbeddingRequest request)
    {
        CheckInputs(request.Inputs);
        if (!Enum.IsDefined(request.Pooling))
            throw Refusal($"The request names the pooling {(int)request.Pooling}.", "0 to 4", "Take a value of the enumeration.");
    }

    internal static void Check(RerankRequest request) => CheckInputs([request.Query, .. request.Documents]);

    static void CheckInputs(IReadOnlyCollection<Prompt> inputs)
    {
        if (inputs.Count > Limits.Inputs)
            throw Refusal($"There are {inputs.Count} texts.", $"at most {Limits.Inputs}", "Send them in parts.", RequestPart.Prompt);
        if (inputs.Any(i => i is not (TextPrompt or TokenPrompt)))
            throw Refusal("An input is neither a text nor token ids.", "a text or token ids", "Make a text of it.");
    }

    internal static void Check(MachineRequest request)
    {
        if (request.Types.Count > Limits.TensorTypes || request.Types.Append(request.InstructionSet ?? "").Any(name => Encoding.UTF8.GetByteCount(name) > Limits.NameBytes))
            throw Refusal($"{request.Types.Count} formats were asked for, or a name is too long.", $"at most {Limits.TensorTypes}, in {Limits.NameBytes} bytes each", "See MachineRequest.");
    }

    static EngineException Refusal(string found, string expected, string remedy, RequestPart part = RequestPart.None) => new(FailureCode.InvalidRequest, found, expected, remedy) { Part = part };
}
