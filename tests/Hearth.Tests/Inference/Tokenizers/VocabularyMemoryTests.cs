using Hearth.Formats.Gguf;
using Hearth.Inference.Tokenizers;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>What a vocabulary costs, measured while nothing else runs.</summary>
[Collection("alone")]
public sealed class VocabularyMemoryTests
{
    [Fact]
    public void The_vocabulary_of_the_shipped_model_stays_small()
    {
        using var file = GgufFile.Open(Vocabularies.SmolLm2File);
        // What earlier tests left to finalizers would count against it otherwise.
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var tokenizer = Tokenizer.Create(file);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 1_000_000, 15_000_000);
        GC.KeepAlive(tokenizer);
    }
}
