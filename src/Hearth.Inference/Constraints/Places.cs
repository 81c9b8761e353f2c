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
}

/// <summary>Goes through a grammar.</summary>
sealed class Walker
{
    readonly Dictionary<Frame, Frame> _frames = [];

    /// <summary>The places where a node begins.</summary>
    internal void Enter(Node node, Frame? stack, Places into)
    {
        switch (node)
        {
            case Lexeme lexeme:
                into.Add(new(lexeme, Automaton.Start, stack));
                break;
            case Either either:
                foreach (var way in either.Ways)
                    Enter(way, stack, into);
                break;
            case Later later:
                Enter(later.Node, stack, into);
                break;
            case Call call:
                // What only returns need not be come back to: a list that is written by recursion makes no stack.
                Enter(call.Value, call.Next == Node.Return ? stack : Push(new(stack, call.Next)), into);
                break;
            default:
                if (stack is null)
                    into.IsEnd = true;
                else
                    Enter(stack.Next, stack.Outer, into);
                break;
        }
    }

    /// <summary>The places after one more byte.</summary>
    internal Places Step(Places from, byte next)
    {
        var into = new Places();
        foreach (var place in from.All)
            Step(place, next, into);
        return into;
    }

    /// <summary>True where a text may end here.</summary>
    internal bool CanEnd(Places places)
    {
        if (places.IsEnd)
            return true;
        foreach (var place in places.All)
        {
            if (After(place) is { } then && CanEnd(then))
                return true;
        }

        return false;
    }

    /// <summary>Where it goes on if the lexeme ends at a place; null where it can't end.</summary>
    internal Places? After(Place place)
        => place.Lexeme.Automaton.Label(place.State) is >= 0 and var label ? Begin(place.Lexeme.Next(label), place.Stack) : null;

    /// <summary>The places where a node begins.</summary>
    internal Places Begin(Node node, Frame? stack)
    {
        var places = new Places();
        Enter(node, stack, places);
        return places;
    }

    void Step(Place place, byte next, Places into)
    {
        if (place.Lexeme.Automaton.Step(place.State, next) is >= 0 and var state)
            into.Add(place with { State = state });
        if (After(place) is not { } then)
            return;
        foreach (var begun in then.All)
            Step(begun, next, into);
    }

    Frame Push(Frame frame)
    {
        if (_frames.TryGetValue(frame, out var known))
            return known;
        _frames[frame] = frame;
        return frame;
    }
}
