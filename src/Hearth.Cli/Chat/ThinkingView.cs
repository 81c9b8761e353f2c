using Hearth.Cli.Output;
using Hearth.Cli.Terminals;
using Hearth.Requests.Events;

namespace Hearth.Cli.Chat;

/// <summary>Shows that a model thinks: a line that counts seconds and tokens, or the thoughts themselves where the user wants them.</summary>
/// <param name="terminal">Where it is shown.</param>
/// <param name="note">Takes a line for people where standard output is no terminal.</param>
/// <param name="unfolded">True: the thoughts are shown.</param>
/// <param name="clock">Measures how long it takes.</param>
sealed class ThinkingView(Terminal terminal, Action<string> note, bool unfolded, TimeProvider clock)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly ThoughtText _text = new(terminal.OutputIsTerminal ? terminal.Write : terminal.WriteError, terminal.OutputIsTerminal || terminal.ErrorIsTerminal, terminal.Color);
    long _start, _drawn;
    int _tokens;

    /// <summary>The line is drawn over and over only where that is possible.</summary>
    bool IsLive => !unfolded && terminal.OutputIsTerminal && terminal.Color;

    internal void Write(Delta delta)
    {
        if (delta.Reasoning.Length == 0)
            return;
        if (_tokens == 0)
            _start = clock.GetTimestamp();
        _tokens += delta.Tokens.Count;
        if (unfolded)
            _text.Write(delta.Reasoning.Reveal());
        else if (IsLive && (_drawn == 0 || clock.GetElapsedTime(_drawn) >= Pause))
            Draw($"thinking… {Figures}", "");
    }

    /// <summary>The answer begins, or nothing more comes.</summary>
    internal void Finish()
    {
        if (_tokens == 0)
            return;
        if (unfolded)
            _text.Finish();
        else if (IsLive)
            Draw($"thought for {Figures} · /thinking shows it", "\n");
        else if (terminal.OutputIsTerminal)
            terminal.Write($"thought for {Figures}\n");
        else
            note($"thought for {Figures}");
        _tokens = 0;
    }

    string Figures => $"{Quantity.Time(clock.GetElapsedTime(_start))}, {Quantity.Grouped(_tokens)} tokens";

    void Draw(string line, string end)
    {
        _drawn = clock.GetTimestamp();
        terminal.Write($"\r\e[2m{line}\e[0m\e[K{end}");
    }
}
