using Hearth.Requests;
using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;

namespace Hearth.Inference.Architectures;

/// <summary>The angles by which positions turn queries and keys: those of most layers, of layers with a window, and of long sequences.</summary>
sealed class RotaryTables
{
    internal const string LongFactors = "rope_factors_long.weight";
    const string ShortFactors = "rope_factors_short.weight", Factors = "rope_freqs.weight";

    /// <summary>Tables that a row of a pass may need.</summary>
    internal const int PerRow = 2;
    readonly RotaryAngles _main, _long;
    readonly RotaryAngles? _window;

    RotaryTables(RotaryAngles main, RotaryAngles longer, RotaryAngles? window) => (_main, _long, _window) = (main, longer, window);

    /// <summary>What the keys say; divisors are tensors.</summary>
    internal static RotaryRule RuleFor(ModelKeys keys, ArchitectureDescription architecture, int dimensions, int context)
    {
        // The other name, here and below, is that of files which Ollama converted.
        var rule = new RotaryRule(dimensions, BaseFor(keys, keys.First("rope.freq_base", "rope.global.freq_base"), architecture.RotaryBase));
        // Older files have only the factor.
        var factor = keys.Positive("rope.scaling.factor", keys.Positive("rope.scale_linear", architecture.LongContext is { } lengthened && context >= lengthened.From ? lengthened.Factor : 1));
        return (keys.Text("rope.scaling.type") ?? architecture.Scaling) switch
        {
            null or "linear" => rule with { Factor = factor, AttentionFactor = keys.Positive("rope.scaling.attn_factor", 1) },
            "none" => rule,
            "longrope" => rule with { AttentionFactor = keys.Positive("rope.scaling.attn_factor", 1) },
            "yarn" => rule with
            {
                Factor = factor,
                AttentionFactor = keys.Has("rope.scaling.yarn_attn_factor") ? keys.Positive("rope.scaling.yarn_attn_factor", 1) : null,
                Yarn = new(
                    keys.Size("rope.scaling.original_context_length", 1 << 24, context), keys.Positive("rope.scaling.yarn_beta_fast", 32),
                    keys.Positive("rope.scaling.yarn_beta_slow", 1), architecture.YarnTruncated),
            },
            var other => throw new EngineException(
                FailureCode.UnsupportedModel, $"Positions are scaled by '{other}'.", "none, linear, yarn or longrope", "Choose another model."),
        };
    }

    /// <summary>The rule of layers with a window where it is another one: their positions are not scaled.</summary>
    internal static RotaryRule? WindowRuleFor(ModelKeys keys, ArchitectureDescription architecture, int dimensions)
        => architecture.WindowRotaryBase > 0 ? new(dimensions, BaseFor(keys, keys.First("rope.freq_base_swa", "rope.local.freq_base"), architecture.WindowRotaryBase)) : null;

    internal static RotaryTables Read(ITensorReader reader, DecoderShape shape)
    {
        var rule = shape.Rotary;
        var main = new RotaryAngles(WithDivisors(reader.Has(ShortFactors) ? ShortFactors : Factors));
        var longer = reader.Has(LongFactors) ? new(WithDivisors(LongFactors)) : main;
        return new(main, longer, shape.WindowRotary is { } window ? new(window) : null);

        RotaryRule WithDivisors(string name)
        {
            // Null where tensors are only gone through.
            if (!reader.Has(name) || reader.Vector(new TensorRows(name, rule.Dimensions / 2)) is not { } divisors)
                return rule;
            foreach (var divisor in divisors.Row(0))
            {
                if (divisor <= 0)
                    throw new InvalidDataException($"A rotary factor of '{name}' is {divisor}.");
            }

            return rule with { Divisors = divisors.Row(0).ToArray() };
        }
    }

    /// <summary>Fills the tables of a row of a pass.</summary>
    internal void Fill(int position, bool isLong, FloatRows target, int row)
    {
        (isLong ? _long : _main).Fill(position, target, row * PerRow);
        _window?.Fill(position, target, (row * PerRow) + 1);
    }

    /// <summary>Which of a row's tables a layer needs.</summary>
    internal int IndexFor(int row, bool hasWindow) => (row * PerRow) + (hasWindow && _window is not null ? 1 : 0);

    static float BaseFor(ModelKeys keys, string key, float otherwise)
    {
        var value = keys.Positive(key, otherwise);
        DecoderShape.Require(value > 1, $"the rotary base is {value}");
        return value;
    }
}
