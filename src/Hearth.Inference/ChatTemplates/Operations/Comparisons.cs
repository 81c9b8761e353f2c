using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Syntax;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Operations;

/// <summary>Python's comparisons between two values.</summary>
static class Comparisons
{
    internal static bool Holds(Comparison comparison, Value left, Value right, Budget budget) => comparison switch
    {
        Comparison.Equal => ValueComparer.AreEqual(left, right, budget),
        Comparison.NotEqual => !ValueComparer.AreEqual(left, right, budget),
        Comparison.In => Iteration.Contains(right, left, budget),
        Comparison.NotIn => !Iteration.Contains(right, left, budget),
        Comparison.Less => Ordering.Compare(left, right, budget) < 0,
        Comparison.LessOrEqual => Ordering.Compare(left, right, budget) <= 0,
        Comparison.Greater => Ordering.Compare(left, right, budget) > 0,
        _ => Ordering.Compare(left, right, budget) >= 0,
    };
}
