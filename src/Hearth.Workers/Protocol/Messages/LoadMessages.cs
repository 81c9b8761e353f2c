using Hearth.Requests.Models;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>Loading: what is asked, how far it is, what came of it.</summary>
static class LoadMessages
{
    /// <summary>What the defaults of proto3 say: no model at all.</summary>
    internal static LoadedModel Nothing { get; } = new()
    {
        Architecture = "",
        ContextLength = 0,
        TrainedContextLength = 0,
        VocabularySize = 0,
        ParameterCount = 0,
        WeightBytes = 0,
        BytesPerToken = 0,
        KvCacheBytes = 0,
        InstructionSet = "",
        KernelDigest = "",
        NumericProfile = "",
        TemplateDigest = "",
        EmbeddingLength = 0,
        EmbeddingTokens = 0,
        Threads = (0, 0),
        LoadTime = TimeSpan.Zero,
    };

    internal static void Write(WireWriter wire, LoadOptions options)
    {
        wire.Signed(1, options.ContextLength);
        wire.Count(2, (int)options.KvType);
        wire.Count(3, (int)options.Activations);
        wire.Signed(4, options.PrefillThreads);
        wire.Signed(5, options.DecodeThreads);
        wire.OptionalText(6, options.InstructionSet);
        wire.Signed(7, options.MemoryBudget);
        foreach (var adapter in options.Adapters)
            wire.Message(8, adapter, Write);
        wire.Signed(9, options.CacheLength);
    }

    internal static LoadOptions ReadOptions(ReadOnlySpan<byte> body)
    {
        var options = new LoadOptions();
        var adapters = new List<AdapterUse>();
        var wire = new WireReader("Load", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: options = options with { ContextLength = wire.Signed() }; break;
                case 2: options = options with { KvType = (KvType)wire.Count((int)KvType.F32) }; break;
                case 3: options = options with { Activations = (ActivationType)wire.Count((int)ActivationType.Float) }; break;
                case 4: options = options with { PrefillThreads = wire.Signed() }; break;
                case 5: options = options with { DecodeThreads = wire.Signed() }; break;
                case 6: options = options with { InstructionSet = wire.Text(Limits.NameBytes) }; break;
                case 7: options = options with { MemoryBudget = wire.LongSigned() }; break;
                case 8 when adapters.Count < Limits.Adapters: adapters.Add(ReadUse(wire.RepeatedMessage())); break;
                case 8: throw wire.Violation($"more than {Limits.Adapters} adapters are named");
                case 9: options = options with { CacheLength = wire.Signed() }; break;
                default: throw wire.Unknown();
            }
        }

        return adapters.Count == 0 ? options : options with { Adapters = adapters };
    }

    static void Write(WireWriter wire, AdapterUse adapter)
    {
        wire.Text(1, adapter.Name);
        wire.Float(2, adapter.Scale);
    }

    static AdapterUse ReadUse(ReadOnlySpan<byte> body)
    {
        var (name, scale) = ("", 0f);
        var wire = new WireReader("Adapter", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: name = wire.Text(Limits.NameBytes); break;
                case 2: scale = wire.Float(); break;
                default: throw wire.Unknown();
            }
        }

        return float.IsFinite(scale) ? new(name, scale) : throw wire.Violation($"the scale is {scale}");
    }

    internal static void Write(WireWriter wire, LoadProgress progress)
    {
        wire.Count(1, progress.Done);
        wire.Count(2, progress.Total);
    }

    internal static LoadProgress ReadProgress(ReadOnlySpan<byte> body)
    {
        var (done, total) = (0L, 0L);
        var wire = new WireReader("LoadProgress", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: done = wire.LongCount(); break;
                case 2: total = wire.LongCount(); break;
                default: throw wire.Unknown();
            }
        }

        return done <= total ? new(done, total) : throw wire.Violation($"{done} of {total} bytes are done");
    }

    internal static void Write(WireWriter wire, LoadedModel model)
    {
        wire.Text(1, model.Architecture);
        wire.Count(2, model.ContextLength);
        wire.Count(3, model.TrainedContextLength);
        wire.Count(4, model.VocabularySize);
        wire.Count(5, model.ParameterCount);
        wire.Count(6, model.WeightBytes);
        wire.Count(7, model.BytesPerToken);
        wire.Count(8, model.KvCacheBytes);
        wire.Text(9, model.InstructionSet);
        wire.Text(10, model.KernelDigest);
        wire.Text(11, model.NumericProfile);
        wire.Text(12, model.TemplateDigest);
        wire.Count(13, model.Threads.Prefill);
        wire.Count(14, model.Threads.Decode);
        wire.Count(15, model.LoadTime.Ticks);
        wire.Count(16, model.EmbeddingLength);
        wire.Count(17, model.EmbeddingTokens);
    }

    internal static LoadedModel ReadLoaded(ReadOnlySpan<byte> body)
    {
        var model = Nothing;
        var wire = new WireReader("Loaded", body);
        while (wire.Next())
        {
            model = wire.Field switch
            {
                1 => model with { Architecture = wire.Text(Limits.NameBytes) },
                2 => model with { ContextLength = wire.Count(Limits.Positions) },
                3 => model with { TrainedContextLength = wire.Count(Limits.Positions) },
                4 => model with { VocabularySize = wire.Count(Limits.Positions) },
                5 => model with { ParameterCount = wire.LongCount() },
                6 => model with { WeightBytes = wire.LongCount(Limits.Bytes) },
                7 => model with { BytesPerToken = wire.LongCount(Limits.Bytes) },
                8 => model with { KvCacheBytes = wire.LongCount(Limits.Bytes) },
                9 => model with { InstructionSet = wire.Text(Limits.NameBytes) },
                10 => model with { KernelDigest = wire.Text(Limits.NameBytes) },
                11 => model with { NumericProfile = wire.Text(Limits.NameBytes) },
                12 => model with { TemplateDigest = wire.Text(Limits.NameBytes) },
                13 => model with { Threads = (wire.Count(), model.Threads.Decode) },
                14 => model with { Threads = (model.Threads.Prefill, wire.Count()) },
                15 => model with { LoadTime = wire.Ticks() },
                16 => model with { EmbeddingLength = wire.Count(Limits.Positions) },
                17 => model with { EmbeddingTokens = wire.Count(Limits.Positions) },
                _ => throw wire.Unknown(),
            };
        }

        return model;
    }
}
