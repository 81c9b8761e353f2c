using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>What an answer must be.</summary>
static class ConstraintMessage
{
    static readonly int MostKind = (int)Enum.GetValues<ConstraintKind>().Max();

    internal static void Write(WireWriter wire, AnswerConstraint constraint)
    {
        wire.Count(1, (int)constraint.Kind);
        wire.Text(2, constraint.Source);
    }

    internal static AnswerConstraint Read(ReadOnlySpan<byte> body)
    {
        var (kind, source) = (default(ConstraintKind), default(PrivateText));
        var wire = new WireReader("Constraint", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: kind = (ConstraintKind)wire.Count(MostKind); break;
                case 2: source = wire.Text(); break;
                default: throw wire.Unknown();
            }
        }

        return new(kind, source);
    }
}
