using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Automata;

/// <summary>A text of a language as it stands.</summary>
sealed class RawTextOf(TextLanguage texts) : TextAutomaton(texts, At.Inside)
{
    static readonly RawTextOf Any = MakeAny();

    internal override bool IsShared => ReferenceEquals(this, Any);

    protected override int Label(Reading at) => at.At == At.Inside ? Texts.Label(at.Text) : NoLabel;

    protected override Likeness? SameAsAnything(int label) => IsShared ? null : new(Any, Start, label);

    /// <summary>All its states are made at once: several engines may read it at the same time.</summary>
    static RawTextOf MakeAny()
    {
        var any = new RawTextOf(TextLanguage.Anything);
        for (var state = Start; state < any.States; state++)
        {
            for (var next = 0; next <= byte.MaxValue; next++)
                any.Step(state, (byte)next);
        }

        return any;
    }
}
