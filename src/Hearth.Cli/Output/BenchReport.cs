using System.Text;
using System.Text.Json;
using Hearth.Cli.Terminals;
using Hearth.Requests.Events;
using Hearth.Requests.Models;

namespace Hearth.Cli.Output;

/// <summary>The result of <c>hearth bench</c>, for people and for scripts.</summary>
static class BenchReport
{
    /// <summary>The figures: what each is called in JSON and for people, and its unit.</summary>
    static readonly (MeasurementKind Kind, string Name, string Label, string Unit)[] Rows =
    [
        (MeasurementKind.Int8Peak, "int8_peak_macs_per_second", "int8 peak of the machine", "MAC"),
        (MeasurementKind.RawRead, "raw_read_bytes_per_second", "raw read of the weights", "B"),
        (MeasurementKind.Prefill, "prefill_tokens_per_second", "prefill", "tokens"),
        (MeasurementKind.Decode, "decode_tokens_per_second", "decode", "tokens"),
        (MeasurementKind.PrefillRate, "prefill_macs_per_second", "multiply-accumulates in prefill", "MAC"),
        (MeasurementKind.DecodeRate, "decode_bytes_per_second", "weights read in decode", "B"),
    ];

    internal static string Describe(string path, LoadedModel model, MeasureRequest request, Measurements figures)
    {
        var text = new StringBuilder();
        text.Append($"{path}: {model.Architecture}, {Quantity.Count(model.ParameterCount)} parameters, weights {Quantity.Bytes(model.WeightBytes)}\n");
        text.Append($"{model.InstructionSet}, threads {model.Threads.Prefill} for prefill and {model.Threads.Decode} for decode, numeric profile {model.NumericProfile}, {request.Rounds} rounds\n\n");
        foreach (var (kind, _, label, unit) in Rows)
        {
            var values = figures.Of(kind);
            if (values.Count == 0)
                continue;
            var name = kind switch
            {
                MeasurementKind.Prefill => $"{label} {request.PromptTokens}",
                MeasurementKind.Decode => $"{label} {request.GenerateTokens}",
                _ => label,
            };
            text.Append($"{name,-32} {Rate(figures.Median(kind), unit),16}   [{Rate(values.Min(), unit)} to {Rate(values.Max(), unit)}]\n");
        }

        text.Append($"\nprefill used {Percent(figures.Share(MeasurementKind.PrefillRate, MeasurementKind.Int8Peak))} of the int8 peak, ");
        text.Append($"decode {Percent(figures.Share(MeasurementKind.DecodeRate, MeasurementKind.RawRead))} of the raw read\n");
        return TerminalText.Clean(text.ToString());
    }

    internal static void Write(Utf8JsonWriter writer, string path, LoadedModel model, MeasureRequest request, Measurements figures)
    {
        writer.WriteString("file", path);
        writer.WriteString("architecture", model.Architecture);
        writer.WriteNumber("parameters", model.ParameterCount);
        writer.WriteNumber("weight_bytes", model.WeightBytes);
        writer.WriteString("instruction_set", model.InstructionSet);
        writer.WriteString("numeric_profile", model.NumericProfile);
        writer.WriteNumber("prefill_threads", model.Threads.Prefill);
        writer.WriteNumber("decode_threads", model.Threads.Decode);
        writer.WriteNumber("prompt_tokens", request.PromptTokens);
        writer.WriteNumber("generate_tokens", request.GenerateTokens);
        foreach (var (kind, name, _, _) in Rows)
        {
            writer.WriteStartObject(name);
            writer.WriteFinite("median", figures.Median(kind));
            writer.WriteList("rounds", figures.Of(kind), writer.WriteNumberValue);
            writer.WriteEndObject();
        }

        writer.WriteFinite("prefill_share_of_int8_peak", figures.Share(MeasurementKind.PrefillRate, MeasurementKind.Int8Peak));
        writer.WriteFinite("decode_share_of_raw_read", figures.Share(MeasurementKind.DecodeRate, MeasurementKind.RawRead));
    }

    static string Rate(double value, string unit) => unit == "tokens" ? $"{Quantity.Short(value)} tokens/s" : Quantity.Rate(value, unit);

    static string Percent(double share) => double.IsFinite(share) ? Quantity.Percent(share) : "an unknown share";
}
