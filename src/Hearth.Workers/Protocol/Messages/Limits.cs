namespace Hearth.Workers.Protocol.Messages;

/// <summary>How much of everything a message may hold. Both ends check; what is tiny on the wire but large in memory is held shortest.</summary>
static class Limits
{
    /// <summary>Bytes of a short name: an architecture, a digest, a build.</summary>
    internal const int NameBytes = 1024;

    /// <summary>Messages of one conversation.</summary>
    internal const int Messages = 16_384;

    /// <summary>Tools that a request offers, and calls in one message of a conversation or one piece of an answer.</summary>
    internal const int Tools = 1024;

    /// <summary>Stop texts on the wire; the engine allows fewer and says so.</summary>
    internal const int StopTexts = 1024;

    /// <summary>Positions of a context, and entries of a vocabulary: sums of a few such counts fit 32 bits.</summary>
    internal const int Positions = 1 << 28;

    /// <summary>Bytes of a tensor: those of <see cref="TensorEntries"/> fit 63 bits together.</summary>
    internal const long TensorBytes = 1L << 46;

    /// <summary>Bytes of a file or of memory: sums of a few such sizes fit 63 bits.</summary>
    internal const long Bytes = 1L << 60;

    /// <summary>Tokens that one piece of an answer may carry.</summary>
    internal const int TokensPerDelta = 4096;

    /// <summary>Most likely tokens at one step.</summary>
    internal const int TopTokens = 20;

    /// <summary>Keys of a model file.</summary>
    internal const int MetadataEntries = 65_536;

    /// <summary>Tensors of a model file.</summary>
    internal const int TensorEntries = 65_536;

    /// <summary>Dimensions of a tensor.</summary>
    internal const int Dimensions = 8;

    /// <summary>Texts of one request for vectors or scores.</summary>
    internal const int Inputs = 16_384;

    /// <summary>Number formats of weights in one list.</summary>
    internal const int TensorTypes = 64;

    /// <summary>Layers of a model, and numbers in a row of its residual stream: products with a few figures per layer fit 63 bits.</summary>
    internal const int Layers = 65_536, Width = 1 << 20;

    /// <summary>Threads that compute together.</summary>
    internal const int Threads = 65_536;

    /// <summary>Adapters of one model; each takes a descriptor.</summary>
    internal const int Adapters = 64;

    /// <summary>Warnings about a model file.</summary>
    internal const int Warnings = 1024;

    /// <summary>Bytes of a cache scope: a key of 32 bytes, or none.</summary>
    internal const int ScopeBytes = 32;

    /// <summary>Requests that are open at the same time on one link.</summary>
    internal const int RequestsInFlight = 160;

    /// <summary>Items of one stream that may be under way before the reader asks for more.</summary>
    internal const int Credit = 4096;

    /// <summary>LoadProgress frames of one load.</summary>
    internal const int ProgressReports = 1024;
}
