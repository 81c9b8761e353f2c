namespace Hearth.Inference.Constraints.Automata;

/// <summary>A regular language over bytes: deterministic, and every state that it returns can still reach an end.</summary>
/// <remarks>An end has a label, which tells what was read where one automaton reads one of several things, such as the key of a property.</remarks>
abstract class Automaton
{
    /// <summary>Where every text begins.</summary>
    internal const int Start = 0;

    /// <summary>No text of the language begins so.</summary>
    internal const int Dead = -1;

    /// <summary>The text may not end here.</summary>
    internal const int NoLabel = -1;

    /// <summary>True where one object serves all requests, so that what is computed for it may be kept for all.</summary>
    internal virtual bool IsShared => false;

    /// <summary>The state after one more byte, or <see cref="Dead"/>.</summary>
    internal abstract int Step(int state, byte next);

    /// <summary>What was read if the text ends here, or <see cref="NoLabel"/>.</summary>
    internal abstract int Label(int state);

    /// <summary>A state of another automaton that goes on in the same way from here, so that what is known of that one holds here too; null for none.</summary>
    internal virtual Likeness? SameAs(int state) => null;

    /// <summary>A state that treats all texts of at most so many bytes alike; counting automata have few of these.</summary>
    internal virtual int Canonical(int state, int longest) => state;

    /// <summary>Where a token leads on as it does inside any JSON string if it has no byte of some groups (<see cref="ByteGroups"/>): these; null where too few tokens have none.</summary>
    internal virtual ulong? Watched(int state, int longest) => null;

    /// <summary>Where only the number of characters before the end tells a state from one of another automaton: that one, and how many there may be; null where it isn't so.</summary>
    internal virtual Counted? CountedAs(int state) => null;
}

/// <summary>A state of another automaton that goes on in the same way.</summary>
/// <param name="Automaton">The other one.</param>
/// <param name="State">Its state.</param>
/// <param name="Label">The label that all its ends have here.</param>
/// <param name="Except">Of the tokens below a node, those that are no text here though they are one there; null for none.</param>
readonly record struct Likeness(Automaton Automaton, int State, int Label, Func<TokenTrie, int, IEnumerable<int>>? Except = null);

/// <summary>A state of another automaton that goes on in the same way, but for how many characters may come before the end.</summary>
/// <param name="Automaton">The other one.</param>
/// <param name="State">Its state.</param>
/// <param name="Least">Characters at least.</param>
/// <param name="Most">Characters at most.</param>
readonly record struct Counted(Automaton Automaton, int State, int Least, int Most);
