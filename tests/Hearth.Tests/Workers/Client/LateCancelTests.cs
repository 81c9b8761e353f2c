using Hearth.Requests.Chat;
using Hearth.Requests.Models;
using Hearth.Tests.Workers.Support;
using Hearth.WorkerDouble;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;
using Hearth.Workers.Server;

namespace Hearth.Tests.Workers.Client;

/// <summary>A Cancel that crosses the last frame of its answer on the way.</summary>
public sealed class LateCancelTests
{
    [Fact]
    public async Task After_the_last_word_of_an_answer_nothing_more_is_said_of_it()
    {
        var duplex = new Duplex();
        var served = Task.Run(() => WorkerServer.RunAsync(duplex.Worker, () => new FakeModel()), TestContext.Current.CancellationToken);
        var (writer, reader) = (new FrameWriter(duplex.Host), new FrameReader(duplex.Host));
        writer.Write(FrameKind.Hello, 0, new Hello(Hello.Current, Hello.Current), Hello.Write);
        Expect(FrameKind.HelloAck);
        writer.Write(FrameKind.Load, 1, new LoadOptions(), LoadMessages.Write);
        Expect(FrameKind.Loaded);
        writer.Write(FrameKind.Generate, 2, new GenerateMessage(64, new(new TextPrompt("linger"))), GenerateMessage.Write);
        Expect(FrameKind.Done);
        writer.Write(FrameKind.Cancel, 2, 0, static (_, _) => { });
        // Were the request still open, its end would come before the answer to this one.
        await Task.Delay(100, TestContext.Current.CancellationToken);
        writer.Write(FrameKind.Ping, 0, 0, static (_, _) => { });
        Assert.True(reader.TryRead(out var next));
        Assert.Equal(FrameKind.Pong, next.Kind);
        await duplex.Host.DisposeAsync();
        await served;

        void Expect(FrameKind kind)
        {
            while (reader.TryRead(out var frame) && frame.Kind != kind)
                Assert.NotEqual(FrameKind.Failed, frame.Kind);
        }
    }
}
