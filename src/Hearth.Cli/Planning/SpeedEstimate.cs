using Hearth.Requests.Models;

namespace Hearth.Cli.Planning;

/// <summary>From what a token costs and how fast the machine is to tokens per second.</summary>
/// <remarks>
/// Decode: every weight that a token uses is read once, at the rate that its format was measured with; so are the keys and values before it; each layer
/// takes its own time for threads to wait for each other. Prefill: multiply-accumulates at the rate of their format, and attention.
/// </remarks>
static class SpeedEstimate
{
    /// <summary>The lengths that <c>hearth bench</c> measures, so that the two can be compared.</summary>
    internal const int UsualPrompt = 512, UsualAnswer = 128;

    /// <summary>One query at a time attends at about this share of the rate of prefill, where six share each key that is read.</summary>
    const double AttentionShareOfDecode = 0.25;

    /// <summary>Tokens per second while an answer grows from nothing to <paramref name="context"/> positions: at half of them.</summary>
    internal static double Decode(ModelWork work, MachineSpeed machine, int context, KvType kv)
    {
        var position = context / 2.0;
        var weights = All(work).Sum(m => m.Bytes / Format(machine, m.Type).DecodeRate);
        var cache = position * KvBytes(work, kv) / machine.ReadRate;
        var attention = position * work.AttentionMacs / (machine.AttentionRate * AttentionShareOfDecode);
        return 1 / (weights + cache + attention + (work.Layers * machine.LayerSeconds));
    }

    /// <summary>Tokens per second of a prompt of so many tokens.</summary>
    internal static double Prefill(ModelWork work, MachineSpeed machine, int tokens)
    {
        var matrices = work.Matrices.Sum(m => m.Macs / Format(machine, m.Type).PrefillRate);
        var attention = work.AttentionMacs * (tokens / 2.0) / machine.AttentionRate;
        var once = work.Output is { } output ? output.Bytes / Format(machine, output.Type).DecodeRate : 0;
        return 1 / (matrices + attention + (once / tokens));
    }

    /// <summary>Bytes of keys and values of a position.</summary>
    internal static long KvBytes(ModelWork work, KvType kv) => work.KvBytesPerPosition * (kv == KvType.F32 ? 2 : 1);

    /// <summary>All matrices, the output matrix too.</summary>
    internal static IEnumerable<MatrixWork> All(ModelWork work) => work.Output is { } output ? work.Matrices.Append(output) : work.Matrices;

    static FormatSpeed Format(MachineSpeed machine, string type) => machine.Formats.First(f => f.Type == type);
}
