using System.Text.Json;
using Hearth.Server.Access;

namespace Hearth.Server.Routes;

/// <summary>How an API writes its errors.</summary>
abstract class ApiStyle
{
    /// <summary>The error as the body of a response.</summary>
    internal abstract void WriteError(Utf8JsonWriter json, Refusal refusal, string requestId);

    /// <summary>The error inside a stream that has begun.</summary>
    internal abstract Task WriteErrorAsync(StreamedResponse response, Refusal refusal);
}
