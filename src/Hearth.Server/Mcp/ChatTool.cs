using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.OpenAi;
using Hearth.Server.Serving;
using ModelContextProtocol.Protocol;

namespace Hearth.Server.Mcp;

/// <summary>The tool <c>chat</c>: a question or a conversation in, an answer out.</summary>
static class ChatTool
{
    internal static readonly McpTool Tool = new(
        McpTool.Describe(
            "chat", "Ask a model", "Asks a model that runs on this machine. Give either a prompt or the messages of a conversation. With a schema the answer is JSON that fulfils it.",
            """
            {
              "type": "object",
              "properties": {
                "model": {"type": "string", "description": "A name from list_models."},
                "prompt": {"type": "string", "description": "One question."},
                "messages": {
                  "type": "array", "description": "A conversation, the question last.",
                  "items": {"type": "object", "properties": {"role": {"type": "string", "enum": ["system", "user", "assistant"]}, "content": {"type": "string"}}, "required": ["role", "content"]}
                },
                "max_tokens": {"type": "integer", "minimum": 1, "description": "The longest answer."},
                "temperature": {"type": "number", "minimum": 0, "maximum": 2, "description": "0 takes the most likely token each time."},
                "seed": {"type": "integer", "description": "Makes the answer repeatable."},
                "schema": {"type": "object", "description": "A JSON Schema: the model can write nothing else."}
              },
              "additionalProperties": false
            }
            """,
            """
            {
              "type": "object",
              "properties": {
                "text": {"type": "string"},
                "reasoning": {"type": "string", "description": "What the model thought before."},
                "finish_reason": {"type": "string", "enum": ["stop", "length", "tool_calls"]},
                "model": {"type": "string"},
                "prompt_tokens": {"type": "integer"},
                "completion_tokens": {"type": "integer"}
              },
              "required": ["text", "finish_reason", "model", "prompt_tokens", "completion_tokens"]
            }
            """),
        CallAsync);

    static async Task<CallToolResult> CallAsync(IMcpModels models, RequestBody arguments, CancellationToken cancellationToken)
    {
        var (model, answer) = await models.AskAsync(McpTool.ModelOf(models, arguments), Read(arguments), cancellationToken);
        return McpTool.Result(
            json =>
            {
                json.WriteString("text", answer.Text);
                if (answer.Reasoning.Length > 0)
                    json.WriteString("reasoning", answer.Reasoning);
                json.WriteString("finish_reason", OpenAiWords.Finish(answer.Completed.Reason));
                json.WriteString("model", model);
                json.WriteNumber("prompt_tokens", answer.Completed.PromptTokens);
                json.WriteNumber("completion_tokens", answer.Completed.GeneratedTokens);
            },
            answer.Text);
    }

    static AskedAnswer Read(RequestBody arguments)
    {
        if (arguments.Has("prompt") == arguments.Has("messages"))
            throw new Refusal(400, "invalid_value", "Exactly one of 'prompt' and 'messages' belongs here.");
        var temperature = arguments.Number("temperature", 0, 2);
        var sampling = new AskedSampling
        {
            MaxTokens = (int?)arguments.Whole("max_tokens", 1, int.MaxValue),
            Seed = arguments.Whole("seed", long.MinValue, long.MaxValue) is { } seed ? unchecked((ulong)seed) : null,
            Change = options => options with { Temperature = (float?)temperature ?? options.Temperature },
        };
        IReadOnlyList<ChatMessage> messages = arguments.OptionalText("prompt") is { } prompt ? [new("user", prompt)] : OpenAiMessages.Read(arguments);
        return new(new ChatPrompt(messages), sampling) { Constraint = arguments.Object("schema") is { } schema ? new(ConstraintKind.JsonSchema, schema.Element.GetRawText()) : null };
    }
}
