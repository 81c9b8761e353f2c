using System.Globalization;
using System.Text;
using System.Text.Json;
using Hearth.Cli.Output;
using Hearth.Requests.Models;

namespace Hearth.Cli.Planning;

/// <summary>The plan for a number of weights: what each quantization would take and how fast it would be.</summary>
sealed record SizePlan(long Parameters, int Context, TypicalModel Typical, MachineSpeed Machine)
{
    const int Prompt = SpeedEstimate.UsualPrompt, Answer = SpeedEstimate.UsualAnswer;

    internal string Describe()
    {
        var text = new StringBuilder();
        text.Append($"{Quantity.Count(Parameters)} parameters, in the shape of {Typical.Name}, with a context of {Quantity.Grouped(Context)} positions\n");
        MachineText.Append(text, Machine);
        text.Append($"\n{"",-6} {"bits",5} {"weights",10} {"with cache",11}  {"prompt",-14} {"answer",-14}\n");
        foreach (var (format, work, total, fits) in Rows())
        {
            text.Append(CultureInfo.InvariantCulture, $"{format.Type,-6} {format.BitsPerWeight,5:F1} {Quantity.Bytes(work.Matrices[0].Bytes),10} {Quantity.Bytes(total),11}  ");
            text.Append(fits
                ? $"{Quantity.Short(SpeedEstimate.Prefill(work, Machine, Prompt)) + " tokens/s",-14} {Quantity.Short(SpeedEstimate.Decode(work, Machine, Answer, KvType.F16)) + " tokens/s"}\n"
                : "does not fit\n");
        }

        return text.ToString();
    }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteNumber("parameters", Parameters);
        writer.WriteString("shape", Typical.Name);
        writer.WriteNumber("context", Context);
        MachineText.Write(writer, Machine);
        writer.WriteObjects("quantizations", Rows(), row =>
        {
            writer.WriteString("type", row.Format.Type);
            writer.WriteFinite("bits_per_weight", row.Format.BitsPerWeight);
            writer.WriteNumber("weight_bytes", row.Work.Matrices[0].Bytes);
            writer.WriteNumber("total_bytes", row.Total);
            writer.WriteBoolean("fits", row.Fits);
            writer.WriteFinite("prefill_tokens_per_second", SpeedEstimate.Prefill(row.Work, Machine, Prompt));
            writer.WriteFinite("decode_tokens_per_second", SpeedEstimate.Decode(row.Work, Machine, Answer, KvType.F16));
        });
    }

    IEnumerable<(FormatSpeed Format, ModelWork Work, long Total, bool Fits)> Rows() => Machine.Formats.Select(format =>
    {
        var work = Typical.Work(Parameters, format);
        var total = work.Matrices[0].Bytes + (Context * SpeedEstimate.KvBytes(work, KvType.F16));
        return (format, work, total, total <= Machine.AvailableBytes);
    });
}
