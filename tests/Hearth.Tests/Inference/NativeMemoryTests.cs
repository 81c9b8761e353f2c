using Hearth.Requests.Chat;
using Hearth.Tensors.Memory;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference;

/// <summary>All memory outside the collector's comes back: nothing else runs meanwhile.</summary>
[Collection("alone")]
public sealed class NativeMemoryTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_engine_gives_back_all_its_memory()
    {
        var before = NativeBuffer.LiveBytes;
        await using (var file = TinyModel.Open())
        {
            await using var engine = await file.LoadAsync(new() { ContextLength = 128 }, null, Stop);
            Assert.True(NativeBuffer.LiveBytes > before);
            Assert.Equal(4, await engine.GenerateAsync(new(new TokenPrompt([1])) { MaxTokens = 2, IgnoreEndOfText = true }, Stop).CountAsync(Stop));
        }

        Assert.Equal(before, NativeBuffer.LiveBytes);
    }

    [Fact]
    public async Task A_load_that_is_given_up_gives_back_all_its_memory()
    {
        var before = NativeBuffer.LiveBytes;
        await using var file = TinyModel.Open();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var reports = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => file.LoadAsync(new() { ContextLength = 128 }, new AtOnce(() =>
        {
            if (++reports == 5)
                cancel.Cancel();
        }), cancel.Token));
        Assert.Equal(before, NativeBuffer.LiveBytes);
    }
}
