namespace Hearth.Inference.ResponseParsing;

/// <summary>A call that a model wrote.</summary>
/// <param name="Name">The function.</param>
/// <param name="Arguments">A JSON object.</param>
/// <param name="Id">The id that the model gave it, or null.</param>
sealed record FoundCall(string Name, string Arguments, string? Id = null)
{
    /// <summary>That there is a call, never what it says.</summary>
    public override string ToString() => nameof(FoundCall);
}

/// <summary>What reading a block of calls has found so far.</summary>
/// <param name="tools">The tools that the model may call.</param>
/// <param name="isWeak">True: hardly anything but its form says that this is a call, so only offered tools count, and nothing may stand beside them.</param>
sealed class FoundCalls(OfferedTools tools, bool isWeak)
{
    readonly List<FoundCall> _calls = [];

    internal IReadOnlyList<FoundCall> All => _calls;

    internal OfferedTools Tools => tools;

    internal bool IsWeak => isWeak;

    /// <summary>The name of a call that has begun and is not complete; empty while only its marker is known, null where nothing has begun.</summary>
    internal string? Begun { get; set; }

    /// <summary>Where the last complete item ends; −1 before the first.</summary>
    internal int End { get; set; } = -1;

    /// <summary>A call begins, its name is not known.</summary>
    internal void Begin() => Begun ??= isWeak ? null : "";

    /// <summary>True where a call can have this name.</summary>
    internal bool Accepts(string name) => isWeak ? tools.Contains(name) : name.Length > 0;

    internal void Add(FoundCall call)
    {
        _calls.Add(call);
        Begun = null;
    }

    /// <summary>Forgets all calls after the first few.</summary>
    internal void Truncate(int count) => _calls.RemoveRange(count, _calls.Count - count);
}
