using Hearth.Requests.Chat;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Generation;

/// <summary>Readers that run on the engine's own thread.</summary>
[Collection("kernels")]
public sealed class InlineEventsTests
{
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_reads_on_the_engines_thread_can_dispose_of_the_engine_there()
    {
        await using var file = TinyModel.OpenInline();
        var engine = await file.LoadAsync(new() { ContextLength = 256 }, null, Stop);
        Assert.Equal("engine", await ReadAndDisposeAsync().WaitAsync(Soon, Stop));

        async Task<string?> ReadAndDisposeAsync()
        {
            string? thread = null;
            // On a busy machine all events of an answer may have come before anybody waits for one; not those of every answer.
            while (thread != "engine")
            {
                await foreach (var _ in engine.GenerateAsync(new(new TokenPrompt([1])) { IgnoreEndOfText = true, UseCache = false }, Stop))
                {
                    thread = Thread.CurrentThread.Name;
                    if (thread == "engine")
                        break;
                }
            }

            await engine.DisposeAsync();
            return thread;
        }
    }
}
