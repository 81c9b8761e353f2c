using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Hearth.Requests;
using Hearth.Tests.Support;

namespace Hearth.Tests.Architecture;

/// <summary>Texts of users stay out of logs and errors: what may show its strings, and where a text is taken out of its wrapper, is listed here.</summary>
public sealed class TextTests
{
    const string Canary = "canary-7f3a";

    static readonly Assembly[] Rooms =
    [
        typeof(IEngine).Assembly, typeof(Hearth.Workers.Client.WorkerModelFile).Assembly, typeof(Hearth.Inference.ModelFile).Assembly,
        typeof(Hearth.Models.ModelStoreException).Assembly, typeof(Hearth.Cli.Host).Assembly, typeof(Hearth.Server.HearthServer).Assembly, typeof(Hearth.Storage.Database).Assembly, typeof(Hearth.Confinement.ConfinedProcess).Assembly,
        typeof(Hearth.Formats.Gguf.GgufFile).Assembly, typeof(Hearth.Tensors.Threading.Crew).Assembly,
    ];

    /// <summary>Where strings are names and words of model files, of templates, of the machine and of other programs.</summary>
    static readonly string[] Names =
    [
        "Hearth.Cli.Publishing.", "Hearth.Confinement.", "Hearth.Formats.", "Hearth.Inference.Architectures.", "Hearth.Inference.ChatTemplates.Syntax.",
        "Hearth.Inference.ResponseParsing.Syntax.", "Hearth.Inference.Tokenizers.", "Hearth.Models.", "Hearth.Requests.Models.", "Hearth.Workers.Verification.",
    ];

    /// <summary>Other types whose printing shows a string, which is a name or a word of this program; of a message it is the role. A text of a user is a <see cref="PrivateText"/>.</summary>
    static readonly HashSet<string> Showing =
    [
        "Hearth.Cli.Chat.SlashCommand", "Hearth.Cli.Commands.ChosenModel", "Hearth.Cli.Commands.Command", "Hearth.Cli.Markdown.BlockStart", "Hearth.Cli.Output.Failure",
        "Hearth.Cli.Output.ImportOutcome", "Hearth.Cli.Settings.AdapterChoice", "Hearth.Cli.Planning.TypicalModel", "Hearth.Cli.Watching.WatchedProcess", "Hearth.Inference.ResponseParsing.CallBlock",
        "Hearth.Inference.ResponseParsing.ReasoningTags", "Hearth.Inference.ResponseParsing.ResponseFormat", "Hearth.Inference.Sampling.SamplingRules+Range", "Hearth.Requests.Chat.ChatMessage", "Hearth.Server.ListenOptions", "Hearth.Server.Operations.RequestRecord+__LogRequestStruct", "Hearth.Server.Routes.Route",
        "Hearth.Storage.Access.ApiKey", "Hearth.Storage.Access.KeyGrant", "Hearth.Storage.Access.Principal", "Hearth.Storage.Access.UserAccount",
        "Hearth.Workers.Client.InstalledWorker", "Hearth.Workers.Client.NativeWorker", "Hearth.Workers.Client.WorkerOptions", "Hearth.Workers.Client.WorkerProgram", "Hearth.Workers.Protocol.Messages.HelloAck",
    ];

    /// <summary>Files that take texts out of their wrapper, to compute with them, send them to the worker or show them to the user who asked.</summary>
    static readonly string[] Revealing =
    [
        "Hearth.Cli/Chat/ChatCommands.cs",
        "Hearth.Cli/Chat/ChatSession.cs",
        "Hearth.Cli/Chat/ConversationFile.cs",
        "Hearth.Cli/Chat/Summary.cs",
        "Hearth.Cli/Chat/ThinkingView.cs",
        "Hearth.Cli/Commands/EmbedCommand.cs",
        "Hearth.Cli/Commands/FirstKey.cs",
        "Hearth.Cli/Commands/KeysAddCommand.cs",
        "Hearth.Cli/Commands/RerankCommand.cs",
        "Hearth.Cli/Commands/RunCommand.cs",
        "Hearth.Cli/Commands/TemplateCommand.cs",
        "Hearth.Cli/Output/Answer.cs",
        "Hearth.Cli/Output/AnswerJson.cs",
        "Hearth.Cli/Output/Failure.cs",
        "Hearth.Inference/Constraints/CallGrammar.cs",
        "Hearth.Inference/Constraints/ConstraintCompiler.cs",
        "Hearth.Inference/Generation/ChatContext.cs",
        "Hearth.Inference/Generation/ChatPrompts.cs",
        "Hearth.Inference/Generation/Embedder.cs",
        "Hearth.Inference/Generation/Reranker.cs",
        "Hearth.Inference/ModelFile.cs",
        "Hearth.Inference/ResponseParsing/OfferedTools.cs",
        "Hearth.Inference/Sampling/StopMatcher.cs",
        "Hearth.Inference/Scheduling/Answer.cs",
        "Hearth.Inference/Scheduling/Pieces.cs",
        "Hearth.Requests/Chat/ChatMessages.cs",
        "Hearth.Requests/Chat/EngineChatClient.cs",
        "Hearth.Server/Anthropic/MessageParts.cs",
        "Hearth.Server/Anthropic/MessageStream.cs",
        "Hearth.Server/Anthropic/Messages.cs",
        "Hearth.Server/Ollama/AnswerWriter.cs",
        "Hearth.Server/Ollama/Chat.cs",
        "Hearth.Server/OpenAi/ChatWriter.cs",
        "Hearth.Server/OpenAi/CompletionWriter.cs",
        "Hearth.Server/OpenAi/Responses/CallItem.cs",
        "Hearth.Server/OpenAi/Responses/ResponseOutput.cs",
        "Hearth.Server/OpenAi/Responses/ResponseWriter.cs",
        "Hearth.Server/Serving/GatheredAnswer.cs",
        "Hearth.Server/Serving/PooledModel.cs",
        "Hearth.Workers/Protocol/Messages/FailureMessage.cs",
        "Hearth.Workers/Protocol/WireWriter.cs",
    ];

    public static TheoryData<string> Printing => [.. Rooms.SelectMany(r => r.GetTypes()).Where(Prints).Select(t => $"{t}").Where(t => !Names.Any(n => t.StartsWith(n, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Printing))]
    public void A_type_does_not_print_its_strings_unless_they_are_known_to_be_names(string name)
    {
        var type = Rooms.Select(r => r.GetType(name)).Single(t => t is not null)!;
        Assert.Equal(Showing.Contains(name), Filled(type, Canary)!.ToString()!.Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_are_revealed_in_the_files_that_are_listed_here()
        => Assert.Equal(Revealing, Sources().Where(f => f.Source.Contains(".Reveal()", StringComparison.Ordinal)).Select(f => f.Path));

    [Fact]
    public void No_exception_is_made_of_a_revealed_text()
        => Assert.Empty(Sources().SelectMany(f => f.Source.Split(';').Where(IsThrown).Select(s => $"{f.Path}: {s.Trim()}")));

    static bool IsThrown(string statement) => Regex.IsMatch(statement, @"(\bthrow\b|Exception\(|Refusal\(|Violation\()[^;]*\.Reveal\(\)");

    static IEnumerable<(string Path, string Source)> Sources()
        => Directory.EnumerateFiles(Repository.At("src"), "*.cs", SearchOption.AllDirectories)
            .Select(f => (Path.GetRelativePath(Repository.At("src"), f), File.ReadAllText(f))).OrderBy(f => f.Item1, StringComparer.Ordinal);

    /// <summary>Records, and types with a ToString of their own; but not a builder, whose ToString is how its text is taken out.</summary>
    static bool Prints(Type type)
        => type.Name != "BoundedText" && type is { IsAbstract: false, IsEnum: false, ContainsGenericParameters: false } && !typeof(Delegate).IsAssignableFrom(type)
            && type.GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType!.Assembly == type.Assembly;

    /// <summary>A value whose own strings are a text. What it refers to is left out: each type answers for itself.</summary>
    static object? Filled(Type type, string text)
    {
        if (type == typeof(string))
            return text;
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Filled(inner, text);
        if (Elements(type) is { } element)
            return type.IsAssignableFrom(element.MakeArrayType()) ? Array.CreateInstance(element, 0) : null;
        if (!Rooms.Contains(type.Assembly) || type.IsEnum || type.IsByRefLike)
            return null;
        var value = RuntimeHelpers.GetUninitializedObject(type);
        for (var level = type; level is not null && Rooms.Contains(level.Assembly); level = level.BaseType)
        {
            foreach (var field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                var kind = field.FieldType;
                var isText = kind == typeof(string) || kind == typeof(PrivateText) || kind == typeof(PrivateText?);
                if ((isText || kind.IsValueType || Elements(kind) is not null) && Filled(kind, isText ? text : "-") is { } filling)
                    field.SetValue(value, filling);
            }
        }

        return value;
    }

    static Type? Elements(Type type) => type.IsArray ? type.GetElementType()
        : type is { IsInterface: true, IsGenericType: true, GenericTypeArguments.Length: 1 } && type.IsAssignableTo(typeof(System.Collections.IEnumerable)) ? type.GenericTypeArguments[0]
        : null;
}
