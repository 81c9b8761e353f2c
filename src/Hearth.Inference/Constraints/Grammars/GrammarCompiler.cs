using Hearth.Inference.Constraints.Automata;
using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Grammars;

/// <summary>From the rules of a grammar to nodes.</summary>
/// <remarks>
/// A part that does not come back to itself is a regular language and becomes one automaton, where it isn't too large: so most tokens need one step. A rule that begins with itself is
/// refused, as is one that never ends.
/// </remarks>
sealed class GrammarCompiler
{
    /// <summary>What a node costs, and a look at a rule, roughly.</summary>
    const int NodeWork = 200, RuleWork = 10;

    readonly Dictionary<string, Rule> _rules;
    readonly Dictionary<string, Facts> _facts = [];
    readonly Dictionary<string, Node> _nodes = [];
    readonly Dictionary<string, Regex> _regexes = [];
    readonly CompileBudget _budget;

    /// <summary>What is known of a rule.</summary>
    /// <param name="IsRecursive">It comes back to itself, or calls a rule that does.</param>
    /// <param name="IsEmpty">Its text may be empty.</param>
    /// <param name="Ends">There is a text of it.</param>
    readonly record struct Facts(bool IsRecursive, bool IsEmpty, bool Ends);

    GrammarCompiler(Dictionary<string, Rule> rules, CompileBudget budget) => (_rules, _budget) = (rules, budget);

    /// <summary>Compiles a grammar.</summary>
    /// <exception cref="GrammarException">It is wrong.</exception>
    internal static Node Compile(string grammar, CompileBudget budget)
    {
        var rules = GrammarParser.Parse(grammar);
        if (!rules.TryGetValue("root", out var root))
            throw new GrammarException("there is no rule with the name root", new(1, 1));
        var compiler = new GrammarCompiler(rules, budget);
        compiler.Check();
        return compiler.NodeOf(new Expression.Reference(root.Name, root.At), Node.Return);
    }

    void Check()
    {
        foreach (var reference in _rules.Values.SelectMany(r => References(r.Expression)))
        {
            if (!_rules.ContainsKey(reference.Name))
                throw new GrammarException($"there is no rule with the name {reference.Name}", reference.At);
        }

        foreach (var rule in _rules.Values)
            _facts[rule.Name] = new(IsRecursive: true, IsEmpty: false, Ends: false);
        // What is empty and what ends is the least that holds; what isn't recursive is found from the leaves on.
        // In both orders, since some write what a rule needs before it and some after it.
        var rules = _rules.Values.ToArray();
        for (var changed = true; changed;)
        {
            changed = false;
            Array.Reverse(rules);
            foreach (var rule in rules)
            {
                _budget.Take(RuleWork);
                var facts = new Facts(References(rule.Expression).Any(r => _facts[r.Name].IsRecursive), IsEmpty(rule.Expression), Ends(rule.Expression));
                changed |= facts != _facts[rule.Name];
                _facts[rule.Name] = facts;
            }
        }

        foreach (var rule in _rules.Values)
        {
            if (!_facts[rule.Name].Ends)
                throw new GrammarException($"no text of the rule {rule.Name} ever ends", rule.At);
        }

        var (open, done) = (new HashSet<string>(), new HashSet<string>());
        foreach (var rule in _rules.Values)
            CheckBeginning(rule, open, done);
    }

    /// <summary>Follows the rules with which a rule may begin.</summary>
    void CheckBeginning(Rule rule, HashSet<string> open, HashSet<string> done)
    {
        if (done.Contains(rule.Name))
            return;
        if (!open.Add(rule.Name))
            throw new GrammarException($"the rule {rule.Name} can begin with itself (left recursion); write it as a repetition", rule.At);
        foreach (var next in Beginnings(rule.Expression, rule))
            CheckBeginning(_rules[next], open, done);
        open.Remove(rule.Name);
        done.Add(rule.Name);
    }

    IEnumerable<string> Beginnings(Expression expression, Rule rule)
    {
        switch (expression)
        {
            case Expression.Reference reference:
                return [reference.Name];
            case Expression.Choice choice:
                return choice.Ways.SelectMany(w => Beginnings(w, rule));
            case Expression.Repetition repetition:
                if (repetition.Most is null && IsEmpty(repetition.Item) && !IsRegular(repetition.Item))
                    throw new GrammarException($"the rule {rule.Name} repeats what may be empty (left recursion)", rule.At);
                return Beginnings(repetition.Item, rule);
            case Expression.Sequence sequence:
                // All of them are looked at, for their repetitions; only the first ones can begin the text.
                var all = sequence.Items.Select(i => Beginnings(i, rule).ToList()).ToList();
                var first = sequence.Items.TakeWhile(IsEmpty).Count() + 1;
                return all.Take(first).SelectMany(b => b);
            default:
                return [];
        }
    }

    static IEnumerable<Expression.Reference> References(Expression expression) => expression switch
    {
        Expression.Reference reference => [reference],
        Expression.Choice choice => choice.Ways.SelectMany(References),
        Expression.Repetition repetition => References(repetition.Item),
        Expression.Sequence sequence => sequence.Items.SelectMany(References),
        _ => [],
    };

    bool IsEmpty(Expression expression) => expression switch
    {
        Expression.Reference reference => _facts[reference.Name].IsEmpty,
        Expression.Choice choice => choice.Ways.Any(IsEmpty),
        Expression.Repetition repetition => repetition.Least == 0 || IsEmpty(repetition.Item),
        Expression.Sequence sequence => sequence.Items.All(IsEmpty),
        Expression.Characters characters => characters.IsEmpty,
        _ => false,
    };

    bool Ends(Expression expression) => expression switch
    {
        Expression.Reference reference => _facts[reference.Name].Ends,
        Expression.Choice choice => choice.Ways.Any(Ends),
        Expression.Repetition repetition => repetition.Least == 0 || Ends(repetition.Item),
        Expression.Sequence sequence => sequence.Items.All(Ends),
        _ => true,
    };

    bool IsRegular(Expression expression) => !References(expression).Any(r => _facts[r.Name].IsRecursive);

    /// <summary>What an expression says, and then what comes after it.</summary>
    Node NodeOf(Expression expression, Node next)
    {
        _budget.Take(NodeWork);
        if (IsRegular(expression) && TryLexeme(expression, next) is { } lexeme)
            return lexeme;
        return expression switch
        {
            Expression.Reference reference => new Call(() => Rule(reference.Name), next),
            Expression.Choice choice => new Either([.. choice.Ways.Select(w => NodeOf(w, next))]),
            Expression.Sequence sequence => sequence.Items.Reverse().Aggregate(next, (then, item) => NodeOf(item, then)),
            Expression.Repetition repetition => Repeat(repetition, next),
            // A literal or a class alone always fits an automaton.
            _ => throw new InvalidOperationException("A literal of a grammar has no automaton."),
        };
    }

    Node Rule(string name)
    {
        if (!_nodes.TryGetValue(name, out var node))
            _nodes[name] = node = NodeOf(_rules[name].Expression, Node.Return);
        return node;
    }

    Node Repeat(Expression.Repetition repetition, Node next)
    {
        Node? more = null;
        if (repetition.Most is null)
        {
            Either? again = null;
            more = again = new Either([NodeOf(repetition.Item, new Later(() => again!)), next]);
        }

        for (var i = repetition.Least; i < repetition.Most; i++)
            more = new Either([NodeOf(repetition.Item, more ?? next), next]);
        var node = more ?? next;
        for (var i = 0; i < repetition.Least; i++)
            node = NodeOf(repetition.Item, node);
        return node;
    }

    /// <summary>Null where it would be too large.</summary>
    Lexeme? TryLexeme(Expression expression, Node next)
    {
        try
        {
            var patterns = new TextPatterns(_budget);
            patterns.AddWhole(RegexOf(expression), 0);
            return new(new RawTextOf(patterns.Build(matches => matches == 0 ? -1 : 0)), next);
        }
        catch (NotSupportedException) when (expression is not Expression.Characters)
        {
            return null;
        }
    }

    Regex RegexOf(Expression expression) => expression switch
    {
        Expression.Reference reference => RegexOf(reference.Name),
        Expression.Choice choice => new Regex.Choice([.. choice.Ways.Select(RegexOf)]),
        Expression.Repetition repetition => new Regex.Repeat(RegexOf(repetition.Item), repetition.Least, repetition.Most),
        Expression.Sequence sequence => new Regex.Sequence([.. sequence.Items.Select(RegexOf)]),
        _ => ((Expression.Characters)expression).Regex,
    };

    Regex RegexOf(string name)
    {
        if (!_regexes.TryGetValue(name, out var regex))
            _regexes[name] = regex = RegexOf(_rules[name].Expression);
        return regex;
    }
}
