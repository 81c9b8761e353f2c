using System.Runtime.CompilerServices;
using System.Text;
using Hearth.Cli;
using Hearth.Cli.Commands;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Workers.Verification;

namespace Hearth.Tests.Cli.Support;

/// <summary>Runs command lines in the test's process, with streams, environment and model of the test.</summary>
sealed class CliRun : IDisposable
{
    readonly TemporaryFolder _folder = new();
    MemoryStream _output = new(), _error = new();

    internal FakeModel Model { get; } = new();

    internal Dictionary<string, string> Environment { get; } = [];

    /// <summary>The models that were opened.</summary>
    internal List<ModelChoice> Opened { get; } = [];

    /// <summary>What happens when a worker has started.</summary>
    internal Action<ModelChoice>? OnOpen { get; set; }

    internal Exception? OpenFailure { get; set; }

    /// <summary>A result of <c>hearth verify confinement</c>.</summary>
    internal static readonly ConfinementVerification Verified = new()
    {
        Machine = new("6.12.1", "X64", 6, "somebody", "managed", new(2026, 11, 25, 6, 30, 0, TimeSpan.Zero)),
        DeniedCalls = 12,
        Attempts =
        [
            new("network", "socket inet", "connections to any machine over IPv4", AttemptVerdict.Denied, "", [new("main", "EPERM", "OK"), new("pool", "EPERM", "OK")]),
            new("network", "socket tipc", "connections of clusters", AttemptVerdict.NotDiscriminating, "this kernel has no such sockets (EAFNOSUPPORT)", [new("main", "EPERM", "EAFNOSUPPORT")]),
            new("memory", "start a thread", "nothing", AttemptVerdict.Allowed, "a runtime has threads, and kernels compute on several, as many as there are cores", [new("main", "OK", "OK")]),
        ],
    };

    internal Func<IProgress<LoadProgress>, CancellationToken, Task<ConfinementVerification>> Verify { get; set; } = (_, _) => Task.FromResult(Verified);

    internal bool Terminals { get; set; }

    internal bool InputIsTerminal { get; set; }

    /// <summary>Standard input where it is not the bytes of the call.</summary>
    internal Stream? Input { get; set; }

    internal string Output => Encoding.UTF8.GetString(_output.ToArray());

    internal string Error => Encoding.UTF8.GetString(_error.ToArray());

    /// <summary>A file of the test, with this content.</summary>
    internal string File(string name, string content)
    {
        var path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    internal string PathOf(string name) => Path.Combine(_folder.Path, name);

    /// <summary>Runs one command line to its end.</summary>
    internal Task<int> RunAsync(params string[] words) => RunAsync([], words);

    internal async Task<int> RunAsync(byte[] input, string[] words, CancellationToken? cancellation = null)
    {
        (_output, _error) = (new(), new());
        Environment.TryAdd("HOME", _folder.Path);
        var host = new Host
        {
            Terminal = new(Input ?? new MemoryStream(input), _output, _error, new(InputIsTerminal, Terminals, Terminals, Terminals, () => 80, () => 24)),
            OpenModel = (choice, _) => Open(choice),
            Worker = () => new(PathOf("hearth-worker-v3")),
            Confinement = () => [("seccomp", "enforced"), ("Landlock", "enforced, version 6")],
            VerifyConfinement = Verify,
            Environment = name => Environment.GetValueOrDefault(name),
            Clock = TimeProvider.System,
            ProgramFolder = _folder.Path,
        };
        return await CommandLine.RunAsync(words, host, cancellation ?? TestContext.Current.CancellationToken);
    }

    /// <summary>Not inlined: a test looks for its name in a stack trace.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    Task<IModelFile> Open(ModelChoice choice)
    {
        Opened.Add(choice);
        OnOpen?.Invoke(choice);
        return OpenFailure is null ? Task.FromResult<IModelFile>(Model) : throw OpenFailure;
    }

    /// <summary>Runs with the model that ships in its place (an empty file: nothing here reads it).</summary>
    internal CliRun WithShippedModel()
    {
        File("models/SmolLM2-135M-Instruct/SmolLM2-135M-Instruct.Q4_1.gguf", "");
        return this;
    }

    public void Dispose() => _folder.Dispose();
}
