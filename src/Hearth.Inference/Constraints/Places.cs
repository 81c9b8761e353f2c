using Hearth.Inference.Constraints.Automata;
using Hearth.Requests;

namespace Hearth.Inference.Constraints;

/// <summary>What has been called and goes on after the present value.</summary>
sealed record Frame(Frame? Outer, Node Next)
{
    // The outer ones are compared by reference: frames are made once each.
    public bool Equals(Frame? other) => other is not null && ReferenceEquals(Outer, other.Outer) && ReferenceEquals(Next, other.Next);

    public override int GetHashCode() => HashCode.Combine(
        System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Outer), System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Next));
}

/// <summary>A place inside a lexeme.</summary>
readonly record struct Place(Lexeme Lexeme, int State, Frame? Stack);

/// <summary>All places at which a text may be, since what it means may not be decided yet.</summary>
sealed class Places
{
    /// <summary>More than any sensible schema leaves open.</summary>
    const int Most = 4096;

    readonly HashSet<Place> _seen = [];
    readonly List<Place> _all = [];

    // Made where alternatives are entered: most places have none.
    HashSet<(Either, Frame?)>? _entered;

    internal IReadOnlyList<Place> All => _all;

    /// <summary>True where the text may end here without more.</summary>
    internal bool IsEnd { get; set; }

    internal void Add(Place place)
    {
        if (!_seen.Add(place))
            return;
        if (_all.Count == Most)
            throw new EngineException(FailureCode.InvalidRequest, $"The constraint can be read in more than {Most} ways at one place of the text.", "", "Make its alternatives easier to tell apart.");
        _all.Add(place);
    }

    /// <summary>False where these alternatives were entered already: what several of them lead to is gone through once.</summary>
    internal bool Enter(Either either, Frame? stack) => (_entered ??= []).Add((either, stack));
}

/// <summary>Goes through a grammar. Nothing here calls itself: how deep a text is nested is for whoever writes the grammar to say.</summary>
sealed class Walker
{
    readonly Dictionary<Frame, Frame> _frames = [];
    readonly Stack<(Node Node, Frame? Stack)> _open = [];

    /// <summary>The places where a node begins.</summary>
    internal Places Begin(Node node, Frame? stack)
    {
        var places = new Places();
        Enter(node, stack, places);
        return places;
    }

    /// <summary>These places, and those that are reached from them by ending what they are in, without a byte.</summary>
    internal Places Opened(Places from)
    {
        var opened = new Places { IsEnd = from.IsEnd };
        foreach (var place in from.All)
            opened.Add(place);
        for (var i = 0; i < opened.All.Count; i++)
        {
            var (lexeme, state, stack) = opened.All[i];
            if (lexeme.Automaton.Label(state) is var label and not Automaton.NoLabel)
                Enter(lexeme.Next(label), stack, opened);
        }

        return opened;
    }

    /// <summary>The places after one more byte, from places that are opened.</summary>
    internal static Places Step(Places opened, byte next)
    {
        var into = new Places();
        foreach (var place in opened.All)
        {
            if (place.Lexeme.Automaton.Step(place.State, next) is >= 0 and var state)
                into.Add(place with { State = state });
        }

        return into;
    }

    void Enter(Node node, Frame? stack, Places into)
    {
        _open.Clear();
        _open.Push((node, stack));
        while (_open.TryPop(out var at))
        {
            switch (at.Node)
            {
                case Lexeme lexeme:
                    into.Add(new(lexeme, Automaton.Start, at.Stack));
                    break;
                case Either either when into.Enter(either, at.Stack):
                    foreach (var way in either.Ways)
                        _open.Push((way, at.Stack));
                    break;
                case Either:
                    break;
                case Later later:
                    _open.Push((later.Node, at.Stack));
                    break;
                case Call call:
                    // What only returns need not be come back to: a list that is written by recursion makes no stack.
                    _open.Push((call.Value, call.Next == Node.Return ? at.Stack : Push(new(at.Stack, call.Next))));
                    break;
                default:
                    if (at.Stack is null)
                        into.IsEnd = true;
                    else
                        _open.Push((at.Stack.Next, at.Stack.Outer));
                    break;
            }
        }
    }

    Frame Push(Frame frame)
    {
        if (_frames.TryGetValue(frame, out var known))
            return known;
        _frames[frame] = frame;
        return frame;
    }
}
