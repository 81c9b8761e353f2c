using Hearth.Models;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Models;

namespace Hearth.Server.Serving;

/// <summary>How a model is loaded and asked where a request doesn't say.</summary>
/// <param name="Loading">How it is loaded.</param>
/// <param name="Asking">How it is asked; its prompt doesn't count.</param>
/// <param name="System">What stands before every conversation that has no system message; null for nothing.</param>
public sealed record ModelSettings(LoadOptions Loading, GenerationRequest Asking, PrivateText? System);

/// <summary>From a model of the list to a worker that has it open.</summary>
/// <param name="model">The model.</param>
/// <param name="cancellationToken">Stops the opening.</param>
public delegate Task<IModelFile> OpenModel(ModelEntry model, CancellationToken cancellationToken);
