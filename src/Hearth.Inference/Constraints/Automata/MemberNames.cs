namespace Hearth.Inference.Constraints.Automata;

/// <summary>Those names of members, in quotes, that have a number from first to last, which is the label.</summary>
/// <remarks>What may come next is another list after each member; all of them share one tree, as an object may have thousands.</remarks>
/// <param name="names">All names; it is sorted.</param>
/// <param name="first">The first number.</param>
/// <param name="last">The last number.</param>
sealed class MemberNames(TextTree names, int first, int last) : Automaton
{
    internal bool IsEmpty => !names.HasBelow(TextTree.Root, first, last);

    internal override int Step(int state, byte next) => names.Step(state, next) is >= 0 and var to && names.HasBelow(to, first, last) ? to : Dead;

    internal override int Label(int state) => names.TextAt(state) is var name && name >= first && name <= last ? name : NoLabel;
}
