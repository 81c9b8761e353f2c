using Hearth.Cli.Terminals;
using Hearth.Requests.Models;

namespace Hearth.Cli.Output;

/// <summary>A bar on standard error for what takes longer than a moment. Nothing is drawn where standard error is no terminal.</summary>
sealed class ProgressBar(Terminal terminal, bool enabled, string label, TimeProvider clock) : IProgress<LoadProgress>, IDisposable
{
    const int Cells = 24;

    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(80);

    readonly bool _enabled = enabled && terminal.ErrorIsTerminal;
    readonly long _start = clock.GetTimestamp();
    readonly Lock _drawing = new();
    long _last;
    bool _drawn, _closed;

    public void Report(LoadProgress value) => Report(value.Done, value.Total);

    /// <summary>Draws how far it is, at most a dozen times a second.</summary>
    internal void Report(long done, long total)
    {
        lock (_drawing)
        {
            if (!_enabled || _closed || total <= 0 || clock.GetElapsedTime(_start) < Patience || (_drawn && clock.GetElapsedTime(_last) < Pause))
                return;
            _last = clock.GetTimestamp();
            _drawn = true;
            var share = Math.Clamp((double)done / total, 0, 1);
            var full = (int)(share * Cells);
            terminal.WriteError($"\r{label} {new string('█', full)}{new string('░', Cells - full)} {Quantity.Percent(share)}\e[K");
        }
    }

    /// <summary>Takes the bar away.</summary>
    public void Dispose()
    {
        lock (_drawing)
        {
            _closed = true;
            if (_drawn)
                terminal.WriteError("\r\e[K");
            _drawn = false;
        }
    }
}
