using Hearth.Requests.Chat;
using Hearth.Requests.Models;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;
using Hearth.Workers.Server;

namespace Hearth.Tests.Workers.Server;

/// <summary>A worker whose host is gone ends, whatever it was doing: nobody else would end it.</summary>
[Collection("kernels")]
public sealed class LostHostTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_that_goes_while_the_engines_thread_writes_to_it_leaves_no_worker()
    {
        var duplex = new Duplex();
        var link = new HeldLink(duplex.Worker);
        var served = Task.Run(() => WorkerServer.RunAsync(link, TinyModel.OpenInline), Stop);
        var (writer, reader) = (new FrameWriter(duplex.Host), new FrameReader(duplex.Host));
        writer.Write(FrameKind.Hello, 0, new Hello(Hello.Current, Hello.Current), Hello.Write);
        writer.Write(FrameKind.Load, 1, new LoadOptions { ContextLength = 512 }, LoadMessages.Write);
        while (reader.TryRead(out var frame) && frame.Kind != FrameKind.Loaded)
            Assert.NotEqual(FrameKind.Failed, frame.Kind);
        writer.Write(FrameKind.Generate, 2, new GenerateMessage(64, new(new TokenPrompt([1])) { IgnoreEndOfText = true }), GenerateMessage.Write);
        await link.Held.WaitAsync(Patience.Longest, Stop);

        await duplex.Host.DisposeAsync();
        // By then the service waits for its requests, and the one that is held ends last.
        await Task.Delay(200, Stop);
        link.Break();

        Assert.Null(await served.WaitAsync(Patience.Longest, Stop));
    }

    /// <summary>The worker's end of a link, on which what the engine's thread writes waits until it breaks.</summary>
    sealed class HeldLink(Stream link) : Stream
    {
        readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously), _broken = new();

        /// <summary>The engine's thread writes.</summary>
        internal Task Held => _held.Task;

        internal void Break() => _broken.SetResult();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => link.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Thread.CurrentThread.Name != "engine")
            {
                link.Write(buffer, offset, count);
                return;
            }

            _held.TrySetResult();
            _broken.Task.Wait(Stop);
            throw new IOException("The host is gone.");
        }

        public override void Flush() => link.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
