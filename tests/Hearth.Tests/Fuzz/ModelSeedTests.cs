using System.Buffers.Binary;
using Hearth.Fuzz.Targets;
using Hearth.Tensors.Quantization;
using Hearth.Tests.Support;

namespace Hearth.Tests.Fuzz;

/// <summary>The models that fuzzing of the loader starts from: what each architecture has beyond the others. <c>GOLDEN=write</c> writes them.</summary>
[Collection("kernels")]
public sealed class ModelSeedTests
{
    const int Width = 32, HeadLength = 16, Vocabulary = 4;
    const string Rms = "attention.layer_norm_rms_epsilon", Centered = "attention.layer_norm_epsilon";

    static readonly Dictionary<string, Action<SmallModel>> Seeds = new()
    {
        ["seed-llama"] = m => m.Norm(0, "attn_norm", "ffn_norm").Attention(0).Dense(0).Vector("blk.0.attn_q.bias", 2 * HeadLength).Vector("rope_freqs.weight", HeadLength / 2),
        ["seed-granite"] = m => m.Set("embedding_scale", 2f).Set("residual_scale", 0.5f).Set("logit_scale", 4f).Set("attention.scale", 0.25f)
            .Norm(0, "attn_norm", "ffn_norm").Attention(0).Dense(0).Matrix("output.weight", Vocabulary),
        ["seed-phi3"] = m => m.Set("rope.scaling.type", "longrope").Set("rope.scaling.original_context_length", 2u).Set("rope.scaling.attn_factor", 1.2f)
            .Vector("rope_factors_long.weight", HeadLength / 2).Vector("rope_factors_short.weight", HeadLength / 2)
            .Norm(0, "attn_norm", "ffn_norm").Matrix("blk.0.attn_qkv.weight", 4 * HeadLength).Matrix("blk.0.attn_output.weight", Width)
            .Matrix("blk.0.ffn_up.weight", 2 * Width).Matrix("blk.0.ffn_down.weight", Width),
        ["seed-qwen3"] = m => m.Set("rope.scaling.type", "yarn").Set("rope.scaling.factor", 4f).Set("rope.scaling.original_context_length", 16u)
            .Set("rope.scaling.yarn_attn_factor", 1.5f).Norm(0, "attn_norm", "ffn_norm").HeadNorms(0).Attention(0).Dense(0),
        ["seed-qwen3moe"] = m => m.Norm(0, "attn_norm", "ffn_norm").HeadNorms(0).Attention(0).Experts(0),
        ["seed-gemma3"] = m => m.Set("attention.sliding_window", 2u).Set("attention.sliding_window_pattern", 2u).Set("final_logit_softcapping", 30f)
            .Set("attn_logit_softcapping", 50f).Layers(2, (m, i) => m.Norm(i, "attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm").HeadNorms(i).Attention(i).Dense(i)),
        ["seed-gpt-oss"] = m => m.Norm(0, "attn_norm", "post_attention_norm").Attention(0).Vector("blk.0.attn_sinks.weight", 2).Experts(0, fused: true)
            .Vector("blk.0.ffn_gate_inp.bias", 2).Vector("blk.0.ffn_down_exps.bias", 2 * Width),
        ["seed-lfm2"] = m => m.Set("attention.head_count_kv", (int[])[0, 1]).Set("shortconv.l_cache", 3u).Layers(2, (m, i) => m.Norm(i, "attn_norm", "ffn_norm").Dense(i))
            .Matrix("blk.0.shortconv.in_proj.weight", 3 * Width).Vector("blk.0.shortconv.conv.weight", 3 * Width).Matrix("blk.0.shortconv.out_proj.weight", Width)
            .HeadNorms(1).Attention(1),
        ["seed-qwen3next"] = m => m.DeltaNet().Set("expert_shared_feed_forward_length", (uint)Width)
            .Layers(2, (m, i) => m.Norm(i, "attn_norm", "post_attention_norm").Experts(i).Shared(i)).Net(0).Matrix("blk.0.ssm_ba.weight", 4).HeadNorms(1).Attention(1, queries: 4),
        ["seed-qwen35"] = m => m.DeltaNet().Layers(2, (m, i) => m.Norm(i, "attn_norm", "post_attention_norm").Dense(i))
            .Net(0).Matrix("blk.0.ssm_alpha.weight", 2).Matrix("blk.0.ssm_beta.weight", 2).HeadNorms(1).Attention(1, queries: 4),
        ["seed-bert"] = m => m.Set("pooling_type", 4u).Set("classifier.output_labels", (string[])["no", "yes"]).Matrix("position_embd.weight", SmallModel.Context)
            .Matrix("token_types.weight", 2).Vector("token_embd_norm.bias", Width).Matrix("cls.weight", Width).Matrix("cls.output.weight", 2)
            .Norm(0, "attn_output_norm", "layer_output_norm").Attention(0).Matrix("blk.0.ffn_up.weight", Width).Matrix("blk.0.ffn_down.weight", Width),
        ["seed-modern-bert"] = m => m.Set("hidden_activation", "gelu").Set("attention.sliding_window", 2u).Layers(2, (m, i) => m.Norm(i, "ffn_norm").Attention(i).Dense(i))
            .Norm(1, "attn_norm"),
    };

    static readonly Dictionary<string, Action<GgufBuilder>> Changes = new()
    {
        ["seed-adapter"] = a => a.Tensor("blk.0.attn_q.weight.lora_a", [Width, 2], new float[2 * Width]).Tensor("blk.0.attn_q.weight.lora_b", [2, Width], new float[2 * Width])
            .Tensor("blk.0.ffn_up.weight.lora_a", [Width, 1], new float[Width]).Tensor("blk.0.ffn_up.weight.lora_b", [1, Width], new float[Width]),
        ["seed-adapter-embedding"] = a => a.Tensor("token_embd.weight.lora_a", [2, Vocabulary], new float[2 * Vocabulary]).Tensor("token_embd.weight.lora_b", [2, Width], new float[2 * Width]),
    };

    /// <summary>What is wrong with a model, or with an adapter for one, in ways that a search seldom meets: two places of a file must be changed together.</summary>
    static readonly Dictionary<string, (string Architecture, Action<SmallModel> Model, Action<GgufBuilder>? Change, string Refusal)> Refused = new()
    {
        ["refused-experts"] = ("qwen3moe", m => { Seeds["seed-qwen3moe"](m); m.Set("expert_used_count", 3u); }, null, "expert_used_count"),
        ["refused-per-layer"] = ("lfm2", m => { Seeds["seed-lfm2"](m); m.Set("attention.head_count_kv", (int[])[0]); }, null, "head_count_kv"),
        ["refused-rows"] = ("llama", m => { Seeds["seed-llama"](m); m.Set("feed_forward_length", 4096u); }, null, "ffn_gate"),
        ["refused-adapter"] = ("granite", Seeds["seed-granite"],
            a => a.Tensor("blk.0.attn_q.weight.lora_a", [Width, 1], new float[Width]).Tensor("blk.0.attn_q.weight.lora_b", [2, Width], new float[2 * Width]), "attn_q"),
    };

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    public static TheoryData<string> Names => [.. Seeds.Keys, .. Changes.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_seed_is_a_model_that_loads(string name)
    {
        byte[] adapter = [], model;
        if (Changes.TryGetValue(name, out var change))
        {
            (adapter, model) = (Beginning(AdapterWith(change)), Beginning(SmallModel.Of("granite", Rms, Seeds["seed-granite"])));
        }
        else
        {
            model = Beginning(SmallModel.Of(name["seed-".Length..], name.EndsWith("bert", StringComparison.Ordinal) ? Centered : Rms, Seeds[name]));
        }

        Assert.Null(ModelTarget.Refusal(Kept(name, adapter, model)));
    }

    [Theory, MemberData(nameof(RefusedNames))]
    public void A_refused_seed_is_told_why(string name)
    {
        var (architecture, model, change, refusal) = Refused[name];
        var seed = Kept(name, change is null ? [] : Beginning(AdapterWith(change)), Beginning(SmallModel.Of(architecture, Rms, model)));
        Assert.Contains(refusal, ModelTarget.Refusal(seed), StringComparison.Ordinal);
    }

    static byte[] Kept(string name, byte[] adapter, byte[] model)
    {
        var length = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)adapter.Length);
        byte[] seed = [.. length, .. adapter, .. model];
        var path = Repository.At("tests", "Hearth.Fuzz", "corpus", "model", name);
        if (Environment.GetEnvironmentVariable("GOLDEN") == "write")
            File.WriteAllBytes(path, seed);
        Assert.Equal(File.ReadAllBytes(path), seed);
        return seed;
    }

    static GgufBuilder AdapterWith(Action<GgufBuilder> change)
    {
        var builder = new GgufBuilder().Entry("general.type", "adapter").Entry("adapter.type", "lora").Entry("general.architecture", "granite").Entry("adapter.lora.alpha", 4f);
        change(builder);
        return builder;
    }

    /// <summary>A file up to its first tensor.</summary>
    static byte[] Beginning(GgufBuilder builder)
    {
        var bytes = builder.Build();
        using var file = GgufBuilder.Open(bytes);
        return bytes[..(int)file.Tensors[0].Offset];
    }

    /// <summary>A model of the smallest sizes.</summary>
    sealed class SmallModel
    {
        internal const int Context = 16;

        readonly Dictionary<string, object> _keys;
        readonly List<(string Name, TensorType Type, long[] Shape)> _tensors = [];

        SmallModel(string epsilon) => _keys = new()
        {
            ["context_length"] = (uint)Context, ["embedding_length"] = (uint)Width, ["block_count"] = 1u, ["feed_forward_length"] = (uint)Width,
            ["attention.head_count"] = 2u, ["attention.head_count_kv"] = 1u, [epsilon] = 1e-5f, ["attention.key_length"] = (uint)HeadLength,
            ["attention.value_length"] = (uint)HeadLength, ["rope.dimension_count"] = (uint)HeadLength,
        };

        internal static GgufBuilder Of(string architecture, string epsilon, Action<SmallModel> describe)
        {
            var model = new SmallModel(epsilon).Matrix("token_embd.weight", Vocabulary);
            describe(model);
            if (architecture == "lfm2" || architecture.EndsWith("bert", StringComparison.Ordinal))
                model.Vector("token_embd_norm.weight", Width);
            if (architecture is not ("lfm2" or "bert"))
                model.Vector("output_norm.weight", Width);
            var file = new GgufBuilder().Entry("general.architecture", architecture);
            foreach (var (key, value) in model._keys)
                file.Entry($"{architecture}.{key}", value);
            foreach (var (name, type, shape) in model._tensors)
            {
                var elements = shape.Aggregate(1L, (a, b) => a * b);
                file.Tensor(name, type, shape, new byte[type == TensorType.F32 ? elements * 4 : elements / 32 * 34]);
            }

            return file;
        }

        internal SmallModel Set(string key, object value)
        {
            _keys[key] = value;
            return this;
        }

        internal SmallModel Matrix(string name, params long[] rows)
        {
            _tensors.Add((name, TensorType.Q8_0, [Width, .. rows]));
            return this;
        }

        internal SmallModel Vector(string name, long length)
        {
            _tensors.Add((name, TensorType.F32, [length]));
            return this;
        }

        internal SmallModel Layers(int count, Action<SmallModel, int> layer)
        {
            Set("block_count", (uint)count);
            for (var i = 0; i < count; i++)
                layer(this, i);
            return this;
        }

        internal SmallModel Norm(int layer, params string[] names)
        {
            foreach (var name in names)
                Vector($"blk.{layer}.{name}.weight", Width);
            return this;
        }

        internal SmallModel HeadNorms(int layer) => Vector($"blk.{layer}.attn_q_norm.weight", HeadLength).Vector($"blk.{layer}.attn_k_norm.weight", HeadLength);

        internal SmallModel Attention(int layer, int queries = 2) => Matrix($"blk.{layer}.attn_q.weight", queries * HeadLength)
            .Matrix($"blk.{layer}.attn_k.weight", HeadLength).Matrix($"blk.{layer}.attn_v.weight", HeadLength).Matrix($"blk.{layer}.attn_output.weight", Width);

        internal SmallModel Dense(int layer)
            => Matrix($"blk.{layer}.ffn_gate.weight", Width).Matrix($"blk.{layer}.ffn_up.weight", Width).Matrix($"blk.{layer}.ffn_down.weight", Width);

        internal SmallModel Experts(int layer, bool fused = false)
        {
            Set("expert_count", 2u).Set("expert_used_count", 1u).Set("expert_feed_forward_length", (uint)Width).Matrix($"blk.{layer}.ffn_gate_inp.weight", 2);
            if (fused)
                Matrix($"blk.{layer}.ffn_gate_up_exps.weight", 2 * Width, 2);
            else
                Matrix($"blk.{layer}.ffn_gate_exps.weight", Width, 2).Matrix($"blk.{layer}.ffn_up_exps.weight", Width, 2);
            return Matrix($"blk.{layer}.ffn_down_exps.weight", Width, 2);
        }

        internal SmallModel Shared(int layer) => Matrix($"blk.{layer}.ffn_gate_shexp.weight", Width).Matrix($"blk.{layer}.ffn_up_shexp.weight", Width)
            .Matrix($"blk.{layer}.ffn_down_shexp.weight", Width).Matrix($"blk.{layer}.ffn_gate_inp_shexp.weight", 1);

        /// <summary>Two value heads that share a key head, in every second layer.</summary>
        internal SmallModel DeltaNet() => Set("full_attention_interval", 2u).Set("ssm.conv_kernel", 2u).Set("ssm.group_count", 1u).Set("ssm.time_step_rank", 2u)
            .Set("ssm.state_size", (uint)HeadLength).Set("ssm.inner_size", 2u * HeadLength);

        internal SmallModel Net(int layer) => Matrix($"blk.{layer}.attn_qkv.weight", 4 * HeadLength).Matrix($"blk.{layer}.attn_gate.weight", 2 * HeadLength)
            .Vector($"blk.{layer}.ssm_conv1d.weight", 2 * 4 * HeadLength).Vector($"blk.{layer}.ssm_dt.bias", 2).Vector($"blk.{layer}.ssm_a", 2)
            .Vector($"blk.{layer}.ssm_norm.weight", HeadLength).Matrix($"blk.{layer}.ssm_out.weight", Width);
    }
}
