using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>What a token is.</summary>
enum TokenKind : byte
{
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    Text,
    Integer,
    Float,
    Operator,
    End,
}

/// <summary>One token: the characters it stands for, the value of a literal, and its line from 1.</summary>
readonly record struct Token(TokenKind Kind, string Text, int Line, Value? Value = null)
{
    internal bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    internal bool IsOperator(string text) => Kind == TokenKind.Operator && Text == text;

    /// <summary>How errors call it.</summary>
    internal string Description => Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.VariableEnd => "the end of the print statement",
        TokenKind.BlockEnd => "the end of the block",
        TokenKind.Data => "text",
        TokenKind.Text => "a string",
        _ => $"'{Text}'",
    };
}
