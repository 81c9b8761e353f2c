using Hearth.Requests.Models;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>What computing with a model takes: a part of Inspected.</summary>
static class WorkMessages
{
    /// <summary>Figures are added up later, and the second multiplied by positions.</summary>
    const long MostPerToken = 1L << 50, MostPerPosition = 1L << 32;

    internal static void Write(WireWriter wire, ModelWork work)
    {
        wire.Count(1, work.Layers);
        wire.Count(2, work.Width);
        wire.Count(3, work.TrainedContextLength);
        wire.Count(4, work.KvBytesPerPosition);
        wire.Count(5, work.AttentionMacs);
        foreach (var matrix in work.Matrices)
            wire.Message(6, matrix, Write);
        if (work.Output is { } output)
            wire.Message(7, output, Write);
    }

    internal static ModelWork Read(ReadOnlySpan<byte> body)
    {
        var matrices = new List<MatrixWork>();
        var work = new ModelWork
        {
            Layers = 0,
            Width = 0,
            TrainedContextLength = 0,
            KvBytesPerPosition = 0,
            AttentionMacs = 0,
            Matrices = matrices,
            Output = null,
        };
        var wire = new WireReader("ModelWork", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: work = work with { Layers = wire.Count(Limits.Layers) }; break;
                case 2: work = work with { Width = wire.Count(Limits.Width) }; break;
                case 3: work = work with { TrainedContextLength = wire.Count(Limits.Positions) }; break;
                case 4: work = work with { KvBytesPerPosition = wire.LongCount(MostPerPosition) }; break;
                case 5: work = work with { AttentionMacs = wire.LongCount(MostPerToken) }; break;
                case 6 when matrices.Count < Limits.TensorTypes: matrices.Add(ReadMatrix(wire.RepeatedMessage())); break;
                case 6: throw wire.Violation($"there are more than {Limits.TensorTypes} formats");
                case 7: work = work with { Output = ReadMatrix(wire.Bytes()) }; break;
                default: throw wire.Unknown();
            }
        }

        return work;
    }

    static void Write(WireWriter wire, MatrixWork matrix)
    {
        wire.Text(1, matrix.Type);
        wire.Count(2, matrix.Macs);
        wire.Count(3, matrix.Bytes);
    }

    static MatrixWork ReadMatrix(ReadOnlySpan<byte> body)
    {
        var matrix = new MatrixWork("", 0, 0);
        var wire = new WireReader("MatrixWork", body);
        while (wire.Next())
        {
            matrix = wire.Field switch
            {
                1 => matrix with { Type = wire.Text(Limits.NameBytes) },
                2 => matrix with { Macs = wire.LongCount(MostPerToken) },
                3 => matrix with { Bytes = wire.LongCount(MostPerToken) },
                _ => throw wire.Unknown(),
            };
        }

        return matrix;
    }
}
