using Hearth.Inference;
using Hearth.Inference.Generation;
using Hearth.Requests;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Generation;

/// <summary>Figures of this machine: that they are there and hang together; whether they are right is a long check's matter.</summary>
[Collection("kernels")]
public sealed class MachineMeasurementTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_machine_is_measured_without_a_model()
    {
        await using var file = ModelFile.None();
        var speed = await file.MeasureMachineAsync(new(["Q4_0", "F16"]) { Width = 300, StreamBytes = 4_000_000, Threads = 1 }, Stop);
        Assert.Equal(1, speed.Threads);
        Assert.Equal(["Q4_0", "F16"], speed.Formats.Select(f => f.Type));
        Assert.Equal([4.5, 16], speed.Formats.Select(f => f.BitsPerWeight));
        Assert.All([speed.Int8Peak, speed.ReadRate, speed.LayerSeconds, speed.AttentionRate, .. speed.Formats.SelectMany(f => (double[])[f.PrefillRate, f.DecodeRate])], f => Assert.True(f > 0 && double.IsFinite(f)));
        Assert.InRange(speed.Formats[0].PrefillRate, 0, 2 * speed.Int8Peak);
        Assert.InRange(speed.LayerSeconds, 0, 1e-2);
    }

    [Fact]
    public async Task The_work_of_the_shipped_model_is_what_its_engine_streams()
    {
        await using var file = ModelFile.Open(ShippedModel.Path);
        var work = (await file.InspectAsync(0, Stop)).Work!;
        await using var engine = await file.LoadAsync(new() { ContextLength = 64 }, null, Stop);
        Assert.Equal(engine.Model.BytesPerToken, work.Matrices.Sum(m => m.Bytes) + work.Output!.Bytes);
        Assert.Equal((30, 576, 8192, 49_152 * 576), (work.Layers, work.Width, work.TrainedContextLength, (int)work.Output.Macs));
        Assert.Equal(106_168_320, work.Matrices.Sum(m => m.Macs));
        Assert.Equal(engine.Model.KvCacheBytes, 64 * work.KvBytesPerPosition);
    }

    [Fact]
    public async Task An_output_matrix_of_its_own_counts_once()
    {
        await using var file = ModelFile.Open(Path.Combine(Repository.Shared("data", "architectures", "llama"), "model.gguf"));
        var work = (await file.InspectAsync(0, Stop)).Work!;
        // Two layers: queries and output of 64 × 64, keys and values of 64 × 32, three matrices of 64 × 96.
        Assert.Equal(2 * 64 * (64 + 64 + 32 + 32 + (3 * 96)), work.Matrices.Sum(m => m.Macs));
        Assert.Equal(288 * 64, work.Output!.Macs);
    }

    [Fact]
    public async Task Layers_that_carry_a_state_have_no_attention_to_count()
    {
        await using var file = ModelFile.Open(Path.Combine(Repository.Shared("data", "architectures", "lfm2"), "model.gguf"));
        var work = (await file.InspectAsync(0, Stop)).Work!;
        // Two of five layers attend, each with four heads of 16: scores and sums.
        Assert.Equal((5, 2 * 2 * 4 * 16), (work.Layers, work.AttentionMacs));
    }

    [Theory]
    [InlineData(32, 128)]
    [InlineData(576, 2304)]
    [InlineData(4096, 8192)]
    [InlineData(16_384, 16_384)]
    [InlineData(131_072, 2048)]
    public void The_matrices_for_prefill_stay_within_memory_for_every_width(int width, int rows) => Assert.Equal(rows, MeasuredFormat.LayerRows(width));

    [Theory]
    [InlineData("Q4_0,Q4_0", 512)]
    [InlineData("Q9_9", 512)]
    [InlineData("0", 512)]
    [InlineData("I8", 512)]
    [InlineData("Q4_0", 31)]
    [InlineData("Q4_0", 200_000)]
    public async Task What_cannot_be_measured_is_refused(string types, int width)
    {
        await using var file = ModelFile.None();
        var failure = await Assert.ThrowsAsync<EngineException>(() => file.MeasureMachineAsync(new(types.Split(',')) { Width = width }, Stop));
        Assert.Equal(FailureCode.InvalidRequest, failure.Code);
    }
}
