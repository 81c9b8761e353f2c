namespace Hearth.Inference.Constraints.Automata;

/// <summary>The white space of JSON, bounded, so that a model can't fill the context with it.</summary>
sealed class WhiteSpace : Automaton
{
    /// <summary>Much more than any indentation has: states far from the limit are alike, so that a usual text has one.</summary>
    const int Most = 256;

    internal static readonly WhiteSpace Instance = new();

    internal override bool IsShared => true;

    internal override int Step(int state, byte next) => state < Most && next is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' ? state + 1 : Dead;

    internal override int Label(int state) => 0;

    internal override int Canonical(int state, int longest) => Math.Max(state, Most - longest - 1);
}
