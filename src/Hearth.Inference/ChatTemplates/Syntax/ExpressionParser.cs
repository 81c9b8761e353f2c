using Hearth.Inference.ChatTemplates.Builtins;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>Reads expressions, from the loosest operator to the tightest: if, or, and, not, comparisons, + -, ~, * / // %, **, signs, and what follows a value.</summary>
abstract class ExpressionParser(List<Token> tokens, Budget budget) : TokenStream(tokens, budget)
{
    /// <summary>Names are looked up one after the other, so there may not be many.</summary>
    private protected const int MostNamed = 250;

    /// <summary>Uses of filters and tests that don't exist: an error unless they stand where only a condition leads.</summary>
    private protected List<ChatTemplateException> Unknown { get; } = [];

    /// <summary>Which of the names that are special in macros were used since the list was last cleared.</summary>
    private protected SpecialNames Special { get; set; }

    private protected Expression Expression()
    {
        Enter();
        var unknown = Unknown.Count;
        var then = Or();
        while (SkipName("if"))
        {
            var line = Current.Line;
            var test = Or();
            var otherwise = SkipName("else") ? Expression() : null;
            Unknown.RemoveRange(unknown, Unknown.Count - unknown);
            then = Made(new Conditional(test, then, otherwise, line));
        }

        Leave();
        return then;
    }

    private protected Expression Or()
    {
        var left = And();
        while (SkipName("or"))
            left = Made(new Junction(IsAnd: false, left, And(), left.Line));
        return left;
    }

    Expression And()
    {
        var left = Not();
        while (SkipName("and"))
            left = Made(new Junction(IsAnd: true, left, Not(), left.Line));
        return left;
    }

    Expression Not()
    {
        if (!Current.IsName("not"))
            return Compared();
        Enter();
        var line = Next().Line;
        var negation = Made(new Negation(Not(), line));
        Leave();
        return negation;
    }

    Expression Compared()
    {
        var first = Sum();
        List<KeyValuePair<Comparison, Expression>>? rest = null;
        while (TryComparison(out var comparison))
            (rest ??= []).Add(Made(KeyValuePair.Create(comparison, Sum())));
        return rest is null ? first : Made(new ComparisonChain(first, [.. rest], first.Line));
    }

    bool TryComparison(out Comparison comparison)
    {
        if (Current.IsName("not") && Following.IsName("in"))
        {
            Next();
            Next();
            comparison = Comparison.NotIn;
            return true;
        }

        comparison = (Current.Kind, Current.Text) switch
        {
            (TokenKind.Operator, "==") => Comparison.Equal,
            (TokenKind.Operator, "!=") => Comparison.NotEqual,
            (TokenKind.Operator, "<") => Comparison.Less,
            (TokenKind.Operator, "<=") => Comparison.LessOrEqual,
            (TokenKind.Operator, ">") => Comparison.Greater,
            (TokenKind.Operator, ">=") => Comparison.GreaterOrEqual,
            (TokenKind.Name, "in") => Comparison.In,
            _ => (Comparison)(-1),
        };
        if (comparison < 0)
            return false;
        Next();
        return true;
    }

    Expression Sum()
    {
        var left = Concatenation();
        while (Current.IsOperator("+") || Current.IsOperator("-"))
            left = Made(new Binary(Next().Text == "+" ? BinaryOperator.Add : BinaryOperator.Subtract, left, Concatenation(), left.Line));
        return left;
    }

    Expression Concatenation()
    {
        var first = Product();
        if (!Current.IsOperator("~"))
            return first;
        var items = new List<Expression> { first };
        while (SkipOperator("~"))
            items.Add(Product());
        return Made(new Joined([.. items], first.Line));
    }

    Expression Product()
    {
        var left = Power();
        while (Current.Kind == TokenKind.Operator && Current.Text is "*" or "/" or "//" or "%")
        {
            var op = Next().Text switch
            {
                "*" => BinaryOperator.Multiply,
                "/" => BinaryOperator.Divide,
                "//" => BinaryOperator.FloorDivide,
                _ => BinaryOperator.Modulo,
            };
            left = Made(new Binary(op, left, Power(), left.Line));
        }

        return left;
    }

    Expression Power()
    {
        var left = Unary(withFilters: true);
        while (SkipOperator("**"))
            left = Made(new Binary(BinaryOperator.Power, left, Unary(withFilters: true), left.Line));
        return left;
    }

    Expression Unary(bool withFilters)
    {
        Expression operand;
        if (Current.IsOperator("-") || Current.IsOperator("+"))
        {
            Enter();
            var sign = Next();
            operand = Made(new Signed(sign.Text == "-", Unary(withFilters: false), sign.Line));
            Leave();
        }
        else
        {
            operand = Primary();
        }

        operand = Postfix(operand);
        return withFilters ? Filtered(operand) : operand;
    }

    private protected Expression Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                return Named(Next());
            case TokenKind.Text:
                return Made(new Constant(Strings(), token.Line));
            case TokenKind.Integer or TokenKind.Float:
                return Made(new Constant(Next().Value!, token.Line));
        }

        if (SkipOperator("("))
        {
            var inside = Tuple(parenthesized: true);
            ExpectOperator(")");
            return inside;
        }

        if (SkipOperator("["))
            return Made(new ListDisplay(Items("]", Expression), token.Line));
        if (SkipOperator("{"))
            return Made(new DictDisplay(Items("}", Entry), token.Line));
        throw Unexpected("a value");
    }

    Expression Named(Token name)
    {
        switch (name.Text)
        {
            case "true" or "True":
                return Made(new Constant(BoolValue.True, name.Line));
            case "false" or "False":
                return Made(new Constant(BoolValue.False, name.Line));
            case "none" or "None":
                return Made(new Constant(NoneValue.Instance, name.Line));
            case "varargs":
                Special |= SpecialNames.Varargs;
                break;
            case "kwargs":
                Special |= SpecialNames.Kwargs;
                break;
            case "caller":
                Special |= SpecialNames.Caller;
                break;
        }

        return Made(new Name(name.Text, name.Line));
    }

    /// <summary>String literals in a row are one.</summary>
    TextValue Strings()
    {
        var text = (TextValue)Next().Value!;
        if (Current.Kind != TokenKind.Text)
            return text;
        var all = new System.Text.StringBuilder(text.Text);
        while (Current.Kind == TokenKind.Text)
            all.Append(((TextValue)Next().Value!).Text);
        return new(all.ToString(), isFromSource: true);
    }

    KeyValuePair<Expression, Expression> Entry()
    {
        var key = Expression();
        ExpectOperator(":");
        return KeyValuePair.Create(key, Expression());
    }

    T[] Items<T>(string end, Func<T> item)
    {
        var items = new List<T>();
        while (!Current.IsOperator(end))
        {
            if (items.Count > 0)
                ExpectOperator(",");
            if (Current.IsOperator(end))
                break;
            items.Add(Made(item()));
        }

        ExpectOperator(end);
        return [.. items];
    }

    /// <summary>One expression, or several with commas, which make a tuple.</summary>
    private protected Expression Tuple(bool parenthesized = false, bool withCondition = true)
    {
        var line = Current.Line;
        var items = new List<Expression>();
        var isTuple = false;
        while (!AtTupleEnd)
        {
            items.Add(withCondition ? Expression() : Or());
            if (!SkipOperator(","))
                break;
            isTuple = true;
        }

        if (isTuple || (items.Count == 0 && parenthesized))
            return Made(new TupleDisplay([.. items], line));
        return items.Count == 1 ? items[0] : throw Unexpected("an expression");
    }

    private protected bool AtTupleEnd => Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd || Current.IsOperator(")");

    Expression Postfix(Expression value)
    {
        while (Current.Kind == TokenKind.Operator)
        {
            if (SkipOperator("."))
                value = Member(value);
            else if (SkipOperator("["))
                value = Subscript(value);
            else if (Current.IsOperator("("))
                value = Made(new Call(value, Arguments(), Current.Line));
            else
                break;
        }

        return value;
    }

    Expression Member(Expression value)
    {
        var token = Next();
        return token.Kind switch
        {
            TokenKind.Name => Made(new AttributeAccess(value, new TextValue(token.Text, isFromSource: true), token.Line)),
            TokenKind.Integer => Made(new ElementAccess(value, new Constant(token.Value!, token.Line), token.Line)),
            _ => throw Failure("expected a name or a number after '.'"),
        };
    }

    ElementAccess Subscript(Expression value)
    {
        var line = Current.Line;
        var keys = new List<Expression>();
        while (!Current.IsOperator("]"))
        {
            if (keys.Count > 0)
                ExpectOperator(",");
            keys.Add(Key());
        }

        ExpectOperator("]");
        return Made(new ElementAccess(value, keys.Count == 1 ? keys[0] : new TupleDisplay([.. keys], line), line));
    }

    Expression Key()
    {
        var line = Current.Line;
        var start = Current.IsOperator(":") ? null : Expression();
        if (!SkipOperator(":"))
            return start!;
        var stop = Bound();
        var step = SkipOperator(":") ? Bound() : null;
        return Made(new SliceKey(start, stop, step, line));
    }

    Expression? Bound() => Current.IsOperator(":") || Current.IsOperator("]") || Current.IsOperator(",") ? null : Expression();

    private protected CallArguments Arguments()
    {
        Enter();
        ExpectOperator("(");
        var positional = new List<Expression>();
        var named = new List<KeyValuePair<string, Expression>>();
        Expression? morePositional = null, moreNamed = null;
        for (var first = true; !Current.IsOperator(")"); first = false)
        {
            if (named.Count > MostNamed)
                throw Failure($"a call names more than {MostNamed} arguments");
            if (!first)
                ExpectOperator(",");
            if (Current.IsOperator(")"))
                break;
            if (Current.IsOperator("*") && morePositional is null && moreNamed is null)
            {
                Next();
                morePositional = Expression();
            }
            else if (moreNamed is null && SkipOperator("**"))
            {
                moreNamed = Expression();
            }
            else if (moreNamed is null && Current.Kind == TokenKind.Name && Following.IsOperator("="))
            {
                var name = Next().Text;
                Next();
                if (named.Exists(n => n.Key == name))
                    throw Failure($"the argument '{name}' is given twice");
                named.Add(Made(KeyValuePair.Create(name, Expression())));
            }
            else if (morePositional is null && moreNamed is null && named.Count == 0)
            {
                positional.Add(Expression());
            }
            else
            {
                throw Failure("a call lists its arguments in a wrong order");
            }
        }

        ExpectOperator(")");
        Leave();
        return positional.Count == 0 && named.Count == 0 && morePositional is null && moreNamed is null
            ? CallArguments.None
            : Made(new CallArguments([.. positional], [.. named], morePositional, moreNamed));
    }

    Expression Filtered(Expression value)
    {
        while (true)
        {
            if (SkipOperator("|"))
                value = FilterOf(value);
            else if (SkipName("is"))
                value = TestOf(value);
            else if (Current.IsOperator("("))
                value = Made(new Call(value, Arguments(), Current.Line));
            else
                return value;
        }
    }

    /// <summary>A filter and its arguments, after the '|'.</summary>
    private protected Expression FilterOf(Expression? input)
    {
        var line = Current.Line;
        var name = DottedName();
        var filter = Filters.Find(name);
        if (filter is null)
            Unknown.Add(Failure($"there is no filter named '{name}'"));
        return Made(new FilterUse(input, name, filter, Current.IsOperator("(") ? Arguments() : CallArguments.None, line));
    }

    Expression TestOf(Expression value)
    {
        var line = Current.Line;
        var negated = SkipName("not");
        var name = DottedName();
        var test = Tests.Find(name);
        if (test is null)
            Unknown.Add(Failure($"there is no test named '{name}'"));
        var use = Made(new TestUse(value, name, test, TestArguments(), line));
        return negated ? Made(new Negation(use, line)) : use;
    }

    /// <summary>A single argument needs no parentheses.</summary>
    CallArguments TestArguments()
    {
        if (Current.IsOperator("("))
            return Arguments();
        var starts = Current.Kind is TokenKind.Name or TokenKind.Text or TokenKind.Integer or TokenKind.Float
            || Current.IsOperator("[") || Current.IsOperator("{");
        if (!starts || Current.IsName("else") || Current.IsName("or") || Current.IsName("and"))
            return CallArguments.None;
        if (Current.IsName("is"))
            throw Failure("tests can't be chained with 'is'");
        return new([Postfix(Primary())], [], null, null);
    }

    string DottedName()
    {
        var name = ExpectName().Text;
        while (SkipOperator("."))
            name += "." + ExpectName().Text;
        return name;
    }
}
