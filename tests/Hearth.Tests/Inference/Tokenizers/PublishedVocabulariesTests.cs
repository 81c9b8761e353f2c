using System.Text.Json;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>Other models' vocabularies with the ids of their published tokenizers. Their licences keep them out of the project.</summary>
public sealed class PublishedVocabulariesTests
{
    public static TheoryData<string> Names
        => ["bert-bge", "deepseek-coder", "falcon", "gemma3", "gpt-2", "llama-bpe", "llama-spm", "phi-3", "qwen3", "xlnet"];

    [Theory, MemberData(nameof(Names))]
    public void The_common_texts_have_the_published_ids(string name)
    {
        var tokenizer = Vocabularies.Shared(name);
        var texts = File.ReadAllText(Repository.Shared("data", "tokenizers", $"{name}.inp")).Split("\n__ggml_vocab_test__\n");
        var lines = File.ReadAllText(Repository.Shared("data", "tokenizers", $"{name}.out")).Split('\n');
        Assert.Equal(47, texts.Length);
        for (var i = 0; i < texts.Length; i++)
            Assert.Equal(lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse), tokenizer.Encode(texts[i]));
    }

    [Theory, MemberData(nameof(Names))]
    public void Further_cases_have_the_published_ids(string name)
    {
        var tokenizer = Vocabularies.Shared(name);
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Shared("data", "tokenizers", $"{name}.more.json")));
        var cases = json.RootElement.GetProperty("cases").EnumerateArray().ToArray();
        Assert.Equal(name == "gemma3" ? 99 : 100, cases.Length);
        Assert.Empty(cases.Where(c => !Ids(c).SequenceEqual(tokenizer.Encode(c.GetProperty("text").GetString()!, c.GetProperty("parse_special").GetBoolean())))
            .Select(c => c.GetProperty("name").GetString()));

        static IEnumerable<int> Ids(JsonElement item) => item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32());
    }

    [Theory]
    [InlineData("gpt-2", false, new[] { 50256 })]
    [InlineData("llama-bpe", true, new[] { 128001, 128009 })]
    [InlineData("qwen3", false, new[] { 151643, 151645 })]
    public void Ends_of_turns_are_known(string name, bool addBos, int[] ends)
    {
        var special = Vocabularies.Shared(name).Special;
        Assert.Equal(addBos, special.AddBos);
        Assert.Equal(ends, special.Ends);
    }
}
