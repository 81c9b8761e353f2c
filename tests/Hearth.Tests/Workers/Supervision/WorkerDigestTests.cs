using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hearth.Tests.Inference.Architectures;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;

namespace Hearth.Tests.Workers.Supervision;

/// <summary>Numeric profile 1 in the real worker: the digests on file are those of the engine in this process.</summary>
[Collection("kernels")]
public sealed class WorkerDigestTests
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RealWorker.Managed, 150)]
    [InlineData(RealWorker.Managed, 1090)]
    [InlineData(RealWorker.Native, 150)]
    [InlineData(RealWorker.Native, 1090)]
    public async Task All_logits_of_the_worker_have_the_digest_on_file(string kind, int length)
    {
        await using var file = await RealWorker.OpenAsync(kind);
        Assert.Equal(Hearth.Confinement.ConfinementSupport.Probe().Confined, file.Confinement!.Confined);
        await using var engine = await file.LoadAsync(new() { ContextLength = 2048 }, null, Token);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var row in engine.LogitsAsync(NumericProfileTests.Tokens(length), allPositions: true, Token))
            sha.AppendData(MemoryMarshal.AsBytes(row.AsSpan()));
        Golden.Matches(Convert.ToHexStringLower(sha.GetHashAndReset()) + "\n", $"logits-{length}.sha256", $"{nameof(NumericProfileTests)}.cs");
    }
}
