using System.Runtime.CompilerServices;
using Hearth.Inference.ChatTemplates.Rendering;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>The tokens one by one, and what all layers of the parser need.</summary>
abstract class TokenStream(List<Token> tokens, Budget budget)
{
    int _position;
    int _depth;

    private protected Token Current => tokens[_position];

    private protected Token Following => tokens[Math.Min(_position + 1, tokens.Count - 1)];

    private protected Token Next()
    {
        var token = tokens[_position];
        if (_position < tokens.Count - 1)
            _position++;
        return token;
    }

    private protected bool SkipName(string name) => Skip(Current.IsName(name));

    private protected bool SkipOperator(string text) => Skip(Current.IsOperator(text));

    private protected Token ExpectName() => Current.Kind == TokenKind.Name ? Next() : throw Unexpected("a name");

    private protected void Expect(string keyword)
    {
        if (!SkipName(keyword))
            throw Unexpected($"'{keyword}'");
    }

    private protected void ExpectOperator(string text)
    {
        if (!SkipOperator(text))
            throw Unexpected($"'{text}'");
    }

    private protected void Expect(TokenKind kind, string what)
    {
        if (!Skip(Current.Kind == kind))
            throw Unexpected(what);
    }

    private protected ChatTemplateException Unexpected(string expected) => Failure($"expected {expected}, found {Current.Description}");

    private protected ChatTemplateException Failure(string reason) => new ChatTemplateException(reason).At(Current.Line);

    /// <summary>Goes one level deeper in the source; every call is paired with <see cref="Leave"/>.</summary>
    private protected void Enter()
    {
        if (++_depth > budget.Limits.Nesting || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw Failure($"the template nests deeper than {budget.Limits.Nesting} levels");
    }

    private protected void Leave() => _depth--;

    /// <summary>Pays for a node of the syntax tree.</summary>
    private protected T Made<T>(T node)
    {
        budget.Step();
        budget.Allocate(160);
        return node;
    }

    bool Skip(bool condition)
    {
        if (condition)
            Next();
        return condition;
    }
}
