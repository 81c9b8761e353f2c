using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tensors.Kernels;
using Hearth.Tests.Workers.Support;

namespace Hearth.Tests.Workers.Supervision;

/// <summary>The memory of the real worker in the middle of an answer: what can be executed can't be written.</summary>
public sealed class WorkerMapsTests
{
    /// <summary>How the runtime names the memory of the code that it compiles: each page may be mapped twice, for executing and, while it is filled, for writing.</summary>
    const string RuntimeCode = "/memfd:doublemapper (deleted)";

    /// <summary>Pages of the system itself.</summary>
    static readonly string[] OfTheKernel = ["[vdso]", "[vsyscall]"];

    [Theory]
    [InlineData(RealWorker.Managed)]
    [InlineData(RealWorker.Native)]
    public async Task No_page_can_be_written_and_executed_and_no_code_is_without_a_file_but_the_kernels(string kind)
    {
        await foreach (var (process, maps) in WhileAnsweringAsync(kind))
        {
            Assert.DoesNotContain(maps, m => m.IsWritable && m.IsExecutable);
            var code = maps.Where(m => m.IsExecutable && !OfTheKernel.Contains(m.File)).ToList();
            Assert.Contains(code, m => m.File.EndsWith("/libc.so.6", StringComparison.Ordinal));
            Assert.All(code.Where(m => m.File != RuntimeCode && m.File.Length > 0), m => Assert.StartsWith("/", m.File, StringComparison.Ordinal));
            Assert.True(kind == RealWorker.Managed || code.All(m => m.File != RuntimeCode), "A native worker compiled code.");
            Assert.Equal(GeneratedKernels.IsSupported ? [Kernels()] : [], code.Where(m => m.File.Length == 0).Select(m => m.Read(process, Kernels().Length)));
        }
    }

    [Theory]
    [InlineData(RealWorker.Managed)]
    [InlineData(RealWorker.Native)]
    public async Task Only_the_runtime_itself_can_write_a_page_at_one_address_that_it_executes_at_another(string kind)
    {
        await foreach (var (_, maps) in WhileAnsweringAsync(kind))
        {
            var code = maps.Where(m => m.IsExecutable && m.File.Length > 0).ToList();
            Assert.DoesNotContain(maps, m => m.Permissions[1..] is ['w', _, 's'] && m.File != RuntimeCode && code.Any(m.Overlaps));
        }
    }

    /// <summary>What the worker has mapped at several points of an answer.</summary>
    static async IAsyncEnumerable<(int Process, IReadOnlyList<MemoryMap> Maps)> WhileAnsweringAsync(string kind)
    {
        await using var file = await RealWorker.OpenAsync(kind);
        await using var engine = await file.LoadAsync(new() { ContextLength = 512 }, null, TestContext.Current.CancellationToken);
        // A fast machine says sixteen tokens in one piece.
        var request = new GenerationRequest(new ChatPrompt([new("user", "Name three trees.")])) { MaxTokens = 96, IgnoreEndOfText = true, Sampling = SamplingOptions.Greedy };
        var looks = 0;
        await foreach (var said in engine.GenerateAsync(request, TestContext.Current.CancellationToken))
        {
            if (said is not Delta)
                continue;
            var process = file.WorkerProcessId!.Value;
            var maps = MemoryMap.Of(process);
            Assert.SkipUnless(maps is not null, "looking into an undumpable process needs root");
            looks++;
            yield return (process, maps);
        }

        Assert.True(looks > 5, $"{looks} pieces of an answer came.");
    }

    static byte[] Kernels()
    {
        using var stream = typeof(GeneratedKernels).Assembly.GetManifestResourceStream("avx512-vnni.bin")!;
        var code = new byte[stream.Length];
        stream.ReadExactly(code);
        return code;
    }
}
