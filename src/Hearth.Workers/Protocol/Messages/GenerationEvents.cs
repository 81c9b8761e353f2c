using Hearth.Requests.Events;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>The beginning and the end of an answer.</summary>
static class GenerationEvents
{
    internal static void Write(WireWriter wire, Admitted admitted)
    {
        wire.Count(1, admitted.PromptTokens);
        wire.Count(2, admitted.CachedTokens);
        wire.Count(3, admitted.TimeInLine.Ticks);
    }

    internal static Admitted ReadAdmitted(ReadOnlySpan<byte> body)
    {
        var admitted = new Admitted(0, 0, TimeSpan.Zero);
        var wire = new WireReader("Admitted", body);
        while (wire.Next())
        {
            admitted = wire.Field switch
            {
                1 => admitted with { PromptTokens = wire.Count() },
                2 => admitted with { CachedTokens = wire.Count() },
                3 => admitted with { TimeInLine = wire.Ticks() },
                _ => throw wire.Unknown(),
            };
        }

        return admitted;
    }

    internal static void Write(WireWriter wire, Completed completed)
    {
        wire.Count(1, (int)completed.Reason);
        wire.OptionalText(2, completed.StopText);
        wire.Count(3, completed.PromptTokens);
        wire.Count(4, completed.CachedTokens);
        wire.Count(5, completed.GeneratedTokens);
        wire.Count(6, completed.Timings.Prefill.Ticks);
        wire.Count(7, completed.Timings.Decode.Ticks);
        wire.Count(8, completed.Timings.TimeToFirstToken.Ticks);
        wire.Unsigned(9, completed.Seed);
        wire.Text(10, completed.NumericProfile);
        wire.OptionalText(11, completed.IncompleteToolCall);
    }

    internal static Completed ReadDone(ReadOnlySpan<byte> body)
    {
        var timings = new GenerationTimings(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        var done = new Completed(FinishReason.EndOfText, null, 0, 0, 0, timings, 0, "");
        var wire = new WireReader("Done", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: done = done with { Reason = (FinishReason)wire.Count((int)FinishReason.IncompleteToolCall) }; break;
                case 2: done = done with { StopText = wire.Text() }; break;
                case 3: done = done with { PromptTokens = wire.Count() }; break;
                case 4: done = done with { CachedTokens = wire.Count() }; break;
                case 5: done = done with { GeneratedTokens = wire.Count() }; break;
                case 6: timings = timings with { Prefill = wire.Ticks() }; break;
                case 7: timings = timings with { Decode = wire.Ticks() }; break;
                case 8: timings = timings with { TimeToFirstToken = wire.Ticks() }; break;
                case 9: done = done with { Seed = wire.Unsigned() }; break;
                case 10: done = done with { NumericProfile = wire.Text(Limits.NameBytes) }; break;
                case 11: done = done with { IncompleteToolCall = wire.Text() }; break;
                default: throw wire.Unknown();
            }
        }

        return done with { Timings = timings };
    }
}
