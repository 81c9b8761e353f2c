using System.IO.Pipelines;

namespace Hearth.Tests.Workers.Support;

/// <summary>Two ends of a connection in memory, each a stream that reads what the other writes.</summary>
sealed class Duplex
{
    internal Duplex()
    {
        var options = new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false);
        var (there, back) = (new Pipe(options), new Pipe(options));
        Host = new End(back.Reader, there.Writer);
        Worker = new End(there.Reader, back.Writer);
    }

    internal Stream Host { get; }

    internal Stream Worker { get; }

    sealed class End(PipeReader reader, PipeWriter writer) : Stream
    {
        readonly Stream _in = reader.AsStream();
        readonly Stream _out = writer.AsStream();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            try
            {
                return _in.Read(buffer, offset, count);
            }
            catch (OperationCanceledException e)
            {
                throw new IOException("This end is closed.", e);
            }
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            try
            {
                _out.Write(buffer, offset, count);
                _out.Flush();
            }
            catch (InvalidOperationException e)
            {
                throw new IOException("The other end is closed.", e);
            }
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            writer.Complete();
            reader.CancelPendingRead();
            base.Dispose(disposing);
        }
    }
}
