using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Rendering;

/// <summary>Variables of a block; what it doesn't know, the block around it may.</summary>
sealed class Scope(Scope? around)
{
    Dictionary<string, Value>? _variables;

    internal void Set(string name, Value value) => (_variables ??= new(StringComparer.Ordinal))[name] = value;

    internal Value? Find(string name, Budget budget)
    {
        for (var scope = this; scope is not null; scope = scope.Around)
        {
            budget.Step();
            if (scope._variables is not null && scope._variables.TryGetValue(name, out var value))
                return value;
        }

        return null;
    }

    Scope? Around => around;
}
