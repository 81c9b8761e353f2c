namespace Hearth.Requests;

/// <summary>Why a request was refused or failed. Append only: the numbers travel between processes.</summary>
public enum FailureCode
{
    /// <summary>A fault of the engine itself.</summary>
    Internal = 0,

    /// <summary>A value of the request is outside its range.</summary>
    InvalidRequest = 1,

    /// <summary>The model file breaks a rule of its format.</summary>
    InvalidModel = 2,

    /// <summary>The file is sound, but this engine cannot run it (architecture, tensor type, tokenizer).</summary>
    UnsupportedModel = 3,

    /// <summary>The prompt, with what may be generated, does not fit the context.</summary>
    ContextOverflow = 4,

    /// <summary>The chat template refused the messages, or broke a bound. What it says of its own accord is in <see cref="EngineException.Words"/>.</summary>
    Template = 5,

    /// <summary>Memory for the model or the cache is not there.</summary>
    OutOfMemory = 6,

    /// <summary>A number stopped being finite during the computation.</summary>
    NotFinite = 7,

    /// <summary>The worker process ended, hung or broke the protocol.</summary>
    WorkerLost = 8,

    /// <summary>The operating system lacks a confinement mechanism, or refused it.</summary>
    Confinement = 9,
}

/// <summary>A failure in four parts: what failed, what was found, what was expected and what to do. Never shows text of a user or a document by itself.</summary>
public sealed class EngineException : Exception
{
    /// <summary>A failure that the caller can act on.</summary>
    /// <param name="code">The kind of failure.</param>
    /// <param name="message">What failed, with what was found (counts and names, never a user's text).</param>
    /// <param name="expected">What would have been right; empty where the message says it.</param>
    /// <param name="remedy">What to do next; empty where nothing can be done.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public EngineException(FailureCode code, string message, string expected = "", string remedy = "", Exception? inner = null)
        : base(message, inner)
        => (Code, Expected, Remedy) = (code, expected, remedy);

    /// <summary>The kind of failure.</summary>
    public FailureCode Code { get; }

    /// <summary>What would have been right.</summary>
    public string Expected { get; }

    /// <summary>What to do next.</summary>
    public string Remedy { get; }

    /// <summary>What a chat template says where it refuses the messages, which it may repeat; empty for every other failure.</summary>
    public PrivateText Words { get; init; }

    /// <summary>What of the request is meant, where that is known.</summary>
    public RequestPart Part { get; init; }

    /// <summary>Where a prompt doesn't fit the context: how many tokens it has. Null for every other failure.</summary>
    public int? PromptTokens { get; init; }
}
