using Hearth.Requests.Models;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>What a model file says of itself.</summary>
static class InspectionMessages
{
    internal static void WriteContextLength(WireWriter wire, int contextLength) => wire.Signed(1, contextLength);

    internal static int ReadContextLength(ReadOnlySpan<byte> body)
    {
        var contextLength = 0;
        var wire = new WireReader("Inspect", body);
        while (wire.Next())
            contextLength = wire.Field == 1 ? wire.Signed() : throw wire.Unknown();
        return contextLength;
    }

    internal static void Write(WireWriter wire, ModelInspection inspection)
    {
        wire.Text(1, inspection.Format);
        wire.Count(2, inspection.FileBytes);
        foreach (var entry in inspection.Metadata)
            wire.Message(3, entry, Write);
        foreach (var entry in inspection.Tensors)
            wire.Message(4, entry, Write);
        wire.Count(5, inspection.ParameterCount);
        wire.Message(6, inspection.Memory, Write);
        foreach (var warning in inspection.Warnings)
            wire.OptionalText(7, warning);
        wire.OptionalText(8, inspection.ChatTemplate);
        if (inspection.Work is { } work)
            wire.Message(9, work, WorkMessages.Write);
        if (inspection.Adapter is { } adapter)
            wire.Message(10, adapter, Write);
    }

    internal static ModelInspection ReadInspection(ReadOnlySpan<byte> body)
    {
        var (format, fileBytes, parameters, memory, template, work) = ("", 0L, 0L, new MemoryEstimate(0, 0, 0, 0, 0), (string?)null, (ModelWork?)null);
        AdapterFacts? adapter = null;
        var (metadata, tensors, warnings) = (new List<MetadataEntry>(), new List<TensorEntry>(), new List<string>());
        var wire = new WireReader("Inspected", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: format = wire.Text(Limits.NameBytes); break;
                case 2: fileBytes = wire.LongCount(Limits.Bytes); break;
                case 3 when metadata.Count < Limits.MetadataEntries: metadata.Add(ReadMetadata(wire.RepeatedMessage())); break;
                case 4 when tensors.Count < Limits.TensorEntries: tensors.Add(ReadTensor(wire.RepeatedMessage())); break;
                case 5: parameters = wire.LongCount(); break;
                case 6: memory = ReadMemory(wire.Bytes()); break;
                case 7 when warnings.Count < Limits.Warnings: warnings.Add(wire.RepeatedText()); break;
                case 8: template = wire.Text(); break;
                case 9: work = WorkMessages.Read(wire.Bytes()); break;
                case 10: adapter = ReadAdapter(wire.Bytes()); break;
                case 3 or 4 or 7: throw wire.Violation($"field {wire.Field} comes too often");
                default: throw wire.Unknown();
            }
        }

        return new()
        {
            Format = format,
            FileBytes = fileBytes,
            Metadata = metadata,
            Tensors = tensors,
            ParameterCount = parameters,
            Memory = memory,
            Warnings = warnings,
            ChatTemplate = template,
            Work = work,
            Adapter = adapter,
        };
    }

    static void Write(WireWriter wire, AdapterFacts adapter)
    {
        wire.Text(1, adapter.Type);
        wire.Text(2, adapter.Architecture);
        wire.Count(3, adapter.Matrices);
        wire.Count(4, adapter.LowestRank);
        wire.Count(5, adapter.HighestRank);
        wire.Float(6, adapter.Alpha);
    }

    static AdapterFacts ReadAdapter(ReadOnlySpan<byte> body)
    {
        var adapter = new AdapterFacts("", "", 0, 0, 0, 0);
        var wire = new WireReader("AdapterFacts", body);
        while (wire.Next())
        {
            adapter = wire.Field switch
            {
                1 => adapter with { Type = wire.Text() },
                2 => adapter with { Architecture = wire.Text() },
                3 => adapter with { Matrices = wire.Count(Limits.TensorEntries) },
                4 => adapter with { LowestRank = wire.Count() },
                5 => adapter with { HighestRank = wire.Count() },
                6 => adapter with { Alpha = wire.Float() },
                _ => throw wire.Unknown(),
            };
        }

        return float.IsFinite(adapter.Alpha) ? adapter : throw wire.Violation($"alpha is {adapter.Alpha}");
    }

    static void Write(WireWriter wire, MetadataEntry entry)
    {
        wire.Text(1, entry.Key);
        wire.Text(2, entry.Type);
        wire.Text(3, entry.Value);
    }

    static MetadataEntry ReadMetadata(ReadOnlySpan<byte> body)
    {
        var (key, type, value) = ("", "", "");
        var wire = new WireReader("MetadataEntry", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: key = wire.Text(); break;
                case 2: type = wire.Text(Limits.NameBytes); break;
                case 3: value = wire.Text(); break;
                default: throw wire.Unknown();
            }
        }

        return key.Length > 0 && type.Length > 0 ? new(key, type, value) : throw wire.Violation("an entry lacks its key or type");
    }

    static void Write(WireWriter wire, TensorEntry entry)
    {
        wire.Text(1, entry.Name);
        wire.Text(2, entry.Type);
        wire.Counts(3, entry.Shape);
        wire.Count(4, entry.Bytes);
    }

    static TensorEntry ReadTensor(ReadOnlySpan<byte> body)
    {
        var (name, type, shape, bytes) = ("", "", (long[])[], 0L);
        var wire = new WireReader("TensorEntry", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: name = wire.Text(); break;
                case 2: type = wire.Text(Limits.NameBytes); break;
                case 3: shape = wire.LongCounts(Limits.Dimensions); break;
                case 4: bytes = wire.LongCount(Limits.TensorBytes); break;
                default: throw wire.Unknown();
            }
        }

        return name.Length > 0 && type.Length > 0 ? new(name, type, shape, bytes) : throw wire.Violation("a tensor lacks its name or type");
    }

    static void Write(WireWriter wire, MemoryEstimate memory)
    {
        wire.Count(1, memory.ContextLength);
        wire.Count(2, memory.Weights);
        wire.Count(3, memory.KvCache);
        wire.Count(4, memory.Scratch);
        wire.Count(5, memory.Available);
    }

    static MemoryEstimate ReadMemory(ReadOnlySpan<byte> body)
    {
        var memory = new MemoryEstimate(0, 0, 0, 0, 0);
        var wire = new WireReader("MemoryEstimate", body);
        while (wire.Next())
        {
            memory = wire.Field switch
            {
                1 => memory with { ContextLength = wire.Count(Limits.Positions) },
                2 => memory with { Weights = wire.LongCount(Limits.Bytes) },
                3 => memory with { KvCache = wire.LongCount(Limits.Bytes) },
                4 => memory with { Scratch = wire.LongCount(Limits.Bytes) },
                5 => memory with { Available = wire.LongCount(Limits.Bytes) },
                _ => throw wire.Unknown(),
            };
        }

        return memory;
    }
}
