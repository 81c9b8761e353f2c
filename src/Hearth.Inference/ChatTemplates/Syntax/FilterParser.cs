using Hearth.Inference.ChatTemplates.Builtins;
using Hearth.Inference.ChatTemplates.Rendering;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>Reads filters and tests.</summary>
abstract class FilterParser(List<Token> tokens, Budget budget) : PostfixParser(tokens, budget)
{
    /// <summary>Uses of filters and tests that don't exist: an error unless they stand where only a condition leads.</summary>
    private protected List<ChatTemplateException> Unknown { get; } = [];

    private protected Expression Filtered(Expression value)
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
