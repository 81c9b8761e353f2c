using CsCheck;
using Hearth.Inference.Sampling;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Tests.Inference.Sampling;

public sealed class SamplerChainTests
{
    static readonly SamplingOptions Everything = new()
    {
        TopK = 0,
        TopP = 0.9f,
        TypicalP = 0.95f,
        MinP = 0.01f,
        RepetitionPenalty = 1.1f,
        PresencePenalty = 0.1f,
        FrequencyPenalty = 0.1f,
        LogitBias = new Dictionary<int, float> { [5] = 1 },
    };

    public static TheoryData<string> Chains => [.. Options.Keys];

    static readonly Dictionary<string, SamplingOptions> Options = new()
    {
        ["defaults"] = new(),
        ["greedy"] = SamplingOptions.Greedy,
        ["greedy with penalties"] = SamplingOptions.Greedy with { RepetitionPenalty = 1.2f, PenaltyWindow = -1 },
        ["everything"] = Everything,
        ["large top-k"] = new() { TopK = 4000 },
        ["temperature alone"] = new() { TopK = 0, TopP = 1, MinP = 0 },
    };

    [Theory, MemberData(nameof(Chains))]
    public void Steps_allocate_nothing(string name)
    {
        var (logits, chain) = (SamplerCase.Row(3), new SamplerChain(Options[name], 49152));
        int[] history = [504, 788, 504, 49, 57];
        // The slow ones do the same with fewer repetitions.
        var steps = name is "everything" or "large top-k" or "temperature alone" ? 100 : 1000;
        // Code that the compiler has not optimized yet may box: what counts is the best of a few runs.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Allocated()));

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var position = 0; position < steps; position++)
                chain.Sample(logits, history, 1, position);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory, MemberData(nameof(Chains))]
    public void The_same_key_draws_the_same_token_with_another_chain(string name)
    {
        var logits = SamplerCase.Row(5);
        var (one, other) = (new SamplerChain(Options[name], logits.Length), new SamplerChain(Options[name], logits.Length));
        var first = Enumerable.Range(0, 20).Select(position => one.Sample(logits, [1, 2], 9, position)).ToArray();
        var again = Enumerable.Range(0, 20).Reverse().Select(position => other.Sample(logits, [1, 2], 9, position)).Reverse();
        Assert.Equal(first, again);
    }

    /// <summary>Frozen: what these seeds draw from the real logits. A change here breaks every recorded answer.</summary>
    [Fact]
    public void Draws_are_frozen()
    {
        var draws =
            from row in Enumerable.Range(0, 8)
            let logits = SamplerCase.Row(row)
            let chain = new SamplerChain(new() { Temperature = 1.5f, TopK = 100, TopP = 0.99f, MinP = 0 }, logits.Length)
            select string.Join(' ', Enumerable.Range(0, 6).Select(position => chain.Sample(logits, [], 0xC0FFEE, position)));
        Support.Golden.Matches(string.Join('\n', draws) + "\n", "draws.txt");
    }

    [Fact]
    public void Tokens_are_drawn_as_often_as_they_are_likely()
    {
        float[] logits = [0, MathF.Log(2), MathF.Log(3), MathF.Log(4)];
        var chain = new SamplerChain(new() { Temperature = 1, TopK = 0, TopP = 1, MinP = 0 }, 4);
        var counts = new int[4];
        for (var position = 0; position < 100_000; position++)
            counts[chain.Sample(logits, [], 3, position)]++;
        // Six standard deviations of a binomial.
        for (var token = 0; token < 4; token++)
            Assert.InRange(counts[token], (10_000 * (token + 1)) - 900, (10_000 * (token + 1)) + 900);
    }

    [Fact]
    public void Greedy_takes_the_lowest_id_of_equal_logits_at_every_length()
        => Gen.Int[-3, 3].Select(i => (float)i).Array[1, 100].Sample(logits =>
            new SamplerChain(SamplingOptions.Greedy, logits.Length).Sample(logits, [], 0, 0) == Array.IndexOf(logits, logits.Max()));

    [Fact]
    public void Zero_equals_minus_zero() => Assert.Equal(0, Argmax.Of([-0f, 0f]));

    [Fact]
    public void Top_k_by_heap_and_by_selection_keep_what_a_sort_keeps()
        => Gen.Select(Gen.Int[-40, 40].Select(i => i / 4f).Array[2, 3000], Gen.Int[1, 2999]).Sample((logits, k) =>
        {
            k = Math.Min(k, logits.Length - 1);
            var sorted = Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).ThenBy(i => i).Take(k).Order();
            var left = new SamplerChain(new() { TopK = k }, logits.Length, ["top_k"]).Filter(logits, []);
            Assert.Equal(sorted, Enumerable.Range(0, left.Count).Select(left.IdAt));
        }, iter: 300);

    [Fact]
    public void Top_p_keeps_what_a_sort_keeps()
        => Gen.Select(Gen.Float[-6, 6].Array[1, 2000], Gen.Float[0, 0.999f]).Sample((logits, p) =>
        {
            var highest = logits.Max();
            var sorted = Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).ThenBy(i => i).ToArray();
            var total = logits.Sum(l => Math.Exp((double)l - highest));
            var (sum, kept) = (0.0, 0);
            while (kept == 0 || (sum < p * total && kept < sorted.Length))
                sum += Math.Exp((double)logits[sorted[kept++]] - highest);
            var left = new SamplerChain(new() { TopP = p }, logits.Length, ["top_p"]).Filter(logits, []);
            Assert.Equal(sorted[..kept].Order(), Enumerable.Range(0, left.Count).Select(left.IdAt));
        }, iter: 300);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_logit_that_is_not_finite_is_refused_wherever_it_stands(float strange)
    {
        foreach (var options in Options.Values)
        {
            foreach (var at in (int[])[0, 1, 17, 96, 99])
            {
                var logits = Enumerable.Range(0, 100).Select(i => i * 0.01f).ToArray();
                logits[at] = strange;
                var e = Assert.Throws<EngineException>(() => new SamplerChain(options, 100).Sample(logits, [], 1, 0));
                Assert.Equal(FailureCode.NotFinite, e.Code);
                Assert.Contains($"token {at}", e.Message);
            }
        }
    }

    [Fact]
    public void Extreme_but_valid_options_still_draw_a_token()
    {
        var options = new SamplingOptions
        {
            Temperature = 1e-30f,
            RepetitionPenalty = 1e-38f,
            PresencePenalty = 100,
            FrequencyPenalty = -100,
            LogitBias = new Dictionary<int, float> { [0] = 1e9f, [1] = -1e9f },
            TypicalP = 0,
            TopP = 0,
            MinP = 1,
        };
        Assert.InRange(new SamplerChain(options, 4).Sample([3e38f, -3e38f, 1, 2], [0, 1, 2, 0], 1, 0), 0, 3);
    }
}
