using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Hearth.Benchmarks.Machine;
using Hearth.Models;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Server;
using Hearth.Storage;
using Hearth.Storage.Access;
using Hearth.Workers.Client;

namespace Hearth.Benchmarks.Serving;

/// <summary>The server in this process with one model in a worker, which can also be asked without the server: two processes with the same model differ by more than what is measured.</summary>
sealed class HostedHearth : IAsyncDisposable
{
    const string User = "reader";

    /// <summary>From one piece of an answer to the next.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly string _folder = Directory.CreateTempSubdirectory("hearth-hosted-").FullName;
    Database _database = null!;
    HearthServer _server = null!;
    string _key = "";
    SharedModel _model = null!;

    /// <summary>Processor time that its workers used so far, in clock ticks; that of this process is known to whoever measures.</summary>
    internal static long Ticks() => ProcessTree.Descendants(Environment.ProcessId).Sum(ProcessTree.Ticks);

    /// <param name="file">The model.</param>
    /// <param name="worker">The worker's program; null for the one beside this program.</param>
    internal static async Task<HostedHearth> StartAsync(string file, string? worker = null)
    {
        var hosted = new HostedHearth();
        hosted._model = await SharedModel.OpenAsync(file, worker);
        hosted._database = Database.Open(Path.Combine(hosted._folder, "storage"), TimeProvider.System);
        await hosted._database.Users.AddAsync(User, new());
        var (_, key) = await hosted._database.Keys.AddAsync(User, new(KeyScopes.Chat));
        var part = new FileInfo(file);
        var entry = new ModelEntry
        {
            Name = ServedHearth.Model, Source = ModelSource.File, Origin = part.FullName, Files = [new() { Path = part.FullName, Bytes = part.Length, Modified = part.LastWriteTimeUtc }],
        };
        hosted._server = await HearthServer.StartAsync(
            new()
            {
                Models = new(Path.Combine(hosted._folder, "models"), [entry]),
                OpenModel = (_, _) => Task.FromResult<IModelFile>(hosted._model),
                ModelSettings = _ => new(new LoadOptions(), new GenerationRequest(new TextPrompt("")), System: null),
                Database = hosted._database,
            },
            new(ListenOptions.UsualAddress, 0),
            _ => { });
        hosted._key = key.Reveal();
        return hosted;
    }

    /// <summary>Tokens per second that the engine decodes when nobody hears of them.</summary>
    internal async Task<double> BareRateAsync(int tokens)
    {
        var rate = 0.0;
        // To the end: what follows it may block, what follows a figure would hold up the link.
        await foreach (var figure in _model.Engine.MeasureAsync(new(1, tokens, 1)))
            rate = figure.Kind == MeasurementKind.Decode ? figure.Value : rate;
        return rate;
    }

    /// <summary>Tokens per second of a stream from its first piece to its end, as a client hears them that does nothing but listen: its own work would be measured with the server's.</summary>
    internal double ServedRate(int tokens, int seed)
    {
        var body = StreamedAnswer.Body(StreamedAnswer.Prompt(1, seed), tokens);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
        };
        socket.Connect(_server.Address.Host, _server.Address.Port);
        socket.Send(Encoding.ASCII.GetBytes(
            $"POST /v1/completions HTTP/1.1\r\nHost: {_server.Address.Authority}\r\nAuthorization: Bearer {_key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        var (received, first) = (new ArrayBufferWriter<byte>(1 << 16), 0L);
        while (!received.WrittenSpan.EndsWith("\r\n0\r\n\r\n"u8))
        {
            var read = socket.Receive(received.GetSpan(1 << 14));
            if (read == 0)
                break;
            received.Advance(read);
            if (first == 0 && received.WrittenSpan.IndexOf("data: "u8) >= 0)
                first = Stopwatch.GetTimestamp();
        }

        var time = Stopwatch.GetElapsedTime(first);
        return Encoding.UTF8.GetString(received.WrittenSpan).Contains($"\"completion_tokens\":{tokens},", StringComparison.Ordinal)
            ? (tokens - 1) / time.TotalSeconds
            : throw new CommandFailedException($"The server's answer does not have {tokens} tokens.");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A model as the server opens it, loaded before it does.</summary>
    sealed class SharedModel(IModelFile file, IEngine engine) : IModelFile
    {
        internal IEngine Engine => engine;

        internal static async Task<SharedModel> OpenAsync(string path, string? worker)
        {
            var file = await WorkerModelFile.OpenAsync(new() { ModelPaths = [path], WorkerPath = worker, InlineReplies = true });
            return new(file, await file.LoadAsync(new() { ContextLength = 8192 }));
        }

        public Task<IEngine> LoadAsync(LoadOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken) => Task.FromResult(engine);

        public Task<ModelInspection> InspectAsync(int contextLength, CancellationToken cancellationToken) => file.InspectAsync(contextLength, cancellationToken);

        public Task<IReadOnlyList<int>> TokenizeAsync(PrivateText text, bool parseSpecial, CancellationToken cancellationToken) => file.TokenizeAsync(text, parseSpecial, cancellationToken);

        public Task<PrivateText> DetokenizeAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken) => file.DetokenizeAsync(tokens, cancellationToken);

        public Task<PrivateText> RenderAsync(RenderRequest request, CancellationToken cancellationToken) => file.RenderAsync(request, cancellationToken);

        public Task<MachineSpeed> MeasureMachineAsync(MachineRequest request, CancellationToken cancellationToken) => file.MeasureMachineAsync(request, cancellationToken);

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
