using System.Text.Json;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Commands;

/// <summary>Plans from figures that the test gives.</summary>
public sealed class PlanCommandTests : IDisposable
{
    readonly CliRun _cli = new CliRun().WithShippedModel();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_file_s_plan_says_speed_and_contexts_that_fit()
    {
        Assert.Equal(0, await _cli.RunAsync("plan", _cli.File("m.gguf", ""), "--quiet"));
        Golden.Matches(_cli.Output.Replace(_cli.PathOf("m.gguf"), "m.gguf"), "plan.txt");
        Assert.Equal(["Q4_1", "Q8_0"], _cli.Model.MachineRequested!.Types);
        Assert.Equal((576, 96_000_000), (_cli.Model.MachineRequested.Width, _cli.Model.MachineRequested.StreamBytes));
    }

    [Fact]
    public async Task Decode_is_bytes_over_rates_and_cache_and_layers()
    {
        Assert.Equal(0, await _cli.RunAsync("plan", "--json"));
        using var json = JsonDocument.Parse(_cli.Output);
        // 96 MB of weights at 40 GB/s, 64 positions of 23,040 bytes at 50 GB/s and of 34,560 MAC at 25 G/s, 30 layers of 5 µs.
        var seconds = (96e6 / 40e9) + (64 * 23_040 / 50e9) + (64 * 34_560 / 25e9) + (30 * 5e-6);
        Assert.Equal(1 / seconds, json.RootElement.GetProperty("decode_tokens_per_second").GetDouble(), 1e-6);
        // 4 GB less weights and scratch, at 23,040 bytes a position, in pages of 64: more than the model was made for.
        var kv = json.RootElement.GetProperty("kv");
        Assert.Equal(32_768, kv.GetProperty("f16").GetProperty("largest_context").GetInt32());
        Assert.Equal([2048, 8192, 32_768], kv.GetProperty("f32").GetProperty("contexts").EnumerateArray().Select(c => c.GetProperty("context").GetInt32()));

        _cli.Model.Work = _cli.Model.Work! with { KvBytesPerPosition = 200_000 };
        Assert.Equal(0, await _cli.RunAsync("plan", "--json"));
        using var large = JsonDocument.Parse(_cli.Output);
        Assert.Equal((int)(3_882_000_000L / 200_000 / 64 * 64), large.RootElement.GetProperty("kv").GetProperty("f16").GetProperty("largest_context").GetInt32());
        Assert.False(large.RootElement.GetProperty("kv").GetProperty("f16").GetProperty("contexts")[2].GetProperty("fits").GetBoolean());
    }

    [Theory]
    [InlineData("8B", "Llama 3.1 8B")]
    [InlineData("1.5b", "Llama 3.2 1B")]
    [InlineData("350M", "Qwen2.5 0.5B")]
    public async Task A_number_of_weights_is_planned_in_the_shape_of_a_published_model(string parameters, string shape)
    {
        Assert.Equal(0, await _cli.RunAsync("plan", "--parameters", parameters, "--json"));
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal(shape, json.RootElement.GetProperty("shape").GetString());
        Assert.Empty(_cli.Opened[^1].Paths);
    }

    [Fact]
    public async Task Quantizations_are_compared_and_those_that_do_not_fit_are_named()
    {
        Assert.Equal(0, await _cli.RunAsync("plan", "--parameters", "14B", "--quiet"));
        Golden.Matches(_cli.Output, "plan-parameters.txt");
    }

    [Theory]
    [InlineData("8")]
    [InlineData("B")]
    [InlineData("-8B")]
    [InlineData("9000B")]
    [InlineData("0.1M")]
    public async Task Another_number_is_a_usage_error(string parameters) => Assert.Equal(2, await _cli.RunAsync("plan", "--parameters", parameters));

    [Fact]
    public async Task A_model_and_a_number_of_weights_exclude_each_other_and_a_model_that_cannot_run_is_no_plan()
    {
        Assert.Equal(2, await _cli.RunAsync("plan", _cli.File("m.gguf", ""), "--parameters", "8B"));
        _cli.Model.Work = null;
        Assert.Equal(3, await _cli.RunAsync("plan"));
        Assert.Contains("cannot be planned for", _cli.Error, StringComparison.Ordinal);
    }
}
