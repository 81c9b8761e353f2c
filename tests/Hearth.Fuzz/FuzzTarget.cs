using Hearth.Fuzz.Targets;

namespace Hearth.Fuzz;

/// <summary>Reads bytes that nobody vouches for. Returns whether they are right or wrong; an exception is a finding.</summary>
delegate void FuzzAction(ReadOnlySpan<byte> input);

/// <summary>A reader of untrusted bytes, and the code whose coverage leads the search.</summary>
/// <param name="Run">One execution.</param>
/// <param name="Assembly">The assembly to watch.</param>
/// <param name="Watched">What is watched in it: all types whose full names start so.</param>
sealed record FuzzTarget(FuzzAction Run, string Assembly, params string[] Watched)
{
    /// <summary>What an execution may allocate beside what its length allows.</summary>
    internal int FreeBytes { get; init; } = 1 << 20;

    /// <summary>All targets by name. Each has its seeds and its findings in <c>corpus/NAME</c>, and may have words for the mutations in <c>corpus/NAME.dict</c>.</summary>
    internal static IReadOnlyDictionary<string, FuzzTarget> All { get; } = new SortedDictionary<string, FuzzTarget>(StringComparer.Ordinal)
    {
        ["api-key"] = new(ApiKeyTarget.Run, "Hearth.Storage", "Hearth.Storage.Access.KeyText"),
        ["constraints"] = new(ConstraintsTarget.Run, "Hearth.Inference", "Hearth.Inference.Constraints.") { FreeBytes = 32 << 20 },
        ["frames-host"] = new(FramesHostTarget.Run, "Hearth.Workers", "Hearth.Workers.Protocol."),
        ["frames-worker"] = new(FramesWorkerTarget.Run, "Hearth.Workers", "Hearth.Workers.Protocol."),
        ["gguf"] = new(GgufTarget.Run, "Hearth.Formats", "Hearth.Formats.Gguf."),
        ["gguf-split"] = new(GgufSplitTarget.Run, "Hearth.Formats", "Hearth.Formats.Gguf."),
        ["markdown"] = new(MarkdownTarget.Run, "hearth", "Hearth.Cli.Markdown.", "Hearth.Cli.Terminals.TextWidth"),
        ["model"] = new(ModelTarget.Run, "Hearth.Inference", "Hearth.Inference.Architectures."),
        ["ollama"] = new(OllamaTarget.Run, "Hearth.Models", "Hearth.Models.Import.Ollama."),
        ["requests"] = new(
            RequestsTarget.Run, "Hearth.Server", "Hearth.Server.Json.", "Hearth.Server.OpenAi.ChatCompletionRequest", "Hearth.Server.OpenAi.CompletionRequest", "Hearth.Server.OpenAi.ContentParts",
            "Hearth.Server.OpenAi.Embeddings", "Hearth.Server.OpenAi.OpenAi", "Hearth.Server.OpenAi.PromptInputs", "Hearth.Server.OpenAi.Re", "Hearth.Server.OpenAi.StreamFields",
            "Hearth.Server.Anthropic.Anthropic", "Hearth.Server.Anthropic.MessagesRequest", "Hearth.Server.Ollama.Answer", "Hearth.Server.Ollama.Chat", "Hearth.Server.Ollama.Embed",
            "Hearth.Server.Ollama.Generate", "Hearth.Server.Ollama.KeepAlive", "Hearth.Server.Ollama.ModelUse", "Hearth.Server.Ollama.Ollama", "Hearth.Server.Ollama.ThinkField",
            "Hearth.Server.Mcp.ChatTool", "Hearth.Server.Mcp.EmbedTool", "Hearth.Server.Mcp.McpEndpoint", "Hearth.Server.Mcp.McpTool", "Hearth.Server.Serving.Asked"),
        ["response"] = new(ResponseTarget.Run, "Hearth.Inference", "Hearth.Inference.ResponseParsing."),
        ["template"] = new(TemplateTarget.Run, "Hearth.Inference", "Hearth.Inference.ChatTemplates."),
        ["tokenizer"] = new(TokenizerTarget.Run, "Hearth.Inference", "Hearth.Inference.Tokenizers."),
        ["tool-calls"] = new(ToolCallsTarget.Run, "Hearth.Inference", "Hearth.Inference.Generation.ChatContext", "Hearth.Inference.ResponseParsing.OfferedTools"),
        ["user-files"] = new(
            UserFilesTarget.Run, "hearth", "Hearth.Cli.Chat.ConversationFile", "Hearth.Cli.Commands.TextLines", "Hearth.Cli.Commands.TokenLists",
            "Hearth.Cli.Commands.ToolFile", "Hearth.Cli.Settings.ConfigurationFile"),
    };
}
