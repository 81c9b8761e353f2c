using Hearth.Requests;
using Hearth.Tests.Cli.Support;

namespace Hearth.Tests.Server.Support;

/// <summary>A model whose worker ends after the first piece of an answer.</summary>
static class FailingModel
{
    internal static FakeModel Make()
    {
        var pieces = 0;
        return new() { BeforePiece = _ => ++pieces > 1 ? throw new EngineException(FailureCode.WorkerLost, "The worker ended.") : Task.CompletedTask };
    }

    internal static async Task<TestServer> ServeAsync()
    {
        var server = await TestServer.StartAsync();
        server.Model = Make();
        return server;
    }
}
