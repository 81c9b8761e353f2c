using Hearth.Inference.ChatTemplates.Rendering;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>Reads expressions, from the loosest operator to the tightest: if, or, and, not, comparisons, + -, ~, * / // %, **, signs, and what follows a value.</summary>
abstract class ExpressionParser(List<Token> tokens, Budget budget) : FilterParser(tokens, budget)
{
    private protected sealed override Expression Expression()
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

    private protected sealed override Expression Or()
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
}
