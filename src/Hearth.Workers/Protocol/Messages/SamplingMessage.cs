using Hearth.Requests.Chat;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>How tokens are drawn. A default of proto3 is zero, whatever the default of the option is, so every option is written.</summary>
static class SamplingMessage
{
    static readonly SamplingOptions Zero = new()
    {
        Temperature = 0,
        TopK = 0,
        TopP = 0,
        MinP = 0,
        TypicalP = 0,
        RepetitionPenalty = 0,
        PresencePenalty = 0,
        FrequencyPenalty = 0,
        PenaltyWindow = 0,
    };

    internal static void Write(WireWriter wire, SamplingOptions sampling)
    {
        wire.Float(1, sampling.Temperature);
        wire.Signed(2, sampling.TopK);
        wire.Float(3, sampling.TopP);
        wire.Float(4, sampling.MinP);
        wire.Float(5, sampling.TypicalP);
        wire.Float(6, sampling.RepetitionPenalty);
        wire.Float(7, sampling.PresencePenalty);
        wire.Float(8, sampling.FrequencyPenalty);
        wire.Signed(9, sampling.PenaltyWindow);
        wire.SignedNumbers(10, [.. sampling.LogitBias.Keys]);
        wire.Floats(11, [.. sampling.LogitBias.Values]);
        wire.Optional(12, sampling.Seed);
    }

    internal static SamplingOptions Read(ReadOnlySpan<byte> body)
    {
        var (sampling, tokens, biases) = (Zero, (int[])[], (float[])[]);
        var wire = new WireReader("Sampling", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: sampling = sampling with { Temperature = wire.Float() }; break;
                case 2: sampling = sampling with { TopK = wire.Signed() }; break;
                case 3: sampling = sampling with { TopP = wire.Float() }; break;
                case 4: sampling = sampling with { MinP = wire.Float() }; break;
                case 5: sampling = sampling with { TypicalP = wire.Float() }; break;
                case 6: sampling = sampling with { RepetitionPenalty = wire.Float() }; break;
                case 7: sampling = sampling with { PresencePenalty = wire.Float() }; break;
                case 8: sampling = sampling with { FrequencyPenalty = wire.Float() }; break;
                case 9: sampling = sampling with { PenaltyWindow = wire.Signed() }; break;
                case 10: tokens = wire.SignedNumbers(Frame.MaxBody); break;
                case 11: biases = wire.Floats(Frame.MaxBody); break;
                case 12: sampling = sampling with { Seed = wire.Unsigned() }; break;
                default: throw wire.Unknown();
            }
        }

        return tokens.Length == biases.Length
            ? sampling with { LogitBias = Pair(tokens, biases, ref wire) }
            : throw wire.Violation($"{tokens.Length} tokens have {biases.Length} biases");
    }

    static Dictionary<int, float> Pair(int[] tokens, float[] biases, ref WireReader wire)
    {
        var pairs = new Dictionary<int, float>(tokens.Length);
        for (var i = 0; i < tokens.Length; i++)
        {
            if (!pairs.TryAdd(tokens[i], biases[i]))
                throw wire.Violation("a token has two biases");
        }

        return pairs;
    }
}
