using Hearth.Confinement;
using Hearth.Requests;
using Hearth.Workers.Client;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;
using Hearth.Workers.Server;
using Hearth.Workers.Supervision;

namespace Hearth.Tests.Workers.Support;

/// <summary>A worker that is a task of this process: the real server over a connection in memory.</summary>
sealed class FakeWorker : IWorkerProcess
{
    readonly Duplex _duplex = new();
    readonly TaskCompletionSource<ProcessExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal FakeWorker(IModelFile model)
        : this(() => model)
    {
    }

    internal FakeWorker(Func<IModelFile> open)
        : this(link => WorkerServer.RunAsync(link, open))
    {
    }

    FakeWorker(Func<Stream, Task<string?>> serve) => Served = Task.Run(async () =>
    {
        var rule = await serve(_duplex.Worker);
        await _duplex.Worker.DisposeAsync();
        _exit.TrySetResult(new(rule is null ? 0 : 3, null, null));
        return rule;
    });

    /// <summary>Says nothing.</summary>
    internal static FakeWorker Silent() => new(_ => Forever);

    /// <summary>Greets, and says nothing more.</summary>
    internal static FakeWorker Deaf(bool immortal = false) => new(link =>
    {
        new FrameWriter(link).Write(FrameKind.HelloAck, 0, new HelloAck(Hello.Current, ""), HelloAck.Write);
        return Forever;
    })
    {
        Immortal = immortal,
    };

    /// <summary>Greets, and ends.</summary>
    internal static FakeWorker Leaving() => new(link =>
    {
        new FrameWriter(link).Write(FrameKind.HelloAck, 0, new HelloAck(Hello.Current, ""), HelloAck.Write);
        return Task.FromResult<string?>(null);
    });

    /// <summary>Greets, and ends in the middle of a frame.</summary>
    internal static FakeWorker Torn() => new(link =>
    {
        new FrameWriter(link).Write(FrameKind.HelloAck, 0, new HelloAck(Hello.Current, ""), HelloAck.Write);
        link.Write(FrameWriter.Encode(new(), FrameKind.HelloAck, 0, new HelloAck(Hello.Current, "longer"), HelloAck.Write)[..^1]);
        return Task.FromResult<string?>(null);
    });

    /// <summary>Says what has no meaning.</summary>
    internal static FakeWorker Noise() => new(link =>
    {
        link.Write(new byte[100]);
        return Forever;
    });

    static Task<string?> Forever => new TaskCompletionSource<string?>().Task;

    /// <summary>Ends with the server: null, or the rule that the host broke.</summary>
    internal Task<string?> Served { get; }

    /// <summary>What the system says of its memory.</summary>
    internal long? Anonymous { get; set; }

    internal bool Disposed { get; private set; }

    public int Id => 4711;

    public Stream Link => _duplex.Host;

    public Task<ProcessExit> ExitAsync() => _exit.Task;

    public long? AnonymousBytes() => Anonymous;

    /// <summary>True: it lives on when it is killed, as a process that waits for a broken disk does.</summary>
    internal bool Immortal { get; init; }

    public void Kill()
    {
        if (!Immortal)
            Die(new(null, 9, null));
    }

    /// <summary>Ends as if by this.</summary>
    internal void Die(ProcessExit exit)
    {
        if (_exit.TrySetResult(exit))
            _duplex.Worker.Dispose();
    }

    public void Dispose()
    {
        Disposed = true;
        _duplex.Host.Dispose();
    }

    /// <summary>A model file behind such a worker.</summary>
    internal static WorkerModelFile Serve(IModelFile model) => Serve(() => new FakeWorker(model));

    /// <summary>A model file behind workers that this makes.</summary>
    internal static WorkerModelFile Serve(Func<IWorkerProcess> start, WorkerOptions? options = null) => new(new WorkerSupervisor(start, options ?? Usual));

    /// <summary>No model file: the worker brings its own.</summary>
    internal static WorkerOptions Usual { get; } = new() { ModelPaths = [] };
}
