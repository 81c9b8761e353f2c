using Hearth.Benchmarks.Machine;
using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;

namespace Hearth.Benchmarks.Peers;

/// <summary>Everything measured with one model: the peer's settings, then pairs of peer and Hearth.</summary>
sealed class ModelComparison
{
    internal const int PromptTokens = 512, GenerateTokens = 128;

    readonly Peer _peer;
    readonly QuietRuns _quiet = new(PeerSample.MostUsedByOthers);
    readonly SampleLog<Pair>? _pairs;
    readonly Selection _selection;

    /// <param name="model">Its name in <see cref="BenchmarkModels"/>.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="hearth">Hearth, or null when only the peer is measured.</param>
    internal ModelComparison(string model, Peer peer, HearthBench? hearth)
    {
        Model = model;
        _peer = peer;
        var logs = Path.Combine(BenchmarkModels.Cache, "runs", Processor.Current.ShortName);
        _selection = new Selection(
            new SampleLog<PeerSample>(Path.Combine(logs, $"peer-{peer.Build}", $"{model}.jsonl")), Processor.Current.Cores);
        if (hearth is not null)
            _pairs = new SampleLog<Pair>(Path.Combine(logs, $"peer-{peer.Build}", $"hearth-{hearth.Build}", $"{model}.jsonl"));
    }

    internal string Model { get; }

    internal IReadOnlyList<SettingResult> Settings => _selection.Results;

    internal SettingResult BestPrefill => _selection.BestPrefill;

    internal SettingResult BestDecode => _selection.BestDecode;

    internal IReadOnlyList<Pair> ValidPairs => [.. (_pairs?.Samples ?? []).Where(pair => pair.IsValid)];

    internal int DroppedPairs => (_pairs?.Samples.Count ?? 0) - ValidPairs.Count;

    /// <summary>Measures until there are <paramref name="rounds"/> valid pairs or time is over; true when nothing is missing.</summary>
    internal async Task<bool> RunAsync(int rounds, TimeLimit limit)
    {
        var file = await BenchmarkModels.FileAsync(Model, _peer);
        if (!await _selection.RunAsync(setting => MeasureSettingAsync(file, setting), limit))
            return false;
        while (ValidPairs.Count < rounds)
        {
            if (limit.IsOver)
                return false;
            _pairs!.Add(await MeasurePairAsync(file, peerFirst: _pairs.Samples.Count % 2 == 0));
            await Console.Error.WriteLineAsync($"{Model}: {ValidPairs.Count} of {rounds} pairs, {DroppedPairs} dropped");
        }

        return true;
    }

    async Task<PeerSample> MeasureSettingAsync(string file, PeerSetting setting)
    {
        var (run, others) = await _quiet.RunAsync(() => _peer.RunAsync(file, setting, PromptTokens, GenerateTokens));
        await Console.Error.WriteLineAsync($"{Model}, {setting}: {run.Prefill:F0} and {run.Decode:F1} tokens/s, {others:P1} used by others");
        return new PeerSample(setting, run.Prefill, run.Decode, others);
    }

    /// <summary>Who goes first alternates, so that neither always finds the machine as the other left it.</summary>
    async Task<Pair> MeasurePairAsync(string file, bool peerFirst)
    {
        var early = peerFirst ? await MeasurePeerAsync(file) : default;
        var (hearth, hearthOthers) = await _quiet.RunAsync(() => HearthBench.RunAsync(file, PromptTokens, GenerateTokens));
        var (peer, peerOthers) = peerFirst ? early : await MeasurePeerAsync(file);
        return new Pair(peer.Prefill, peer.Decode, hearth, Math.Max(hearthOthers, peerOthers));
    }

    Task<(PeerRun Result, double UsedByOthers)> MeasurePeerAsync(string file) => _quiet.RunAsync(async () =>
    {
        var (prefill, decode) = (BestPrefill.Setting, BestDecode.Setting);
        if (prefill == decode)
            return await _peer.RunAsync(file, prefill, PromptTokens, GenerateTokens);
        var first = await _peer.RunAsync(file, prefill, PromptTokens, 0);
        var second = await _peer.RunAsync(file, decode, 0, GenerateTokens);
        return first with { Decode = second.Decode };
    });
}
