using Hearth.Cli.Output;
using Hearth.Requests;

namespace Hearth.Cli.Commands;

/// <summary>A text on standard input, byte for byte: no line feed is added or removed.</summary>
static class StandardInput
{
    const int MaxBytes = 64 << 20;

    internal static async Task<PrivateText> ReadTextAsync(Invocation call, string what)
    {
        if (call.Terminal.InputIsTerminal)
            call.Note($"Reading {what} from the terminal; Ctrl-D on an empty line ends it.");
        try
        {
            // A read cannot be called off; whoever waits for it can.
            var reading = Task.Run(() => BoundedFile.ReadAll(call.Terminal.Input, MaxBytes), call.CancellationToken);
            return BoundedFile.Decode(await reading.WaitAsync(call.CancellationToken), "Standard input");
        }
        catch (IOException e)
        {
            throw new CliException(ExitCode.RequestFailed, $"Standard input cannot be read: {e.Message}", $"a text of at most {Quantity.Bytes(MaxBytes)}.", "Check where standard input comes from.", e);
        }
    }
}
