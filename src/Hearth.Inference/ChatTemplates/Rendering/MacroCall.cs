using Hearth.Inference.ChatTemplates.Syntax;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Rendering;

/// <summary>Calls of macros: which argument becomes which variable.</summary>
static class MacroCall
{
    /// <summary>A macro that sees the variables around its definition.</summary>
    internal static MacroValue Create(Interpreter interpreter, string? name, MacroBody body, Scope around)
    {
        interpreter.Budget.Allocate(200);
        return new(name, body.Parameters, (_, arguments) => Run(interpreter, name, body, around, arguments));
    }

    static TextValue Run(Interpreter interpreter, string? name, MacroBody body, Scope around, Arguments arguments)
    {
        var budget = interpreter.Budget;
        budget.Enter();
        budget.Allocate(400);
        var scope = new Scope(around);
        var called = name is null ? "a caller" : $"the macro '{name}'";
        var line = interpreter.Line;
        var named = new List<KeyValuePair<string, Value>>(arguments.Named);
        var given = arguments.Positional;
        budget.Work(8L * (named.Count + 1) * body.Parameters.Length);
        var first = body.Parameters.Length - body.Defaults.Length;
        for (var i = 0; i < body.Parameters.Length; i++)
        {
            var parameter = body.Parameters[i];
            var value = i < given.Length ? given[i] : Take(named, parameter);
            value ??= i >= first
                ? interpreter.Evaluate(body.Defaults[i - first], scope)
                : new UndefinedValue($"the parameter '{parameter}' was not provided");
            scope.Set(parameter, value);
        }

        if (Wants(body, SpecialNames.Caller, "caller"))
            scope.Set("caller", Take(named, "caller") ?? new UndefinedValue("no caller defined"));
        if (Wants(body, SpecialNames.Kwargs, "kwargs"))
            scope.Set("kwargs", interpreter.Dict(named));
        else if (named.Count > 0)
            throw new ChatTemplateException($"{called} does not take all the named arguments of its call");
        if (Wants(body, SpecialNames.Varargs, "varargs"))
            scope.Set("varargs", new TupleValue(given.Length > body.Parameters.Length ? given[body.Parameters.Length..] : []));
        else if (given.Length > body.Parameters.Length)
            throw new ChatTemplateException($"{called} takes not more than {body.Parameters.Length} arguments");
        var text = interpreter.Captured(body.Body, scope);
        interpreter.Line = line;
        budget.Leave();
        return text;
    }

    /// <summary>The body names it, and no parameter has its name.</summary>
    static bool Wants(MacroBody body, SpecialNames special, string name) => body.Uses.HasFlag(special) && !body.Parameters.Contains(name);

    static Value? Take(List<KeyValuePair<string, Value>> named, string name)
    {
        var index = named.FindIndex(n => n.Key == name);
        if (index < 0)
            return null;
        var value = named[index].Value;
        named.RemoveAt(index);
        return value;
    }
}
