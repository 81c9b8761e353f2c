using Hearth.Models;
using Hearth.Requests;
using Hearth.Server.Routes;
using Hearth.Storage;

namespace Hearth.Tests.Server.Routes;

public sealed class DispatcherTests
{
    [Fact]
    public void No_failure_tells_a_client_where_files_of_the_machine_lie()
    {
        const string path = "/home/alice/models/x.gguf";
        foreach (var (failure, status, remedy) in ((Exception, int, string)[])[
            (new StorageException($"{path} cannot grow: the disk is full.", "", "Make room."), 503, "hearth users list"),
            (new ModelStoreException($"{path} cannot be read.", "", "Put a copy of it back."), 503, "hearth models list"),
            (new EngineException(FailureCode.InvalidModel, $"There is no file {path}.", "a file that can be read", "check the path"), 500, "hearth inspect"),
            (new IOException(path), 500, "log")])
        {
            var refusal = Dispatcher.Explain(failure, RouteTable.All[0]);
            Assert.Equal(status, refusal.Status);
            Assert.DoesNotContain("alice", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(remedy, refusal.Message, StringComparison.Ordinal);
        }
    }
}
