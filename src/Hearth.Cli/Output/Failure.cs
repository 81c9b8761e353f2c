using Hearth.Cli.Terminals;
using Hearth.Models;
using Hearth.Requests;
using Hearth.Storage;

namespace Hearth.Cli.Output;

/// <summary>A failure as a user sees it, whoever threw it: what was found, what was expected, what to do.</summary>
sealed record Failure(int ExitCode, string Code, string Message, string Expected, string Remedy)
{
    /// <summary>What a chat template says of its own accord; empty otherwise.</summary>
    internal PrivateText Words { get; private init; }

    /// <summary>The failure behind an exception.</summary>
    internal static Failure Of(Exception exception) => exception switch
    {
        CliException e => new(e.ExitCode, e.Code, e.Message, e.Expected, e.Remedy),
        EngineException e => new(Output.ExitCode.Of(e.Code), SnakeCase(e.Code.ToString()), e.Message, e.Expected, e.Remedy) { Words = e.Words },
        OutputClosedException => new(Output.ExitCode.OutputClosed, "output_closed", "", "", ""),
        ModelStoreException e => new(Output.ExitCode.Model, "invalid_model", e.Message, e.Expected, e.Remedy),
        StorageException e => new(Output.ExitCode.RequestFailed, "storage", e.Message, e.Expected, e.Remedy),
        OperationCanceledException => new(Output.ExitCode.Interrupted, "interrupted", "Interrupted.", "", ""),
        IOException or UnauthorizedAccessException => new(Output.ExitCode.RequestFailed, "file", exception.Message, "", "Check the path, the permissions and the space on the disk."),
        _ => new(Output.ExitCode.RequestFailed, "internal", $"A fault of Hearth itself: {FailurePlace.Describe(exception)}.", "", "Please report it."),
    };

    /// <summary>Shows it on standard error, and with <c>--json</c> as the one object on standard output.</summary>
    internal void Show(Terminal terminal, bool json)
    {
        if (Message.Length == 0)
            return;
        terminal.WriteError($"error: {TerminalText.Clean(Message)}\n");
        if (Words.Length > 0)
            terminal.WriteError($"  it says: {TerminalText.Clean(Words.Reveal())}\n");
        if (Expected.Length > 0)
            terminal.WriteError($"  expected: {TerminalText.Clean(Expected)}\n");
        if (Remedy.Length > 0)
            terminal.WriteError($"  to do: {TerminalText.Clean(Remedy)}\n");
        if (json)
        {
            terminal.WriteJson(writer =>
            {
                writer.WriteStartObject("error");
                writer.WriteString("code", Code);
                writer.WriteString("message", Message);
                if (Words.Length > 0)
                    writer.WriteString("words", Words.Reveal());
                writer.WriteString("expected", Expected);
                writer.WriteString("remedy", Remedy);
                writer.WriteEndObject();
            });
        }
    }

    static string SnakeCase(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
