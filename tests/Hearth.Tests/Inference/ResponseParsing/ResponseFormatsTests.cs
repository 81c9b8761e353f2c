using Hearth.Inference.ResponseParsing;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.ResponseParsing;

public sealed class ResponseFormatsTests
{
    /// <summary>Templates of real models, and the family whose answers those models give; "plain" where their calls are not known.</summary>
    public static TheoryData<string, string> Templates => new()
    {
        { "Apertus-8B-Instruct", "plain" },
        { "Bielik-11B-v3.0-Instruct", "qwen3" },
        { "CohereForAI-c4ai-command-r-plus-tool_use", "plain" },
        { "GigaChat3-10B-A1.8B", "plain" },
        { "HuggingFaceTB-SmolLM3-3B", "smollm" },
        { "Kimi-K2-Thinking", "think" },
        { "LFM2-8B-A1B", "lfm2" },
        { "MiMo-VL", "hermes" },
        { "Mistral-Small-3.2-24B-Instruct-2506", "mistral" },
        { "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", "qwen3" },
        { "NousResearch-Hermes-3-Llama-3.1-8B-tool_use", "hermes" },
        { "Qwen-Qwen2.5-7B-Instruct", "hermes" },
        { "Qwen-Qwen3-0.6B", "qwen3" },
        { "Qwen3.5-4B", "qwen3" },
        { "StepFun3.5-Flash", "qwen3" },
        { "deepseek-ai-DeepSeek-R1-Distill-Llama-8B", "deepseek" },
        { "deepseek-ai-DeepSeek-V3.1", "deepseek" },
        { "deepseek-ai-DeepSeek-V4", "deepseek" },
        { "fireworks-ai-llama-3-firefunction-v2", "phi4" },
        { "google-gemma-2-2b-it", "gemma" },
        { "google-gemma-4-31B-it-interleaved", "gemma" },
        { "ibm-granite-granite-3.3-2B-Instruct", "granite" },
        { "llama-cpp-deepseek-r1", "deepseek" },
        { "meetkai-functionary-medium-v3.1", "llama3" },
        { "meta-llama-Llama-3.1-8B-Instruct", "llama3" },
        { "meta-llama-Llama-3.2-3B-Instruct", "llama3" },
        { "microsoft-Phi-3.5-mini-instruct", "plain" },
        { "mistralai-Mistral-Nemo-Instruct-2407", "mistral" },
        { "openai-gpt-oss-120b", "gpt-oss" },
        { "unsloth-mistral-Devstral-Small-2507", "mistral" },
    };

    [Theory, MemberData(nameof(Templates))]
    public void A_chat_template_tells_its_family(string template, string family)
        => Assert.Equal(family, ResponseFormats.Choose(File.ReadAllText(Path.Combine(Repository.Shared("data", "chat-templates"), template + ".jinja"))).Name);

    [Fact]
    public void The_answers_of_the_shipped_model_are_taken_as_they_are()
        => Assert.Same(ResponseFormats.Plain, ResponseFormats.Choose(File.ReadAllText(Repository.At("tests", "data", "SmolLM2-135M-Instruct", "chat_template.jinja"))));

    [Fact]
    public void The_parser_sees_every_marker_of_its_family()
    {
        Assert.Contains("[ARGS]", Responses.Format("mistral").Markers);
        Assert.Contains("<|message|>", Responses.Format("gpt-oss").Markers);
        Assert.Contains("<|\"|>", Responses.Format("gemma").Markers);
        Assert.Contains("</think>", Responses.Format("qwen3").Markers);
        Assert.Contains("<｜tool▁sep｜>", Responses.Format("deepseek").Markers);
    }
}
