using System.Runtime.InteropServices;
using System.Threading.Channels;
using Hearth.Cli.Editing;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Chat;

/// <summary>Messages from a keyboard, through the line editor.</summary>
sealed class TerminalInput : IChatInput
{
    const string Prompt = "› ";
    const string Continuation = "· ";

    static readonly TimeSpan EscapePatience = TimeSpan.FromMilliseconds(50);

    readonly Terminal _terminal;
    readonly IDisposable? _mode;
    readonly Func<int> _height;
    readonly Func<string, string> _complete;
    readonly ScreenPainter _painter;
    readonly Channel<Key> _keys = Channel.CreateUnbounded<Key>();
    readonly List<PosixSignalRegistration> _signals = [];
    EditState _state = EditState.Empty;
    EditorScreen? _screen;
    Action? _interrupt;

    /// <summary>Takes over the terminal.</summary>
    /// <param name="terminal">The streams.</param>
    /// <param name="mode">The mode of the terminal, owned; null where it needs none.</param>
    /// <param name="height">Rows of the terminal at this moment.</param>
    /// <param name="complete">From the beginning of a message to what Tab makes of it.</param>
    internal TerminalInput(Terminal terminal, IDisposable? mode, Func<int> height, Func<string, string> complete)
    {
        (_terminal, _mode, _height, _complete) = (terminal, mode, height, complete);
        _painter = new(terminal);
        terminal.Write(RawMode.PasteOn);
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Repaint()));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, Resume));
        _ = Task.Run(ReadKeysAsync);
    }

    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        var leaving = false;
        Paint();
        while (true)
        {
            Key key;
            try
            {
                key = await _keys.Reader.ReadAsync(cancellationToken);
            }
            catch (ChannelClosedException)
            {
                return null;
            }

            (_state, var outcome) = LineEditor.Apply(_state, key);
            switch (outcome)
            {
                case EditOutcome.Submit:
                    return Submit();
                case EditOutcome.EndOfInput:
                    Leave();
                    return null;
                case EditOutcome.Interrupt when _state.Text.Length == 0 && leaving:
                    Leave();
                    return null;
                case EditOutcome.Interrupt:
                    leaving = _state.Text.Length == 0;
                    Interrupted(leaving);
                    continue;
                case EditOutcome.ClearScreen:
                    _painter.Clear();
                    break;
                case EditOutcome.Complete when _complete(_state.Text) is var text:
                    _state = _state with { Text = text, Cursor = text.Length };
                    break;
            }

            leaving = false;
            Paint();
        }
    }

    public IDisposable OnInterrupt(Action action)
    {
        var before = _interrupt;
        _interrupt = action;
        return new Reset(this, before);
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _terminal.Write(RawMode.PasteOff);
        _mode?.Dispose();
    }

    string Submit()
    {
        var text = _state.Text;
        _state = _state with { Cursor = text.Length };
        Paint();
        Leave();
        _state = _state.Next();
        return text;
    }

    void Interrupted(bool leaving)
    {
        _state = _state with { Cursor = _state.Text.Length };
        Paint();
        Leave();
        if (leaving)
            _terminal.Write("Ctrl-C again or Ctrl-D leaves; /help shows the commands.\n");
        _state = EditState.Empty with { History = _state.History, HistoryIndex = _state.History.Count, Killed = _state.Killed };
        Paint();
    }

    void Paint()
    {
        lock (_painter)
        {
            _screen = EditorScreen.Layout(Prompt, Continuation, _state, _terminal.Width, Math.Max(2, _height() - 1));
            _painter.Paint(_screen, _terminal.Width);
        }
    }

    void Leave()
    {
        lock (_painter)
        {
            if (_screen is not null)
                _painter.Leave(_screen);
            _screen = null;
        }
    }

    void Repaint()
    {
        if (_screen is not null)
            Paint();
    }

    void Resume(PosixSignalContext context)
    {
        // Else .NET would put its own mode over ours, after this.
        context.Cancel = true;
        RawMode.Again();
        _terminal.Write(RawMode.PasteOn);
        // The shell has written meanwhile.
        _painter.Forget();
        Repaint();
    }

    /// <summary>Ends the keys where the terminal ends or is lost: nothing can be typed any more, so the chat is over.</summary>
    async Task ReadKeysAsync()
    {
        try
        {
            await DecodeKeysAsync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // The terminal is gone; there is nobody to tell.
        }
        finally
        {
            _keys.Writer.TryComplete();
        }
    }

    async Task DecodeKeysAsync()
    {
        var decoder = new KeyDecoder();
        var buffer = new byte[4096];
        var reading = _terminal.Input.ReadAsync(buffer).AsTask();
        while (true)
        {
            if (await Task.WhenAny(reading, Task.Delay(decoder.IsWaiting ? EscapePatience : Timeout.InfiniteTimeSpan)) != reading)
            {
                decoder.GiveUpWaiting();
                continue;
            }

            var count = await reading;
            if (count == 0)
                return;
            foreach (var key in decoder.Feed(buffer.AsSpan(0, count)))
                Take(key);
            reading = _terminal.Input.ReadAsync(buffer).AsTask();
        }
    }

    void Take(Key key)
    {
        if (key.Kind == KeyKind.Interrupt && _interrupt is { } action)
            action();
        else
            _keys.Writer.TryWrite(key);
    }

    sealed class Reset(TerminalInput input, Action? before) : IDisposable
    {
        public void Dispose() => input._interrupt = before;
    }
}
