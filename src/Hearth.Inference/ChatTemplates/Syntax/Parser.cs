using Hearth.Inference.ChatTemplates.Rendering;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>Reads text and statements.</summary>
sealed class Parser(List<Token> tokens, Budget budget) : ExpressionParser(tokens, budget)
{
    /// <summary>Whether a loop surrounds the statement within the same macro.</summary>
    bool _inLoop;

    /// <summary>The whole template.</summary>
    internal Statement[] Template()
    {
        var body = Statements([]);
        return Unknown.Count > 0 ? throw Unknown[0] : body;
    }

    /// <summary>Statements up to a block that starts with one of the names, which is then the current token.</summary>
    Statement[] Statements(ReadOnlySpan<string> ends)
    {
        var body = new List<Statement>();
        while (true)
        {
            switch (Current.Kind)
            {
                case TokenKind.Data:
                    body.Add(Made(new Text(Current.Text, Next().Line)));
                    break;
                case TokenKind.VariableBegin:
                    var line = Next().Line;
                    body.Add(Made(new Print([Tuple()], line)));
                    Expect(TokenKind.VariableEnd, "the end of the print statement");
                    break;
                case TokenKind.End:
                    return ends.Length == 0 ? [.. body] : throw Failure($"the template ends where '{ends[^1]}' is still missing");
                default:
                    Next();
                    if (Current.Kind == TokenKind.Name && ends.Contains(Current.Text))
                        return [.. body];
                    body.Add(Statement());
                    Expect(TokenKind.BlockEnd, "the end of the block");
                    break;
            }
        }
    }

    Statement Statement()
    {
        var tag = ExpectName();
        Enter();
        var statement = tag.Text switch
        {
            "if" => If(tag.Line),
            "for" => For(tag.Line),
            "set" => Set(tag.Line),
            "macro" => Scoped(() => Macro(tag.Line)),
            "call" => CallBlock(tag.Line),
            "filter" => FilterBlock(tag.Line),
            "with" => With(tag.Line),
            "print" => Print(tag.Line),
            "generation" => Scoped(() => new GenerationBlock(OutsideLoops("endgeneration"), tag.Line)),
            "break" or "continue" => _inLoop ? new Jump(tag.Text == "break", tag.Line) : throw Failure($"'{tag.Text}' outside of a loop"),
            "include" or "import" or "from" or "extends" or "block"
                => throw Failure($"a chat template stands alone: '{tag.Text}' is not supported"),
            "autoescape" => throw Failure("'autoescape' is not supported: chat templates write plain text"),
            _ => throw Failure($"unknown tag '{tag.Text}'"),
        };
        Leave();
        return Made(statement);
    }

    /// <summary>The rest of a block's head, its body, and the name that ended it.</summary>
    (Statement[] Body, string End) Body(params ReadOnlySpan<string> ends)
    {
        SkipOperator(":");
        Expect(TokenKind.BlockEnd, "the end of the block");
        var body = Statements(ends);
        return (body, Next().Text);
    }

    Print Print(int line)
    {
        var values = new List<Expression>();
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0)
                ExpectOperator(",");
            values.Add(Expression());
        }

        return new([.. values], line);
    }

    If If(int line)
    {
        var unknown = Unknown.Count;
        var branches = new List<KeyValuePair<Expression, Statement[]>>();
        while (true)
        {
            var test = Tuple(withCondition: false);
            var (body, end) = Body("elif", "else", "endif");
            branches.Add(Made(KeyValuePair.Create(test, body)));
            if (end == "elif")
                continue;
            var otherwise = end == "else" ? Body("endif").Body : [];
            // Only a condition leads here, so a filter that doesn't exist matters only once it is reached.
            Unknown.RemoveRange(unknown, Unknown.Count - unknown);
            return new([.. branches], otherwise, line);
        }
    }

    For For(int line)
    {
        var target = Target();
        Expect("in");
        var items = Tuple(withCondition: false);
        return Scoped(() =>
        {
            var test = SkipName("if") ? Expression() : null;
            var recursive = SkipName("recursive");
            var wasInLoop = _inLoop;
            _inLoop = true;
            var (body, end) = Body("endfor", "else");
            _inLoop = wasInLoop;
            var otherwise = end == "else" ? Body("endfor").Body : [];
            return new For(target, items, test, recursive, body, otherwise, line);
        });
    }

    Statement Set(int line)
    {
        var target = Target(withNamespace: true);
        if (SkipOperator("="))
            return new Set(target, Tuple(), line);
        return Scoped(() => new SetBlock(target, Filters(null), Body("endset").Body, line));
    }

    Expression? Filters(Expression? input)
    {
        while (SkipOperator("|"))
            input = FilterOf(input);
        return input;
    }

    Macro Macro(int line)
    {
        var name = ExpectName().Text;
        return new(name, MacroBody(Signature(), "endmacro"), line);
    }

    CallBlock CallBlock(int line)
    {
        var signature = Current.IsOperator("(") ? Signature() : ([], []);
        if (Expression() is not Call call)
            throw Failure("expected a call");
        return Scoped(() => new CallBlock(call, MacroBody(signature, "endcall"), line));
    }

    (string[] Parameters, Expression[] Defaults) Signature()
    {
        var parameters = new List<string>();
        var defaults = new List<Expression>();
        ExpectOperator("(");
        while (!Current.IsOperator(")"))
        {
            if (parameters.Count > 0)
                ExpectOperator(",");
            var name = NameOnly().Name;
            if (SkipOperator("="))
                defaults.Add(Expression());
            else if (defaults.Count > 0)
                throw Failure("a parameter without a default follows one with a default");
            if (parameters.Count == MostNamed)
                throw Failure($"a macro has more than {MostNamed} parameters");
            if (parameters.Contains(name))
                throw Failure($"the parameter '{name}' is declared twice");
            parameters.Add(name);
        }

        ExpectOperator(")");
        return ([.. parameters], [.. defaults]);
    }

    MacroBody MacroBody((string[] Parameters, Expression[] Defaults) signature, string end)
    {
        var outside = Special;
        Special = SpecialNames.None;
        var body = OutsideLoops(end);
        var uses = Special;
        Special = outside | uses;
        return new(signature.Parameters, signature.Defaults, body, uses);
    }

    Statement[] OutsideLoops(string end)
    {
        var wasInLoop = _inLoop;
        _inLoop = false;
        var body = Body(end).Body;
        _inLoop = wasInLoop;
        return body;
    }

    FilterBlock FilterBlock(int line)
    {
        return Scoped(() => new FilterBlock(Filters(FilterOf(null))!, Body("endfilter").Body, line));
    }

    With With(int line)
    {
        var assignments = new List<KeyValuePair<Target, Expression>>();
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (assignments.Count > 0)
                ExpectOperator(",");
            var target = Target();
            ExpectOperator("=");
            assignments.Add(Made(KeyValuePair.Create(target, Expression())));
        }

        return Scoped(() => new With([.. assignments], Body("endwith").Body, line));
    }

    /// <summary>A part that is compiled as a whole of its own: filters that don't exist are errors in it, whatever conditions surround it.</summary>
    T Scoped<T>(Func<T> part)
    {
        var unknown = Unknown.Count;
        var parsed = part();
        return Unknown.Count > unknown ? throw Unknown[unknown] : parsed;
    }

    Target Target(bool withNamespace = false)
    {
        var line = Current.Line;
        var targets = new List<Target>();
        var isTuple = false;
        while (!AtTupleEnd)
        {
            targets.Add(SingleTarget(withNamespace));
            if (!SkipOperator(","))
                break;
            isTuple = true;
        }

        if (targets.Count == 0)
            throw Unexpected("a name to assign to");
        return isTuple ? Made(new TupleTarget([.. targets], line)) : targets[0];
    }

    Target SingleTarget(bool withNamespace)
    {
        if (withNamespace && Current.Kind == TokenKind.Name && Following.IsOperator("."))
        {
            var name = Next();
            Next();
            return Made(new NamespaceTarget(name.Text, ExpectName().Text, name.Line));
        }

        if (!SkipOperator("("))
            return NameOnly();
        Enter();
        var inside = Target();
        ExpectOperator(")");
        Leave();
        return inside;
    }

    NameTarget NameOnly()
    {
        var name = ExpectName();
        return name.Text is "true" or "false" or "none" or "True" or "False" or "None"
            ? throw Failure($"can't assign to '{name.Text}'")
            : Made(new NameTarget(name.Text, name.Line));
    }
}
