using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Peers;

namespace Hearth.Tests.Benchmarks.Peers;

public sealed class SelectionTests : IDisposable
{
    readonly string _path = Path.Combine(Path.GetTempPath(), $"hearth-selection-{Guid.NewGuid():N}.jsonl");

    [Fact]
    public async Task Every_combination_runs_once_fewer_threads_only_for_the_best_and_only_candidates_run_again()
    {
        var selection = new Selection(new SampleLog<PeerSample>(_path), cores: 2);
        Assert.True(await selection.RunAsync(s => Task.FromResult(Sample(s)), new TimeLimit(TimeProvider.System, TimeSpan.FromDays(1))));

        Assert.Equal(new PeerSetting(2, true, true), selection.BestPrefill.Setting);
        Assert.Equal(new PeerSetting(2, false, true), selection.BestDecode.Setting);
        Assert.Equal(
            ["2 threads, flash attention on, repack on: 2", "2 threads, flash attention off, repack on: 2", "2 threads, flash attention on, repack off: 1",
                "2 threads, flash attention off, repack off: 1", "1 thread, flash attention on, repack on: 1", "1 thread, flash attention off, repack on: 1"],
            selection.Results.OrderByDescending(r => (r.Setting.Threads, r.Setting.Repack, r.Setting.FlashAttention)).Select(r => $"{r.Setting}: {r.Runs}"));
    }

    [Fact]
    public async Task A_disturbed_run_does_not_count_and_is_repeated()
    {
        var disturbed = true;
        var selection = new Selection(new SampleLog<PeerSample>(_path), cores: 1);
        await selection.RunAsync(Measure, new TimeLimit(TimeProvider.System, TimeSpan.FromDays(1)));
        Assert.All(selection.Results, r => Assert.NotEqual(1e9, r.Prefill.High));

        Task<PeerSample> Measure(PeerSetting setting)
        {
            var sample = disturbed ? new PeerSample(setting, 1e9, 1e9, 0.051) : Sample(setting);
            disturbed = !disturbed;
            return Task.FromResult(sample);
        }
    }

    [Fact]
    public async Task What_was_measured_is_found_again_by_the_next_run()
    {
        var first = new Selection(new SampleLog<PeerSample>(_path), cores: 2);
        await first.RunAsync(s => Task.FromResult(Sample(s)), new TimeLimit(TimeProvider.System, TimeSpan.FromDays(1)));
        Assert.Null(new Selection(new SampleLog<PeerSample>(_path), cores: 2).Next());
    }

    public void Dispose() => File.Delete(_path);

    /// <summary>Flash attention helps prefill and hurts decode a little; repacking helps both much; a second thread doubles both.</summary>
    static PeerSample Sample(PeerSetting s)
    {
        var speed = s.Threads * (s.Repack ? 2.0 : 1.0);
        return new PeerSample(s, speed * (s.FlashAttention ? 110 : 100), speed * (s.FlashAttention ? 9 : 10), 0.01);
    }
}
