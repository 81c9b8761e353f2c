using System.Text;

namespace Hearth.Cli.Chat;

/// <summary>Messages from a file or a pipe: every line is one.</summary>
sealed class LineInput(Stream input) : IChatInput
{
    readonly StreamReader _reader = new(input, new UTF8Encoding(false));

    public async Task<string?> ReadAsync(CancellationToken cancellationToken) => await _reader.ReadLineAsync(cancellationToken);

    // An interrupt comes as a signal here and ends the program.
    public IDisposable OnInterrupt(Action action) => Nothing.Instance;

    public void Dispose() => _reader.Dispose();

    sealed class Nothing : IDisposable
    {
        internal static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
