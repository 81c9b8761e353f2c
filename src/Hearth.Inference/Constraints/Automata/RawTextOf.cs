using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Automata;

/// <summary>A text of a language as it stands.</summary>
sealed class RawTextOf(TextLanguage texts) : TextAutomaton(texts, At.Inside)
{
    static readonly RawTextOf Any = new(TextLanguage.Anything);

    internal override bool IsShared => ReferenceEquals(this, Any);

    protected override int Label(Reading at) => at.At == At.Inside ? Texts.Label(at.Text) : NoLabel;

    protected override Likeness? SameAsAnything(int label) => IsShared ? null : new(Any, Start, label);
}
