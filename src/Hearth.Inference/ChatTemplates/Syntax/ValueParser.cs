using System.Text;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>Reads values: names, literals, and what stands between brackets.</summary>
abstract class ValueParser(List<Token> tokens, Budget budget) : TokenStream(tokens, budget)
{
    /// <summary>Which of the names that are special in macros were used since the list was last cleared.</summary>
    private protected SpecialNames Special { get; set; }

    /// <summary>A whole expression.</summary>
    private protected abstract Expression Expression();

    /// <summary>An expression that no 'if' follows.</summary>
    private protected abstract Expression Or();

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
        var all = new StringBuilder(text.Text);
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
}
