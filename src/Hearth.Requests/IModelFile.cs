using Hearth.Requests.Chat;
using Hearth.Requests.Models;

namespace Hearth.Requests;

/// <summary>A model file that is open but not loaded: what can be asked without its weights, and the way to an <see cref="IEngine"/>.</summary>
/// <remarks>Implemented by the engine in the caller's process and by the client of a confined worker; the host never parses the file itself.</remarks>
public interface IModelFile : IAsyncDisposable
{
    /// <summary>Metadata, tensors, sizes and the memory that a context length would need.</summary>
    /// <param name="contextLength">Positions; 0 takes the model's own limit.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    Task<ModelInspection> InspectAsync(int contextLength, CancellationToken cancellationToken = default);

    /// <summary>Token ids of a text; nothing is added before or after.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="parseSpecial">True: the strings of control tokens become those tokens. False: they are ordinary text.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    Task<IReadOnlyList<int>> TokenizeAsync(PrivateText text, bool parseSpecial, CancellationToken cancellationToken = default);

    /// <summary>The text of token ids; control tokens are shown by name, bytes that form no character become U+FFFD.</summary>
    Task<PrivateText> DetokenizeAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default);

    /// <summary>Renders a chat template. Works for a template given in the request also where the file has none.</summary>
    Task<PrivateText> RenderAsync(RenderRequest request, CancellationToken cancellationToken = default);

    /// <summary>Measures how fast this machine computes, in a second or two; nothing is read from the file, and none is needed.</summary>
    Task<MachineSpeed> MeasureMachineAsync(MachineRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads the weights into memory and makes an engine of them. Called at most once.</summary>
    Task<IEngine> LoadAsync(LoadOptions options, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default);
}
