using Hearth.Cli.Chat;
using Hearth.Cli.Commands;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;

namespace Hearth.Fuzz.Targets;

/// <summary>Reads the input as a file that a user names on the command line; the first byte says which.</summary>
static class UserFilesTarget
{
    const string Name = "file";

    static readonly Action<byte[]>[] Readers =
    [
        bytes => TextLines.Parse(bytes, Name),
        bytes => TokenLists.Parse(bytes, Name),
        bytes => TokenLists.ParseOne(bytes, Name),
        bytes => FuzzFinding.Unless(ToolFile.Parse(bytes, Name).All(tool => tool.Name is not null), "a tool has a name"),
        bytes => ConversationFile.Load(Name, bytes, new()),
        ReadConfiguration,
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

    /// <summary>From a file; where there are no bytes, there is none.</summary>
    static void ReadConfiguration(byte[] bytes)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            if (bytes.Length > 0)
                File.WriteAllBytes(path, bytes);
            FuzzFinding.Unless(ConfigurationFile.Read(path).Values.All(texts => texts.All(text => text is not null)), "a setting has texts");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
