namespace Hearth.Workers.Protocol.Messages;

/// <summary>Tokens to judge, from one of them on.</summary>
readonly record struct ScoreRequest(IReadOnlyList<int> Tokens, int First);

/// <summary>How likely a model finds given tokens.</summary>
static class ScoreMessages
{
    internal static void Write(WireWriter wire, ScoreRequest request)
    {
        wire.SignedNumbers(1, request.Tokens);
        wire.Signed(2, request.First);
    }

    internal static ScoreRequest ReadRequest(ReadOnlySpan<byte> body)
    {
        var request = new ScoreRequest([], 0);
        var wire = new WireReader("Score", body);
        while (wire.Next())
        {
            request = wire.Field switch
            {
                1 => request with { Tokens = wire.SignedNumbers(Frame.MaxBody) },
                2 => request with { First = wire.Signed() },
                _ => throw wire.Unknown(),
            };
        }

        return request;
    }

    internal static void WriteScored(WireWriter wire, double[] logProbabilities) => wire.Doubles(1, logProbabilities);

    internal static double[] ReadScored(ReadOnlySpan<byte> body)
    {
        double[] values = [];
        var wire = new WireReader("Scored", body);
        while (wire.Next())
            values = wire.Field == 1 ? wire.Doubles(Frame.MaxBody) : throw wire.Unknown();
        return values;
    }
}
