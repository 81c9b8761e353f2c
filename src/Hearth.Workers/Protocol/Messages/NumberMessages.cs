using Hearth.Requests.Events;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>A request for logits.</summary>
readonly record struct LogitsRequest(int Credit, IReadOnlyList<int> Tokens, bool AllPositions);

/// <summary>A request for measurements, with the number of figures that may come unasked.</summary>
readonly record struct MeasureMessage(int Credit, MeasureRequest Request);

/// <summary>Logits and measurements: streams of numbers.</summary>
static class NumberMessages
{
    internal static void Write(WireWriter wire, LogitsRequest request)
    {
        wire.Count(1, request.Credit);
        wire.SignedNumbers(2, request.Tokens);
        wire.Flag(3, request.AllPositions);
    }

    internal static LogitsRequest ReadLogits(ReadOnlySpan<byte> body)
    {
        var request = new LogitsRequest(0, [], false);
        var wire = new WireReader("Logits", body);
        while (wire.Next())
        {
            request = wire.Field switch
            {
                1 => request with { Credit = wire.Count(Limits.Credit) },
                2 => request with { Tokens = wire.SignedNumbers(Frame.MaxBody) },
                3 => request with { AllPositions = wire.Flag() },
                _ => throw wire.Unknown(),
            };
        }

        return request;
    }

    internal static void WriteRow(WireWriter wire, float[] row) => wire.Floats(1, row);

    internal static float[] ReadRow(ReadOnlySpan<byte> body)
    {
        float[] row = [];
        var wire = new WireReader("LogitsItem", body);
        while (wire.Next())
            row = wire.Field == 1 ? wire.Floats(Frame.MaxBody) : throw wire.Unknown();
        return row;
    }

    internal static void Write(WireWriter wire, MeasureMessage message)
    {
        wire.Count(1, message.Credit);
        wire.Signed(2, message.Request.PromptTokens);
        wire.Signed(3, message.Request.GenerateTokens);
        wire.Signed(4, message.Request.Rounds);
    }

    internal static MeasureMessage ReadMeasure(ReadOnlySpan<byte> body)
    {
        var (credit, request) = (0, new MeasureRequest(0, 0, 0));
        var wire = new WireReader("Measure", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: credit = wire.Count(Limits.Credit); break;
                case 2: request = request with { PromptTokens = wire.Signed() }; break;
                case 3: request = request with { GenerateTokens = wire.Signed() }; break;
                case 4: request = request with { Rounds = wire.Signed() }; break;
                default: throw wire.Unknown();
            }
        }

        return new(credit, request);
    }

    internal static void Write(WireWriter wire, MeasurementEvent figure)
    {
        wire.Count(1, (int)figure.Kind);
        wire.Count(2, figure.Round);
        wire.Double(3, figure.Value);
    }

    internal static MeasurementEvent ReadMeasured(ReadOnlySpan<byte> body)
    {
        var figure = new MeasurementEvent(MeasurementKind.Int8Peak, 0, 0);
        var wire = new WireReader("Measured", body);
        while (wire.Next())
        {
            figure = wire.Field switch
            {
                1 => figure with { Kind = (MeasurementKind)wire.Count((int)MeasurementKind.DecodeRate) },
                2 => figure with { Round = wire.Count() },
                3 => figure with { Value = wire.Double() },
                _ => throw wire.Unknown(),
            };
        }

        return double.IsFinite(figure.Value) && figure.Value >= 0 ? figure : throw wire.Violation("a figure is negative or not finite");
    }
}
