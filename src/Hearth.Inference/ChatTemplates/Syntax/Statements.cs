namespace Hearth.Inference.ChatTemplates.Syntax;

/// <summary>A statement, or text between tags.</summary>
abstract record Statement(int Line);

/// <summary>Text between tags.</summary>
sealed record Text(string Value, int Line) : Statement(Line);

/// <summary>{{ value }}, {% print value, value %}</summary>
sealed record Print(Expression[] Values, int Line) : Statement(Line);

/// <summary>{% for target in items if test recursive %} … {% else %} … {% endfor %}</summary>
sealed record For(Target Target, Expression Items, Expression? Test, bool IsRecursive, Statement[] Body, Statement[] Otherwise, int Line) : Statement(Line);

/// <summary>{% if %}, {% elif %}: the first branch whose test holds; else the last statements.</summary>
sealed record If(KeyValuePair<Expression, Statement[]>[] Branches, Statement[] Otherwise, int Line) : Statement(Line);

/// <summary>{% set target = value %}</summary>
sealed record Set(Target Target, Expression Value, int Line) : Statement(Line);

/// <summary>{% set target | filter %} … {% endset %}</summary>
sealed record SetBlock(Target Target, Expression? Filter, Statement[] Body, int Line) : Statement(Line);

/// <summary>The parameters and body of a macro or a call block.</summary>
/// <param name="Parameters">Names of the parameters.</param>
/// <param name="Defaults">Defaults of the last ones.</param>
/// <param name="Body">What it renders.</param>
/// <param name="Uses">Which of varargs, kwargs and caller the body names: only then are such arguments accepted.</param>
sealed record MacroBody(string[] Parameters, Expression[] Defaults, Statement[] Body, SpecialNames Uses);

/// <summary>Names that have a meaning inside a macro.</summary>
[Flags]
enum SpecialNames
{
    None = 0,
    Varargs = 1,
    Kwargs = 2,
    Caller = 4,
}

/// <summary>{% macro name(parameters) %} … {% endmacro %}</summary>
sealed record Macro(string Name, MacroBody Body, int Line) : Statement(Line);

/// <summary>{% call(parameters) call %} … {% endcall %}</summary>
sealed record CallBlock(Call Call, MacroBody Body, int Line) : Statement(Line);

/// <summary>{% filter filter %} … {% endfilter %}</summary>
sealed record FilterBlock(Expression Filter, Statement[] Body, int Line) : Statement(Line);

/// <summary>{% with target = value, … %} … {% endwith %}</summary>
sealed record With(KeyValuePair<Target, Expression>[] Assignments, Statement[] Body, int Line) : Statement(Line);

/// <summary>{% generation %} … {% endgeneration %}: marks what the model writes; it renders as its body.</summary>
sealed record GenerationBlock(Statement[] Body, int Line) : Statement(Line);

/// <summary>{% break %}, {% continue %}</summary>
sealed record Jump(bool IsBreak, int Line) : Statement(Line);

/// <summary>What is assigned to.</summary>
abstract record Target(int Line);

/// <summary>A variable.</summary>
sealed record NameTarget(string Name, int Line) : Target(Line);

/// <summary>An attribute of a namespace.</summary>
sealed record NamespaceTarget(string Name, string Attribute, int Line) : Target(Line);

/// <summary>Several targets, one for each item.</summary>
sealed record TupleTarget(Target[] Items, int Line) : Target(Line);
