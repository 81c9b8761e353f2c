using Hearth.Requests.Models;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>How fast the machine is.</summary>
static class MachineMessages
{
    internal static void Write(WireWriter wire, MachineRequest request)
    {
        foreach (var type in request.Types)
            wire.OptionalText(1, type);
        wire.Signed(2, request.Width);
        wire.Signed(3, request.StreamBytes);
        wire.Signed(4, request.Threads);
        wire.OptionalText(5, request.InstructionSet);
    }

    internal static MachineRequest ReadRequest(ReadOnlySpan<byte> body)
    {
        var types = new List<string>();
        var request = new MachineRequest(types) { Width = 0, StreamBytes = 0 };
        var wire = new WireReader("MeasureMachine", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1 when types.Count < Limits.TensorTypes: types.Add(wire.RepeatedText(Limits.NameBytes)); break;
                case 2: request = request with { Width = wire.Signed() }; break;
                case 3: request = request with { StreamBytes = wire.LongSigned() }; break;
                case 4: request = request with { Threads = wire.Signed() }; break;
                case 5: request = request with { InstructionSet = wire.Text(Limits.NameBytes) }; break;
                case 1: throw wire.Violation($"there are more than {Limits.TensorTypes} formats");
                default: throw wire.Unknown();
            }
        }

        return request;
    }

    internal static void Write(WireWriter wire, MachineSpeed speed)
    {
        wire.Text(1, speed.InstructionSet);
        wire.Count(2, speed.Threads);
        wire.Count(3, speed.AvailableBytes);
        wire.Double(4, speed.Int8Peak);
        wire.Double(5, speed.ReadRate);
        wire.Double(6, speed.LayerSeconds);
        wire.Double(7, speed.AttentionRate);
        foreach (var format in speed.Formats)
            wire.Message(8, format, Write);
    }

    internal static MachineSpeed ReadSpeed(ReadOnlySpan<byte> body)
    {
        var formats = new List<FormatSpeed>();
        var speed = new MachineSpeed
        {
            InstructionSet = "",
            Threads = 0,
            AvailableBytes = 0,
            Int8Peak = 0,
            ReadRate = 0,
            LayerSeconds = 0,
            AttentionRate = 0,
            Formats = formats,
        };
        var wire = new WireReader("MachineMeasured", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: speed = speed with { InstructionSet = wire.Text(Limits.NameBytes) }; break;
                case 2: speed = speed with { Threads = wire.Count(Limits.Threads) }; break;
                case 3: speed = speed with { AvailableBytes = wire.LongCount(Limits.Bytes) }; break;
                case 4: speed = speed with { Int8Peak = Figure(ref wire) }; break;
                case 5: speed = speed with { ReadRate = Figure(ref wire) }; break;
                case 6: speed = speed with { LayerSeconds = Figure(ref wire) }; break;
                case 7: speed = speed with { AttentionRate = Figure(ref wire) }; break;
                case 8 when formats.Count < Limits.TensorTypes: formats.Add(ReadFormat(wire.RepeatedMessage())); break;
                case 8: throw wire.Violation($"there are more than {Limits.TensorTypes} formats");
                default: throw wire.Unknown();
            }
        }

        return speed;
    }

    static void Write(WireWriter wire, FormatSpeed format)
    {
        wire.Text(1, format.Type);
        wire.Double(2, format.PrefillRate);
        wire.Double(3, format.DecodeRate);
        wire.Double(4, format.BitsPerWeight);
    }

    static FormatSpeed ReadFormat(ReadOnlySpan<byte> body)
    {
        var format = new FormatSpeed("", 0, 0, 0);
        var wire = new WireReader("FormatSpeed", body);
        while (wire.Next())
        {
            format = wire.Field switch
            {
                1 => format with { Type = wire.Text(Limits.NameBytes) },
                2 => format with { PrefillRate = Figure(ref wire) },
                3 => format with { DecodeRate = Figure(ref wire) },
                4 => format with { BitsPerWeight = Figure(ref wire) },
                _ => throw wire.Unknown(),
            };
        }

        return format;
    }

    static double Figure(ref WireReader wire)
        => wire.Double() is var figure && double.IsFinite(figure) && figure >= 0 ? figure : throw wire.Violation("a figure is negative or not finite");
}
