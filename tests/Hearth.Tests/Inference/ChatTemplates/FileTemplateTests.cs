using System.Text.Json;
using Hearth.Inference.ChatTemplates;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.ChatTemplates;

/// <summary>Templates of ours for files that Ollama converted, against the forms that the models' makers give.</summary>
public sealed class FileTemplateTests
{
    const string Messages = """
        {"bos_token": "<bos>", "add_generation_prompt": true, "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi "}, {"role": "assistant", "content": "Hello."}, {"role": "user", "content": "Why?"}]}
        """;

    [Fact]
    public void Gemma_s_turns_are_as_its_makers_say()
        => Assert.Equal(
            "<bos><start_of_turn>user\nBe brief.\n\nHi<end_of_turn>\n<start_of_turn>model\nHello.<end_of_turn>\n<start_of_turn>user\nWhy?<end_of_turn>\n<start_of_turn>model\n",
            Render(new GgufBuilder().Entry("general.architecture", "gemma3")));

    [Fact]
    public void Llama_3_s_turns_are_as_its_makers_say()
        => Assert.Equal(
            "<bos><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\nWhy?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
            Render(Llama3()));

    [Fact]
    public void Gpt_oss_s_messages_are_as_its_makers_say()
        => Assert.Equal(
            "<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\nCurrent date: 2026-11-30\n\nReasoning: medium\n\n"
            + "# Valid channels: analysis, commentary, final. Channel must be included for every message.<|end|><|start|>developer<|message|># Instructions\n\nBe brief.<|end|>"
            + "<|start|>user<|message|>Hi <|end|><|start|>assistant<|channel|>final<|message|>Hello.<|end|><|start|>user<|message|>Why?<|end|><|start|>assistant",
            Render(new GgufBuilder().Entry("general.architecture", "gptoss")));

    [Fact]
    public void A_file_s_own_template_counts_and_files_of_others_get_none()
    {
        Assert.Equal(("own", false), Of(new GgufBuilder().Entry("general.architecture", "gptoss").Entry("tokenizer.chat_template", "own")));
        Assert.Equal((null, false), Of(new GgufBuilder().Entry("general.architecture", "gemma3").Entry("gemma3.attention.layer_norm_rms_epsilon", 1e-6f)));
        Assert.Equal((null, false), Of(Llama3().Entry("tokenizer.ggml.pre", "llama-bpe")));
        Assert.Equal((null, false), Of(new GgufBuilder().Entry("general.architecture", "llama").Entry("tokenizer.ggml.tokens", 5)));
        Assert.Equal((null, false), Of(new GgufBuilder()));
    }

    static GgufBuilder Llama3() => new GgufBuilder().Entry("general.architecture", "llama").Entry("tokenizer.ggml.tokens", (string[])["a", "<|eot_id|>"]).Entry("tokenizer.ggml.eos_token_id", 1u);

    static (string? Template, bool IsOurs) Of(GgufBuilder builder)
    {
        using var file = builder.Open();
        return (FileTemplate.Of(file.Metadata, out var isOurs), isOurs);
    }

    static string Render(GgufBuilder builder)
    {
        var (template, isOurs) = Of(builder);
        Assert.True(isOurs);
        return ChatTemplate.Parse(template!).Render(JsonElement.Parse(Messages), new DateTime(2026, 11, 30, 0, 0, 0, DateTimeKind.Unspecified), TestContext.Current.CancellationToken);
    }
}
