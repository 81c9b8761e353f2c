using Hearth.Cli.Chat;
using Hearth.Cli.Commands;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;

namespace Hearth.Fuzz.Targets;

/// <summary>Reads the input as a file that a user names on the command line; the first byte says which.</summary>
static class UserFilesTarget
{
    const string Path = "file";

    static readonly Action<byte[]>[] Readers =
    [
        bytes => FuzzFinding.Unless(TextLines.Parse(bytes, Path).TrueForAll(text => text is not null), "a text is one"),
        bytes => TokenLists.Parse(bytes, Path),
        bytes => TokenLists.ParseOne(bytes, Path),
        bytes => FuzzFinding.Unless(ToolFile.Parse(bytes, Path).All(tool => tool.Name is not null), "a tool has a name"),
        bytes => ConversationFile.Load(Path, bytes, new()),
        bytes => FuzzFinding.Unless(ConfigurationFile.Parse(bytes, Path).Values.All(texts => texts.All(text => text is not null)), "a setting has texts"),
    ];

    internal static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;
        try
        {
            Readers[input[0] % Readers.Length](input[1..].ToArray());
        }
        catch (CliException e)
        {
            FuzzFinding.Unless(e.Message.Length < 4096, "an error is short");
        }
    }
}
