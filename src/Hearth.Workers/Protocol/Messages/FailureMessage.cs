using Hearth.Requests;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>A failure in four parts, and what a chat template says.</summary>
static class FailureMessage
{
    const int MostBytes = 16 << 10;

    internal static void Write(WireWriter wire, EngineException failure)
    {
        wire.Count(1, (int)failure.Code);
        wire.Text(2, Cut(failure.Message));
        wire.Text(3, Cut(failure.Expected));
        wire.Text(4, Cut(failure.Remedy));
        wire.Text(5, Cut(failure.Words.Reveal()));
        wire.Optional(6, (ulong?)failure.PromptTokens);
        wire.Count(7, (int)failure.Part);
    }

    internal static EngineException Read(ReadOnlySpan<byte> body)
    {
        var (code, message, expected, remedy, words, tokens, part) = (FailureCode.Internal, "", "", "", "", (int?)null, RequestPart.None);
        var wire = new WireReader("Failed", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: code = (FailureCode)wire.Count((int)FailureCode.Confinement); break;
                case 2: message = Printable(wire.Text(MostBytes)); break;
                case 3: expected = Printable(wire.Text(MostBytes)); break;
                case 4: remedy = Printable(wire.Text(MostBytes)); break;
                case 5: words = Printable(wire.Text(MostBytes)); break;
                case 6: tokens = wire.Count(); break;
                case 7: part = (RequestPart)wire.Count((int)RequestPart.Model); break;
                default: throw wire.Unknown();
            }
        }

        return new(code, message, expected, remedy) { Words = words, PromptTokens = tokens, Part = part };
    }

    static string Cut(string text) => text.Length <= MostBytes / 4 ? text : text[..(MostBytes / 4)] + "…";

    /// <summary>These words are shown on a terminal: a worker does not get to steer it.</summary>
    static string Printable(string text)
        => text.Any(IsControl) ? string.Concat(text.Select(c => IsControl(c) ? '\uFFFD' : c)) : text;

    static bool IsControl(char c) => char.IsControl(c) && c != '\n';
}
