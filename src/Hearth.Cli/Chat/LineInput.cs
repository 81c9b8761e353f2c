using Hearth.Cli.Output;

namespace Hearth.Cli.Chat;

/// <summary>Messages from a file or a pipe: every line is one.</summary>
sealed class LineInput(Stream input) : IChatInput
{
    const int MaxBytes = 64 << 20;

    readonly byte[] _buffer = new byte[81920];
    int _start, _end;

    // A read of a pipe cannot be called off; whoever waits for it can.
    public Task<string?> ReadAsync(CancellationToken cancellationToken) => Task.Run(ReadLine, cancellationToken).WaitAsync(cancellationToken);

    // An interrupt comes as a signal here and ends the program.
    public IDisposable OnInterrupt(Action action) => Nothing.Instance;

    public void Dispose() => input.Dispose();

    string? ReadLine()
    {
        using var line = new MemoryStream();
        while (true)
        {
            var rest = _buffer.AsSpan(_start.._end);
            var length = rest.IndexOf((byte)'\n');
            line.Write(length < 0 ? rest : rest[..length]);
            if (line.Length > MaxBytes)
                throw new CliException(ExitCode.RequestFailed, $"A line of standard input is longer than {Quantity.Bytes(MaxBytes)}.", "lines of text, each a message.", "Give less text.");
            if (length >= 0)
            {
                _start += length + 1;
                return Text(line);
            }

            (_start, _end) = (0, input.Read(_buffer));
            if (_end == 0)
                return line.Length > 0 ? Text(line) : null;
        }
    }

    static string Text(MemoryStream line) => BoundedFile.Decode(line.ToArray(), "A line of standard input").TrimEnd('\r');

    sealed class Nothing : IDisposable
    {
        internal static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
