using System.Text;
using Hearth.Cli.Output;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Commands;

/// <summary>A model's licence at its first use: shown and asked about where a person is there to answer, otherwise named in one line.</summary>
static class LicenceGate
{
    const int ShownLines = 24, MaxAnswerBytes = 256;

    /// <summary>Lets a model pass that has no licence, or whose licence was accepted now or before.</summary>
    /// <exception cref="CliException">A person did not accept it.</exception>
    internal static async Task PassAsync(Invocation call, ChosenModel model)
    {
        if (call.Json || !call.Terminal.InputIsTerminal || !call.Terminal.ErrorIsTerminal)
        {
            Remind(call, model);
            return;
        }

        if (model.Entry is not { LicenceAccepted: false, Licence: { } licence } entry)
            return;
        call.Terminal.WriteError($"{TerminalText.Clean($"{entry.Name} comes under this licence:\n\n{Beginning(licence, entry.Name)}\n")}\nDo you accept it? It is asked once. [y/N] ");
        if (ReadLine(call.Terminal.Input).Trim() is not ("y" or "Y" or "yes" or "Yes" or "YES"))
            throw new CliException(ExitCode.RequestFailed, $"The licence of {entry.Name} was not accepted, so nothing was loaded.", "y.", "Choose another model, or answer y next time.");
        await call.Models.ChangeAsync(entry.Name, current => current with { LicenceAccepted = true }, call.CancellationToken);
    }

    /// <summary>One line about a licence that was not accepted yet.</summary>
    internal static void Remind(Invocation call, ChosenModel model)
    {
        if (model.Entry is { LicenceAccepted: false, Licence: { } licence } entry)
            call.Note($"{entry.Name} comes under a licence: {Title(licence)}. 'hearth models show {entry.Name} --licence' prints it, 'hearth models set {entry.Name} licence=accepted' accepts it.");
    }

    /// <summary>The first line that says something, cut to a line's length.</summary>
    internal static string Title(string licence)
    {
        const int Most = 80;
        var line = licence.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) ?? "";
        return line.Length <= Most ? line : $"{line[..Most]}…";
    }

    static string Beginning(string licence, string name)
    {
        var lines = licence.Split('\n');
        return lines.Length <= ShownLines
            ? licence
            : $"{string.Join('\n', lines.Take(ShownLines))}\n… {lines.Length - ShownLines} more lines: hearth models show {name} --licence\n";
    }

    /// <summary>A line, byte by byte: what follows it belongs to whoever reads next.</summary>
    static string ReadLine(Stream input)
    {
        var bytes = new List<byte>();
        for (int next; (next = input.ReadByte()) >= 0 && next != '\n' && bytes.Count < MaxAnswerBytes;)
            bytes.Add((byte)next);
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
