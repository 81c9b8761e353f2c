using Hearth.Confinement;
using Hearth.Workers.Supervision;

namespace Hearth.Tests.Workers.Support;

/// <summary>A worker whose bytes the host has no memory for, from the second read on: the greeting still arrives.</summary>
sealed class StarvedLink(FakeWorker worker) : IWorkerProcess
{
    public int Id => worker.Id;

    public Stream Link { get; } = new Starved(worker.Link);

    public Task<ProcessExit> ExitAsync() => worker.ExitAsync();

    public long? AnonymousBytes() => worker.AnonymousBytes();

    public void Kill() => worker.Kill();

    public void Dispose() => worker.Dispose();

    sealed class Starved(Stream link) : Stream
    {
        int _reads;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = link.Read(buffer, offset, count);
#pragma warning disable CA2201 // As the runtime itself would.
            return _reads++ == 0 ? read : throw new OutOfMemoryException();
#pragma warning restore CA2201
        }

        public override void Write(byte[] buffer, int offset, int count) => link.Write(buffer, offset, count);

        public override void Flush() => link.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
