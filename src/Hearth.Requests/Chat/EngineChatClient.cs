using System.Runtime.CompilerServices;
using Hearth.Requests.Events;
using Microsoft.Extensions.AI;
using AiMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Hearth.Requests.Chat;

/// <summary>An engine as the <see cref="IChatClient"/> that .NET programs know.</summary>
/// <remarks>
/// What an option asks for is done or refused with <see cref="FailureCode.InvalidRequest"/>, never ignored; options about other services (conversation and
/// model ids) do not apply. <see cref="ChatOptions.RawRepresentationFactory"/> may give a <see cref="GenerationRequest"/>, whose options then are the
/// defaults. A client may be used from several threads at once.
/// </remarks>
/// <param name="engine">Borrowed: disposing the client leaves it alone.</param>
public sealed class EngineChatClient(IEngine engine) : IChatClient
{
    readonly ChatClientMetadata _metadata = new("hearth", defaultModelId: engine.Model.Architecture);

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
        await foreach (var said in engine.GenerateAsync(request, cancellationToken))
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

        return new object[] { this, engine, _metadata }.FirstOrDefault(serviceType.IsInstanceOfType);
    }

    /// <summary>Does nothing: the engine belongs to the caller.</summary>
    public void Dispose()
    {
    }

    static ChatResponseUpdate? Update(GenerationEvent said) => said switch
    {
        Delta { Text.Length: > 0 } delta => new(ChatRole.Assistant, delta.Text) { RawRepresentation = delta },
        Completed completed => new(ChatRole.Assistant, [new UsageContent(Usage(completed))])
        {
            FinishReason = completed.Reason is FinishReason.EndOfText or FinishReason.Stop ? ChatFinishReason.Stop : ChatFinishReason.Length,
            RawRepresentation = completed,
        },
        _ => null,
    };

    static UsageDetails Usage(Completed completed) => new()
    {
        InputTokenCount = completed.PromptTokens,
        CachedInputTokenCount = completed.CachedTokens,
        OutputTokenCount = completed.GeneratedTokens,
        TotalTokenCount = (long)completed.PromptTokens + completed.GeneratedTokens,
    };
}
