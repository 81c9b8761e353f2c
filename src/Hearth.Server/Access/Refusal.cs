namespace Hearth.Server.Access;

/// <summary>Why a request is refused, in the parts that every API's error is made of. Holds no text of a user's.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">A word for programs, such as model_not_found.</param>
/// <param name="message">What was found, what was expected and what to do, for people.</param>
/// <param name="parameter">The field of the request that is meant, or null.</param>
sealed class Refusal(int status, string code, string message, string? parameter = null) : Exception(message)
{
    internal int Status => status;

    internal string Code => code;

    internal string? Parameter => parameter;

    /// <summary>How long to wait before another try; null where trying again makes no sense.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>True where a body is JSON, and yet nothing that could be a request.</summary>
    internal bool IsJson { get; init; }

    /// <summary>The methods that the address takes; null where the method isn't what is wrong.</summary>
    internal string? Allow { get; private init; }

    /// <summary>The address is there, and takes other methods. The one that was sent is a word of whoever asks.</summary>
    internal static Refusal WrongMethod(string allow, string message) => new(405, "method_not_allowed", message) { Allow = allow };

    /// <summary>A field has a value that can't be used.</summary>
    internal static Refusal Invalid(string parameter, string message) => new(400, "invalid_value", message, parameter);

    /// <summary>A field asks for something that this server doesn't do. Never ignored.</summary>
    internal static Refusal Unsupported(string parameter, string message) => new(400, "unsupported_parameter", message, parameter);
}
