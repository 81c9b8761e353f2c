using Hearth.Requests;

namespace Hearth.Tests.Server.Support;

/// <summary>A model whose worker ends after the first piece of an answer.</summary>
static class FailingModel
{
    internal static async Task<TestServer> ServeAsync()
    {
        var server = await TestServer.StartAsync();
        var pieces = 0;
        server.Model.BeforePiece = _ => ++pieces > 1 ? throw new EngineException(FailureCode.WorkerLost, "The worker ended.") : Task.CompletedTask;
        return server;
    }
}
