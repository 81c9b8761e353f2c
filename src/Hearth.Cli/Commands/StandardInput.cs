using Hearth.Cli.Output;

namespace Hearth.Cli.Commands;

/// <summary>A text on standard input, byte for byte: no line feed is added or removed.</summary>
static class StandardInput
{
    const int MaxBytes = 64 << 20;

    internal static string ReadText(Invocation call, string what)
    {
        if (call.Terminal.InputIsTerminal)
            call.Note($"Reading {what} from the terminal; Ctrl-D on an empty line ends it.");
        try
        {
            return BoundedFile.Decode(BoundedFile.ReadAll(call.Terminal.Input, MaxBytes), "Standard input");
        }
        catch (IOException e)
        {
            throw new CliException(ExitCode.RequestFailed, $"Standard input cannot be read: {e.Message}", $"at most {Quantity.Bytes(MaxBytes)} of text.", "Give less text.", e);
        }
    }
}
