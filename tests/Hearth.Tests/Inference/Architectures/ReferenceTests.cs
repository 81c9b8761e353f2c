using Hearth.Inference.Architectures;
using Hearth.Inference.KvCache;
using Hearth.Requests.Models;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Architectures;

/// <summary>The shipped model against what a float64 implementation of others computes with it.</summary>
[Collection("kernels")]
public sealed class ReferenceTests
{
    static readonly LoadOptions Float = new() { ContextLength = 1024, Activations = ActivationType.Float, KvType = KvType.F32 };
    static readonly LoadOptions Integer = new() { ContextLength = 1024 };

    [Fact]
    public void Float_activations_give_the_reference_logits_to_1e_4()
    {
        using var model = ShippedModel.Load(Float);
        var errors = LogitErrors(model);
        Assert.True(errors.Max() <= 1e-4, $"relative errors {string.Join(", ", errors)}");
    }

    [Fact]
    public void Integer_activations_are_within_2_percent_at_the_median_and_10_at_the_worst()
    {
        using var model = ShippedModel.Load(Integer);
        var errors = LogitErrors(model);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", errors));
        var median = errors.Order().Skip(3).Take(2).Average();
        Assert.True(median <= 0.02 && errors.Max() <= 0.1, $"relative errors {string.Join(", ", errors)}");
    }

    [Fact]
    public void Hidden_states_of_every_layer_and_position_are_the_reference_s_to_1e_4()
    {
        using var model = ShippedModel.Load(Float);
        var tokens = ShippedModel.Ids(ShippedModel.Reference("hidden.json").GetProperty("ids"));
        var expected = ShippedModel.ReferenceNumbers("hidden.f32");
        var width = model.Shape.Width;
        var worst = new List<(double Error, string Where)>();
        model.Decoder.Observer = (layer, rows) =>
        {
            for (var r = 0; r < tokens.Length; r++)
            {
                var reference = expected.AsSpan((((layer + 1) * tokens.Length) + r) * width, width);
                worst.Add((ShippedModel.RelativeError(reference, rows.Row(r)), $"layer {layer}, position {r}"));
                if (r != 0)
                    continue;
                float[] a = reference.ToArray(), b = rows.Row(r).ToArray();
                a[507] = b[507] = 0;
                worst.Add((ShippedModel.RelativeError(a, b), $"layer {layer}, position 0 without channel 507"));
            }
        };
        ShippedModel.LastLogits(model, tokens);
        Assert.Equal(32 * 25, worst.Count);
        Assert.True(worst.Max().Error <= 1e-4, $"{worst.Max()}");
    }

    [Fact]
    public void Float_activations_choose_all_1280_greedy_tokens_of_the_reference()
    {
        using var model = ShippedModel.Load(Float with { ContextLength = 4096 });
        var items = Greedy();
        var chosen = GreedyTogether(model, items, (_, _, best) => best);
        for (var i = 0; i < items.Count; i++)
            Assert.Equal(items[i].Continuation, chosen[i]);
    }

    [Fact]
    public void Integer_activations_fed_with_the_reference_s_tokens_agree_wherever_its_margin_is_clear()
    {
        using var model = ShippedModel.Load(Integer with { ContextLength = 4096 });
        var items = Greedy();
        int[] steps = [0, 0, 0], same = [0, 0, 0];
        double[] bounds = [1.0, 0.6, 0.0];
        GreedyTogether(model, items, (i, step, best) =>
        {
            var margin = items[i].Margins[step];
            for (var bound = 0; bound < 3; bound++)
            {
                if (margin < bounds[bound])
                    continue;
                steps[bound]++;
                same[bound] += best == items[i].Continuation[step] ? 1 : 0;
            }

            return items[i].Continuation[step];
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"margin >= 1: {same[0]}/{steps[0]}, >= 0.6: {same[1]}/{steps[1]}, all: {same[2]}/{steps[2]}");
        Assert.Equal(1280, steps[2]);
        Assert.Equal(steps[0], same[0]);
        Assert.True(same[1] >= 0.998 * steps[1], $"{same[1]} of {steps[1]}");
        Assert.True(same[2] >= 0.965 * steps[2], $"{same[2]} of {steps[2]}");
    }

    [Fact]
    public void Integer_activations_running_freely_leave_the_reference_only_where_its_margin_is_below_1()
    {
        using var model = ShippedModel.Load(Integer with { ContextLength = 4096 });
        var items = Greedy();
        var chosen = GreedyTogether(model, items, (_, _, best) => best);
        for (var i = 0; i < items.Count; i++)
        {
            var at = items[i].Continuation.AsSpan().CommonPrefixLength(chosen[i]);
            Assert.True(at == 64 || items[i].Margins[at] < 1.0, $"prompt {i} leaves at step {at}, where the margin is {(at < 64 ? items[i].Margins[at] : 0)}");
        }
    }

    static List<double> LogitErrors(LoadedDecoder model)
    {
        var expected = ShippedModel.ReferenceNumbers("logits.f32");
        var errors = new List<double>();
        foreach (var item in ShippedModel.Reference("logits.json").GetProperty("items").EnumerateArray())
        {
            var logits = ShippedModel.LastLogits(model, ShippedModel.Ids(item.GetProperty("ids")));
            errors.Add(ShippedModel.RelativeError(expected.AsSpan(item.GetProperty("row").GetInt32() * logits.Length, logits.Length), logits));
        }

        return errors;
    }

    static List<(int[] Prompt, int[] Continuation, double[] Margins)> Greedy()
        => [.. ShippedModel.Reference("greedy.json").GetProperty("items").EnumerateArray().Select(item => (
            ShippedModel.Ids(item.GetProperty("prompt_ids")),
            ShippedModel.Ids(item.GetProperty("continuation_ids")),
            item.GetProperty("top1_logit_top2_id_top2_logit").EnumerateArray().Select(t => t[0].GetDouble() - t[2].GetDouble()).ToArray()))];

    /// <summary>Decodes all prompts side by side, 64 steps each; <paramref name="next"/> gets prompt, step and best token and says what follows.</summary>
    static int[][] GreedyTogether(LoadedDecoder model, List<(int[] Prompt, int[] Continuation, double[] Margins)> items, Func<int, int, int, int> next)
    {
        var sequences = items.ConvertAll(_ => new CachedSequence(model.Pool, 512));
        var chosen = items.ConvertAll(_ => new int[64]);
        var batch = new Batch(LoadedDecoder.MaxRows, LoadedDecoder.MaxLogits);
        for (var step = 0; step < 64; step++)
        {
            batch.Clear();
            var rows = new int[items.Count];
            for (var i = 0; i < items.Count; i++)
            {
                var tokens = step == 0 ? items[i].Prompt : [chosen[i][step - 1]];
                if (batch.Room < tokens.Length)
                    Flush(i);
                sequences[i].Append(tokens);
                rows[i] = batch.Add(sequences[i], tokens.Length, LogitsWanted.Last);
            }

            Flush(items.Count);

            void Flush(int to)
            {
                model.Decoder.Forward(batch);
                for (var i = to - batch.LogitCount; i < to; i++)
                    chosen[i][step] = next(i, step, ArgMax(model.Decoder.Logits.Row(rows[i])));
                batch.Clear();
            }
        }

        return [.. chosen];
    }

    static int ArgMax(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
            best = logits[i] > logits[best] ? i : best;
        return best;
    }
}
