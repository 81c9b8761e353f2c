using Hearth.Confinement;
using Hearth.Tests.Support;
using Hearth.Workers.Client;

namespace Hearth.Tests.Workers.Support;

/// <summary>The real worker program with the model that ships: the one built with the tests, or the one that <c>./test --long aot</c> published.</summary>
static class RealWorker
{
    internal const string Managed = "managed", Native = "native";

    /// <summary>Confined where this machine can.</summary>
    internal static Task<WorkerModelFile> OpenAsync(string kind)
    {
        var native = Environment.GetEnvironmentVariable("HEARTH_NATIVE_WORKER");
        Assert.SkipUnless(kind == Managed || native is not null, "no native worker was published");
        var options = new WorkerOptions { ModelPaths = [ShippedModel.Path], WorkerPath = kind == Native ? native : null, Unconfined = !ConfinementSupport.Probe().Confined };
        return WorkerModelFile.OpenAsync(options, TestContext.Current.CancellationToken);
    }
}
