using Hearth.Confinement;
using Hearth.Tests.Workers.Support;
using Hearth.Workers.Supervision;

namespace Hearth.Tests.Workers.Supervision;

/// <summary>A session that can't begin.</summary>
public sealed class WorkerSessionTests
{
    [Fact]
    public async Task A_process_that_nothing_can_watch_does_not_live_on()
    {
        using var process = new Unwatchable();
        await Assert.ThrowsAsync<InsufficientMemoryException>(() => WorkerSession.BeginAsync(process, FakeWorker.Usual, TestContext.Current.CancellationToken));
        Assert.True(process.Disposed);
    }

    /// <summary>Where the system gives no thread, the link can't be made.</summary>
    sealed class Unwatchable : IWorkerProcess
    {
        internal bool Disposed { get; private set; }

        public int Id => 1;

        public Stream Link => throw new InsufficientMemoryException();

        public Task<ProcessExit> ExitAsync() => Task.FromResult(new ProcessExit(null, 9, null));

        public void Kill()
        {
        }

        public long? AnonymousBytes() => null;

        public void Dispose() => Disposed = true;
    }
}
