using Hearth.Inference.Constraints.Automata;
using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Grammars;

/// <summary>From the rules of a grammar to nodes.</summary>
/// <remarks>
/// A part that does not come back to itself is a regular language and becomes one automaton, where it isn't too large: so most tokens need one step. A rule that begins with itself is
/// refused, as is one that never ends. Everything that can be reached is compiled at once: while an answer is written, others wait.
/// </remarks>
sealed class GrammarCompiler
{
    /// <summary>What a node costs, and a look at an expression, roughly.</summary>
    const int NodeWork = 200, LookWork = 1;

    /// <summary>Expressions inside each other, those of other rules included, that one automaton is built from.</summary>
    const int MostDepth = 500;

    readonly Dictionary<string, Rule> _rules;
    readonly Dictionary<string, Facts> _facts = [];
    readonly Dictionary<string, Node?> _nodes = [];
    readonly Queue<string> _open = [];
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
        var rules = GrammarParser.Parse(grammar, budget);
        if (!rules.TryGetValue("root", out var root))
            throw new GrammarException("there is no rule with the name root", new(1, 1));
        var compiler = new GrammarCompiler(rules, budget);
        compiler.Check();
        var whole = compiler.NodeOf(new Expression.Reference(root.Name, root.At), Node.Return);
        while (compiler._open.TryDequeue(out var name))
            compiler._nodes[name] = compiler.NodeOf(rules[name].Expression, Node.Return);
        return whole;
    }

    void Check()
    {
        foreach (var rule in _rules.Values)
            CheckReferences(rule.Expression);
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
                var facts = new Facts(!IsRegular(rule.Expression), IsEmpty(rule.Expression), Ends(rule.Expression));
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
        var beginnings = new HashSet<string>();
        AddBeginnings(rule.Expression, rule, isFirst: true, beginnings);
        foreach (var next in beginnings)
            CheckBeginning(_rules[next], open, done);
        open.Remove(rule.Name);
        done.Add(rule.Name);
    }

    /// <summary>Gathers the rules with which an expression begins a text, if it is the first; all its repetitions are looked at.</summary>
    void AddBeginnings(Expression expression, Rule rule, bool isFirst, HashSet<string> into)
    {
        _budget.Take(LookWork);
        switch (expression)
        {
            case Expression.Reference reference when isFirst:
                into.Add(reference.Name);
                break;
            case Expression.Choice choice:
                foreach (var way in choice.Ways)
                    AddBeginnings(way, rule, isFirst, into);
                break;
            case Expression.Repetition repetition:
                if (repetition.Most is null && IsEmpty(repetition.Item) && !IsRegular(repetition.Item))
                    throw new GrammarException($"the rule {rule.Name} repeats what may be empty (left recursion)", rule.At);
                AddBeginnings(repetition.Item, rule, isFirst, into);
                break;
            case Expression.Sequence sequence:
                foreach (var item in sequence.Items)
                {
                    AddBeginnings(item, rule, isFirst, into);
                    isFirst = isFirst && IsEmpty(item);
                }

                break;
        }
    }

    void CheckReferences(Expression expression)
    {
        _budget.Take(LookWork);
        if (expression is Expression.Reference reference && !_rules.ContainsKey(reference.Name))
            throw new GrammarException($"there is no rule with the name {reference.Name}", reference.At);
        foreach (var inside in Inside(expression))
            CheckReferences(inside);
    }

    static IReadOnlyList<Expression> Inside(Expression expression) => expression switch
    {
        Expression.Choice choice => choice.Ways,
        Expression.Repetition repetition => [repetition.Item],
        Expression.Sequence sequence => sequence.Items,
        _ => [],
    };

    bool IsRegular(Expression expression)
    {
        _budget.Take(LookWork);
        return expression is Expression.Reference reference ? !_facts[reference.Name].IsRecursive : Inside(expression).All(IsRegular);
    }

    bool IsEmpty(Expression expression)
    {
        _budget.Take(LookWork);
        return expression switch
        {
            Expression.Reference reference => _facts[reference.Name].IsEmpty,
            Expression.Choice choice => choice.Ways.Any(IsEmpty),
            Expression.Repetition repetition => repetition.Least == 0 || IsEmpty(repetition.Item),
            Expression.Sequence sequence => sequence.Items.All(IsEmpty),
            Expression.Characters characters => characters.IsEmpty,
            _ => false,
        };
    }

    bool Ends(Expression expression)
    {
        _budget.Take(LookWork);
        return expression switch
        {
            Expression.Reference reference => _facts[reference.Name].Ends,
            Expression.Choice choice => choice.Ways.Any(Ends),
            Expression.Repetition repetition => repetition.Least == 0 || Ends(repetition.Item),
            Expression.Sequence sequence => sequence.Items.All(Ends),
            _ => true,
        };
    }

    /// <summary>What an expression says, and then what comes after it.</summary>
    Node NodeOf(Expression expression, Node next)
    {
        _budget.Take(NodeWork);
        if (IsRegular(expression) && TryLexeme(expression, next) is { } lexeme)
            return lexeme;
        return expression switch
        {
            Expression.Reference reference => Refer(reference.Name, next),
            Expression.Choice choice => new Either([.. choice.Ways.Select(w => NodeOf(w, next))]),
            Expression.Sequence sequence => sequence.Items.Reverse().Aggregate(next, (then, item) => NodeOf(item, then)),
            Expression.Repetition repetition => Repeat(repetition, next),
            // A literal or a class alone always fits an automaton.
            _ => throw new InvalidOperationException("A literal of a grammar has no automaton."),
        };
    }

    Call Refer(string name, Node next)
    {
        if (_nodes.TryAdd(name, null))
            _open.Enqueue(name);
        return new(() => _nodes[name]!, next);
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
            patterns.AddWhole(RegexOf(expression, 0), 0);
            return new(new RawTextOf(patterns.Build(matches => matches == 0 ? -1 : 0)), next);
        }
        catch (NotSupportedException) when (expression is not Expression.Characters)
        {
            return null;
        }
    }

    /// <exception cref="NotSupportedException">Too many expressions are inside each other.</exception>
    Regex RegexOf(Expression expression, int depth)
    {
        _budget.Take(LookWork);
        if (++depth > MostDepth)
            throw new NotSupportedException("it has too many expressions inside each other");
        return expression switch
        {
            Expression.Reference reference => RegexOf(reference.Name, depth),
            Expression.Choice choice => new Regex.Choice([.. choice.Ways.Select(w => RegexOf(w, depth))]),
            Expression.Repetition repetition => new Regex.Repeat(RegexOf(repetition.Item, depth), repetition.Least, repetition.Most),
            Expression.Sequence sequence => new Regex.Sequence([.. sequence.Items.Select(i => RegexOf(i, depth))]),
            _ => ((Expression.Characters)expression).Regex,
        };
    }

    Regex RegexOf(string name, int depth)
    {
        if (!_regexes.TryGetValue(name, out var regex))
            _regexes[name] = regex = RegexOf(_rules[name].Expression, depth);
        return depth + regex.Depth <= MostDepth ? regex : throw new NotSupportedException("it has too many expressions inside each other");
    }
}
