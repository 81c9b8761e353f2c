using System.Runtime.CompilerServices;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Microsoft.Extensions.AI;
using AiMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Hearth.Requests.Chat;

/// <summary>An engine, in this process or in a worker, as the <see cref="IChatClient"/> that .NET programs know.</summary>
/// <remarks>
/// What an option asks for is done or refused with <see cref="FailureCode.InvalidRequest"/>, never ignored; options about other services (conversation and
/// model ids, additional properties) do not apply. <see cref="ChatOptions.RawRepresentationFactory"/> may give a <see cref="GenerationRequest"/>, whose options then are the
/// defaults. A client may be used from several threads at once. Calls of tools come whole, as <see cref="FunctionCallContent"/>; reasoning comes as
/// <see cref="TextReasoningContent"/>, and may be sent back: only models whose templates ask for it see it again.
/// </remarks>
public sealed class EngineChatClient : IChatClient, IAsyncDisposable
{
    readonly IEngine _engine;
    readonly IModelFile? _owned;
    readonly ChatClientMetadata _metadata;

    /// <summary>A client of an engine that is loaded.</summary>
    /// <param name="engine">Borrowed: disposing the client leaves it alone.</param>
    public EngineChatClient(IEngine engine)
        : this(engine, null)
    {
    }

    EngineChatClient(IEngine engine, IModelFile? owned)
    {
        ArgumentNullException.ThrowIfNull(engine);
        (_engine, _owned, _metadata) = (engine, owned, new("hearth", defaultModelId: engine.Model.Architecture));
    }

    /// <summary>Loads a model and makes a client of it.</summary>
    /// <param name="file">Owned from now on: it is disposed with the client, or where loading fails.</param>
    /// <param name="options">How it is loaded; null takes the defaults.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <exception cref="EngineException">The model cannot be loaded.</exception>
    public static async Task<EngineChatClient> LoadAsync(IModelFile file, LoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            return new(await file.LoadAsync(options ?? new(), cancellationToken: cancellationToken), file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<AiMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<AiMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var request = ChatRequests.Translate(messages, options, this);
        var id = Guid.NewGuid().ToString("N");
        await foreach (var said in _engine.GenerateAsync(request, cancellationToken))
        {
            if (Update(said) is not { } update)
                continue;

            (update.ResponseId, update.MessageId, update.ModelId) = (id, id, _metadata.DefaultModelId);
            yield return update;
        }
    }

    /// <summary>The engine, this client, or what is known of both.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;

        return new object[] { this, _engine, _metadata }.FirstOrDefault(serviceType.IsInstanceOfType);
    }

    /// <summary>As <see cref="DisposeAsync"/>, and waits for it.</summary>
    public void Dispose()
    {
        if (_owned is not null)
            DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Ends what the client owns: nothing, or the engine and the file that <see cref="LoadAsync"/> made it of.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_owned is null)
            return;
        await _engine.DisposeAsync();
        await _owned.DisposeAsync();
    }

    static ChatResponseUpdate? Update(GenerationEvent said) => said switch
    {
        Delta delta when Contents(delta) is { Count: > 0 } contents => new(ChatRole.Assistant, contents) { RawRepresentation = delta },
        Completed completed => new(ChatRole.Assistant, [new UsageContent(Usage(completed))])
        {
            FinishReason = Reason(completed.Reason),
            RawRepresentation = completed,
        },
        _ => null,
    };

    static List<AIContent> Contents(Delta delta)
    {
        var contents = new List<AIContent>();
        if (delta.Reasoning.Length > 0)
            contents.Add(new TextReasoningContent(delta.Reasoning.Reveal()));
        if (delta.Text.Length > 0)
            contents.Add(new TextContent(delta.Text.Reveal()));
        contents.AddRange(delta.ToolCalls.Select(ChatMessages.Translate));
        return contents;
    }

    static ChatFinishReason Reason(FinishReason reason) => reason switch
    {
        FinishReason.EndOfText or FinishReason.Stop => ChatFinishReason.Stop,
        FinishReason.ToolCalls => ChatFinishReason.ToolCalls,
        _ => ChatFinishReason.Length,
    };

    static UsageDetails Usage(Completed completed) => new()
    {
        InputTokenCount = completed.PromptTokens,
        CachedInputTokenCount = completed.CachedTokens,
        OutputTokenCount = completed.GeneratedTokens,
        TotalTokenCount = (long)completed.PromptTokens + completed.GeneratedTokens,
    };
}
