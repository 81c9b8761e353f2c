using System.Text.Json;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Tokenizers;

/// <summary>Texts and conversations with the ids that the published tokenizer of the shipped model gives.</summary>
public sealed class ShippedModelTests
{
    public static TheoryData<int> Texts => [.. Enumerable.Range(0, Items("tokens.json").Length)];

    public static TheoryData<int> Chats => [.. Enumerable.Range(0, Items("chat.json").Length)];

    [Fact]
    public void All_reference_texts_are_there() => Assert.Equal((94, 12), (Texts.Count, Chats.Count));

    [Theory, MemberData(nameof(Texts))]
    public void A_text_has_the_published_ids_and_comes_back(int index)
    {
        var item = Items("tokens.json")[index];
        var text = item.GetProperty("text").GetString()!;
        var ids = Vocabularies.SmolLm2.Encode(text, item.GetProperty("parse_special").GetBoolean());
        Assert.Equal(Ids(item), ids);
        Assert.Equal(item.GetProperty("round_trip").GetBoolean(), Vocabularies.SmolLm2.Decode(ids) == text);
    }

    [Theory, MemberData(nameof(Chats))]
    public void A_rendered_conversation_has_the_published_ids(int index)
    {
        var item = Items("chat.json")[index];
        Assert.Equal(Ids(item), Vocabularies.SmolLm2.Encode(item.GetProperty("text").GetString()!, parseSpecial: true));
    }

    [Fact]
    public void A_turn_ends_with_either_of_two_tokens_and_a_text_begins_with_none()
    {
        var special = Vocabularies.SmolLm2.Special;
        Assert.Equal([0, 2], special.Ends);
        Assert.Equal((1, 2, false), (special.Bos, special.EndOfText, special.AddBos));
        Assert.True(special.IsEnd(0) && special.IsEnd(2) && !special.IsEnd(1));
        Assert.Null(Vocabularies.SmolLm2.Warning);
        Assert.Equal(49152, Vocabularies.SmolLm2.VocabularySize);
    }

    static JsonElement[] Items(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.At("tests", "data", "SmolLM2-135M-Instruct", file)));
        return [.. json.RootElement.GetProperty("items").Clone().EnumerateArray()];
    }

    static int[] Ids(JsonElement item) => [.. item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
}
