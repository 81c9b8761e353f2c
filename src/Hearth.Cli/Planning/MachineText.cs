using System.Globalization;
using System.Text;
using System.Text.Json;
using Hearth.Cli.Output;
using Hearth.Requests.Models;

namespace Hearth.Cli.Planning;

/// <summary>What was measured of the machine, for people and for scripts.</summary>
static class MachineText
{
    internal static void Append(StringBuilder text, MachineSpeed machine)
        => text.Append(
            CultureInfo.InvariantCulture,
            $"{machine.InstructionSet}, threads {machine.Threads}: int8 peak {Quantity.Rate(machine.Int8Peak, "MAC")}, raw read {Quantity.Rate(machine.ReadRate, "B")}, {Quantity.Bytes(machine.AvailableBytes)} available\n");

    internal static void Write(Utf8JsonWriter writer, MachineSpeed machine)
    {
        writer.WriteStartObject("machine");
        writer.WriteString("instruction_set", machine.InstructionSet);
        writer.WriteNumber("threads", machine.Threads);
        writer.WriteNumber("available_bytes", machine.AvailableBytes);
        writer.WriteNumber("int8_peak_macs_per_second", machine.Int8Peak);
        writer.WriteNumber("raw_read_bytes_per_second", machine.ReadRate);
        writer.WriteNumber("layer_seconds", machine.LayerSeconds);
        writer.WriteNumber("attention_macs_per_second", machine.AttentionRate);
        writer.WriteStartObject("formats");
        foreach (var format in machine.Formats)
        {
            writer.WriteStartObject(format.Type);
            writer.WriteNumber("prefill_macs_per_second", format.PrefillRate);
            writer.WriteNumber("decode_bytes_per_second", format.DecodeRate);
            writer.WriteNumber("bits_per_weight", format.BitsPerWeight);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
