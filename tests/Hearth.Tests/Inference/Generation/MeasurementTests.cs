using Hearth.Inference.Generation;
using Hearth.Inference.Scheduling;
using Hearth.Requests;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Generation;

[Collection("kernels")]
public sealed class MeasurementTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The first pass is a prefill, the second to fifth are the decode steps, the rest are read and step in turn.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task A_measurement_that_fails_gives_its_pages_back(int pass)
    {
        using var model = TinyModel.Load(new() { ContextLength = 256 });
        using var scheduler = new Scheduler(model);
        var passes = 0;
        model.Decoder.Observer = (layer, _) =>
        {
            if (layer == 0 && ++passes == pass)
                throw new InvalidOperationException("planted");
        };

        await Assert.ThrowsAsync<EngineException>(async () => await new Measurement(scheduler, 256, TimeProvider.System).RunAsync(new(8, 4, 1), Stop).CountAsync(Stop));

        Assert.Equal(0, model.Pool.Used);
    }

    [Theory]
    [InlineData(257, 1)]
    [InlineData(1, 257)]
    public async Task A_measurement_longer_than_the_context_is_refused_with_the_context(int prompt, int generate)
    {
        await using var file = TinyModel.Open();
        await using var engine = await file.LoadAsync(new() { ContextLength = 256 }, null, Stop);
        var refusal = await Assert.ThrowsAsync<EngineException>(async () => await engine.MeasureAsync(new(prompt, generate, 1), Stop).CountAsync(Stop));
        Assert.Equal(FailureCode.InvalidRequest, refusal.Code);
        Assert.Contains("257", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("256", refusal.Expected, StringComparison.Ordinal);
        Assert.Equal(6, await engine.MeasureAsync(new(256, 256, 1), Stop).CountAsync(Stop));
    }

    [Fact]
    public async Task A_context_too_short_for_the_measurement_itself_is_refused()
    {
        await using var file = TinyModel.Open();
        await using var engine = await file.LoadAsync(new() { ContextLength = 83 }, null, Stop);
        var refusal = await Assert.ThrowsAsync<EngineException>(async () => await engine.MeasureAsync(new(1, 1, 1), Stop).CountAsync(Stop));
        Assert.Equal(FailureCode.InvalidRequest, refusal.Code);
        Assert.Contains("84", refusal.Expected, StringComparison.Ordinal);
    }
}
