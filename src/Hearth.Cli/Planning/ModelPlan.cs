using System.Globalization;
using System.Text;
using System.Text.Json;
using Hearth.Cli.Commands;
using Hearth.Cli.Output;
using Hearth.Cli.Terminals;
using Hearth.Requests.Models;

namespace Hearth.Cli.Planning;

/// <summary>The plan for a file, for people and for scripts.</summary>
sealed record ModelPlan(ChosenModel Model, ModelInspection Inspection, ModelWork Work, MachineSpeed Machine)
{
    const int Prompt = SpeedEstimate.UsualPrompt, Answer = SpeedEstimate.UsualAnswer;

    static readonly KvType[] KvTypes = [KvType.F16, KvType.F32];

    MemoryEstimate Memory => Inspection.Memory;

    internal string Describe()
    {
        var text = new StringBuilder();
        text.Append($"{Model.Title}: {Quantity.Count(Inspection.ParameterCount)} parameters, weights {Quantity.Bytes(Memory.Weights)}, buffers {Quantity.Bytes(Memory.Scratch)}\n");
        MachineText.Append(text, Machine);
        text.Append(CultureInfo.InvariantCulture, $"\nprompt of {Prompt} tokens: about {Quantity.Short(SpeedEstimate.Prefill(Work, Machine, Prompt))} tokens/s");
        if (Work.Output is null)
            return TerminalText.Clean(text.Append("\nThe model gives vectors, not answers.\n").ToString());

        text.Append(CultureInfo.InvariantCulture, $", answer of {Answer}: about {Quantity.Short(SpeedEstimate.Decode(Work, Machine, Answer, KvType.F16))} tokens/s\n\n");
        foreach (var kv in KvTypes)
        {
            var longest = MemoryFit.LongestContext(Work, Memory, kv);
            text.Append(CultureInfo.InvariantCulture, $"--kv {Name(kv)}: {(longest > 0 ? $"contexts of up to {Quantity.Grouped(longest)} positions fit" : "does not fit")}\n");
            foreach (var (context, cache, total, fits, decode) in Rows(kv))
                text.Append($"  {Quantity.Grouped(context),9} positions {Quantity.Bytes(cache),10}, together {Quantity.Bytes(total),10} {(fits ? "" : "(too much)"),-11} about {Quantity.Short(decode)} tokens/s\n");
        }

        return TerminalText.Clean(text.ToString());
    }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("file", Model.Paths[0]);
        writer.WriteNumber("parameters", Inspection.ParameterCount);
        writer.WriteNumber("weight_bytes", Memory.Weights);
        writer.WriteNumber("scratch_bytes", Memory.Scratch);
        writer.WriteNumber("trained_context", Work.TrainedContextLength);
        MachineText.Write(writer, Machine);
        writer.WriteNumber("prompt_tokens", Prompt);
        writer.WriteFinite("prefill_tokens_per_second", SpeedEstimate.Prefill(Work, Machine, Prompt));
        if (Work.Output is null)
            return;

        writer.WriteNumber("generate_tokens", Answer);
        writer.WriteFinite("decode_tokens_per_second", SpeedEstimate.Decode(Work, Machine, Answer, KvType.F16));
        writer.WriteStartObject("kv");
        foreach (var kv in KvTypes)
        {
            writer.WriteStartObject(Name(kv));
            writer.WriteNumber("largest_context", MemoryFit.LongestContext(Work, Memory, kv));
            writer.WriteObjects("contexts", Rows(kv), row =>
            {
                writer.WriteNumber("context", row.Context);
                writer.WriteNumber("kv_cache_bytes", row.Cache);
                writer.WriteNumber("total_bytes", row.Total);
                writer.WriteBoolean("fits", row.Fits);
                writer.WriteFinite("decode_tokens_per_second", row.Decode);
            });
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    IEnumerable<(int Context, long Cache, long Total, bool Fits, double Decode)> Rows(KvType kv)
    {
        foreach (var context in MemoryFit.Contexts(Work))
        {
            var cache = context * SpeedEstimate.KvBytes(Work, kv);
            var total = Memory.Weights + Memory.Scratch + cache;
            yield return (context, cache, total, total <= Memory.Available, SpeedEstimate.Decode(Work, Machine, context, kv));
        }
    }

    static string Name(KvType kv) => kv == KvType.F16 ? "f16" : "f32";
}
