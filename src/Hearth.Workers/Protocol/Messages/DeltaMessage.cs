using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>A piece of an answer. Log-probabilities lie in columns: short on the wire, and no frame of empty messages fills the memory.</summary>
static class DeltaMessage
{
    /// <summary>The same in parts that a message holds: a model that repeats itself can write any number of calls in one go.</summary>
    internal static IEnumerable<Delta> Parts(Delta delta) => delta.ToolCalls.Count <= Limits.Tools ? [delta]
        : delta.ToolCalls.Chunk(Limits.Tools).Select((calls, i) => (i == 0 ? delta : new("", [], [])) with { ToolCalls = calls });

    internal static void Write(WireWriter wire, Delta delta)
    {
        wire.Text(1, delta.Text);
        wire.Counts(2, delta.Tokens);
        if (delta.LogProbabilities.Count > 0)
            WriteColumns(wire, delta.LogProbabilities);
        wire.Text(7, delta.Reasoning);
        foreach (var call in delta.ToolCalls)
            wire.Message(8, call, ToolMessages.Write);
    }

    static void WriteColumns(WireWriter wire, IReadOnlyList<TokenLogProbability> entries)
    {
        wire.Floats(3, [.. entries.Select(e => e.LogProbability)]);
        wire.Counts(4, [.. entries.Select(e => e.Top.Count)]);
        wire.Counts(5, [.. entries.SelectMany(e => e.Top).Select(t => t.Token)]);
        wire.Floats(6, [.. entries.SelectMany(e => e.Top).Select(t => t.LogProbability)]);
    }

    internal static Delta Read(ReadOnlySpan<byte> body)
    {
        const int mostTop = Limits.TokensPerDelta * Limits.TopTokens;
        var (text, tokens, values, counts, top, topValues) = ("", (int[])[], (float[])[], (int[])[], (int[])[], (float[])[]);
        var (reasoning, calls) = ("", new List<ToolCall>());
        var wire = new WireReader("Delta", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: text = wire.Text(); break;
                case 2: tokens = wire.Counts(Limits.TokensPerDelta); break;
                case 3: values = wire.Floats(Limits.TokensPerDelta); break;
                case 4: counts = wire.Counts(Limits.TokensPerDelta); break;
                case 5: top = wire.Counts(mostTop); break;
                case 6: topValues = wire.Floats(mostTop); break;
                case 7: reasoning = wire.Text(); break;
                case 8: ToolMessages.AddCall(ref wire, calls); break;
                default: throw wire.Unknown();
            }
        }

        if (text.Length == 0 && tokens.Length == 0 && reasoning.Length == 0 && calls.Count == 0)
            throw wire.Violation("it carries nothing");
        if (values.Length != counts.Length || (values.Length > 0 && values.Length != tokens.Length))
            throw wire.Violation($"{tokens.Length} tokens have {values.Length} log-probabilities and {counts.Length} lists of likely tokens");
        if (top.Length != topValues.Length || counts.Any(c => c > Limits.TopTokens) || counts.Sum() != top.Length)
            throw wire.Violation($"the lists of likely tokens do not match the {top.Length} tokens and {topValues.Length} numbers in them");

        return new(text, tokens, Rows(tokens, values, counts, top, topValues)) { Reasoning = reasoning, ToolCalls = calls.Count == 0 ? (IReadOnlyList<ToolCall>)[] : calls };
    }

    static TokenLogProbability[] Rows(int[] tokens, float[] values, int[] counts, int[] top, float[] topValues)
    {
        var rows = values.Length == 0 ? [] : new TokenLogProbability[values.Length];
        var next = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var row = new TopToken[counts[i]];
            for (var j = 0; j < row.Length; j++, next++)
                row[j] = new(top[next], topValues[next]);
            rows[i] = new(tokens[i], values[i], row);
        }

        return rows;
    }
}
