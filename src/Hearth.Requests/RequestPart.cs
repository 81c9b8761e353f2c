namespace Hearth.Requests;

/// <summary>The part of a request that a failure is about: each API has a name of its own for it. Append only: the numbers travel between processes.</summary>
public enum RequestPart
{
    /// <summary>None in particular.</summary>
    None = 0,

    /// <summary>The messages, the texts or the tokens.</summary>
    Prompt = 1,

    /// <summary>The tools that are offered.</summary>
    Tools = 2,

    /// <summary>Whether a call is demanded, and of which tool.</summary>
    ToolChoice = 3,

    /// <summary>What the answer must be.</summary>
    Constraint = 4,

    /// <summary>Biases of tokens.</summary>
    LogitBias = 5,

    /// <summary>How many numbers a vector has.</summary>
    Dimensions = 6,

    /// <summary>The model: another one can do it.</summary>
    Model = 7,
}
