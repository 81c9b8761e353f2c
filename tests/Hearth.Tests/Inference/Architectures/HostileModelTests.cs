using Hearth.Formats.Gguf;
using Hearth.Inference.Architectures;
using Hearth.Requests;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Architectures;

/// <summary>Keys of every architecture with values that do not fit: the model loads, or is refused with a reason.</summary>
[Collection("kernels")]
public sealed class HostileModelTests
{
    public static TheoryData<string> Folders => OriginalModelTests.Folders;

    [Theory, MemberData(nameof(Folders))]
    public void Any_number_in_any_key_is_computed_with_or_refused(string folder)
    {
        var path = Path.Combine(Repository.Shared("data", "architectures", folder), "model.gguf");
        var refused = 0;
        using var original = GgufFile.Open(path);
        foreach (var key in original.Metadata.Entries.Select(e => e.Key).Where(k => !k.StartsWith("tokenizer.", StringComparison.Ordinal)))
        {
            object[] values = original.Metadata.TypeOf(key) switch
            {
                GgufValueType.U32 => [0u, 1u, 3u, 17u, 1u << 20, uint.MaxValue],
                GgufValueType.F32 => [0f, -1f, float.NaN, float.PositiveInfinity, 1e38f],
                GgufValueType.Str => ["", "yarn", "unknown"],
                _ => [],
            };
            foreach (var value in values)
                refused += Load(path, key, value) ? 0 : 1;
        }

        Assert.True(refused > 10, $"{refused} were refused");
    }

    static bool Load(string path, string key, object value)
    {
        using var file = QuantizedCopy.Of(path, key, value);
        try
        {
            using var model = LoadedDecoder.Load(file, new() { ContextLength = 64, PrefillThreads = 1, DecodeThreads = 1 }, null, CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is EngineException or InvalidDataException)
        {
            Assert.NotEmpty(e.Message);
            return false;
        }
    }
}
