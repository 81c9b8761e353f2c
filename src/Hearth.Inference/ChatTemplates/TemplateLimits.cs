namespace Hearth.Inference.ChatTemplates;

/// <summary>
/// What reading and rendering one template may cost. A template comes with a model from the network, so it is a program of a stranger:
/// every bound here is one that a hostile template would otherwise cross.
/// </summary>
sealed record TemplateLimits
{
    /// <summary>The limits for real conversations.</summary>
    internal static TemplateLimits Default { get; } = new();

    /// <summary>Longest source, in UTF-16 units.</summary>
    internal int SourceLength { get; init; } = 1 << 20;

    /// <summary>How deep expressions and blocks may nest in the source, and values in each other.</summary>
    internal int Nesting { get; init; } = 100;

    /// <summary>How deep evaluation may recurse (macros, recursive loops, long chains of operators).</summary>
    internal int Recursion { get; init; } = 600;

    /// <summary>Steps of evaluation; one step costs some tens of nanoseconds, or the handling of some hundred characters.</summary>
    internal long Steps { get; init; } = 4_000_000;

    /// <summary>Longest text that comes out, in UTF-16 units.</summary>
    internal long OutputLength { get; init; } = 16L << 20;

    /// <summary>Bytes of all values made on the way, also of those no longer needed; the same again for the syntax tree.</summary>
    internal long AllocatedBytes { get; init; } = 256L << 20;

    /// <summary>Time for one rendering.</summary>
    internal TimeSpan Time { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock for <see cref="Time"/>.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;
}
