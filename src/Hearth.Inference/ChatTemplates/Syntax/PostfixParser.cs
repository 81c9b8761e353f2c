using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>Reads what follows a value: attributes, subscripts, calls and their arguments.</summary>
abstract class PostfixParser(List<Token> tokens, Budget budget) : ValueParser(tokens, budget)
{
    /// <summary>Names are looked up one after the other, so there may not be many.</summary>
    private protected const int MostNamed = 250;

    private protected Expression Postfix(Expression value)
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
}
