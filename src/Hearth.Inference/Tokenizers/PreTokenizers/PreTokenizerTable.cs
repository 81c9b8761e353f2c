namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>The pre-tokenizers by the names of <c>tokenizer.ggml.pre</c>; docs/tokenizers.md lists them.</summary>
static class PreTokenizerTable
{
    static readonly Pattern Gpt2Words = new(Expressions.Gpt2);
    static readonly Pattern Number = new(@"\p{N}");

    static readonly PreTokenizer Gpt2 = new([Gpt2Words]);
    static readonly PreTokenizer Gpt2Composed = Gpt2 with { Compose = true };
    static readonly PreTokenizer Roberta = Gpt2 with { AddSeparator = true };
    static readonly PreTokenizer StarCoder = new([Number, Gpt2Words]);
    static readonly PreTokenizer Llama3 = new([new Pattern(Expressions.Llama3)], WholeWords: true, AddBos: true);
    static readonly PreTokenizer Cl100k = Llama3 with { WholeWords = false, AddBos = false };
    static readonly PreTokenizer Qwen2 = new([new Pattern(Expressions.Qwen2)], Compose: true);
    static readonly PreTokenizer Qwen2Plain = Qwen2 with { Compose = false };
    static readonly PreTokenizer Gpt4o = new([new Pattern(Expressions.Gpt4o)], WholeWords: true);
    static readonly PreTokenizer Bloom = new([new Pattern(Expressions.Bloom)]);
    static readonly PreTokenizer BailingMoe = new([new Pattern(Expressions.BailingMoe)]);
    static readonly PreTokenizer DeepSeek3 = new([new Pattern(@"\p{N}{1,3}"), new Pattern(Expressions.DeepSeek3Scripts), new Pattern(Expressions.DeepSeek3)]);

    static readonly PreTokenizer DeepSeekLlm = new(
    [
        new Pattern(@"[\r\n]"), new Pattern(Expressions.DeepSeekLlmWords), new Pattern(Expressions.DeepSeekLlmSigns), new TrailingWhiteSpace(),
        new Pattern(Expressions.DeepSeekScripts), Number,
    ]);

    static readonly PreTokenizer DeepSeekCoder = new(
        [new Pattern(@"[\r\n]"), new Pattern(@"\s?\p{L}+"), new Pattern(@"\s?\p{P}+"), new Pattern(Expressions.DeepSeekScripts), Number]);

    static readonly PreTokenizer Falcon = new([new Pattern(@"[\p{P}$+<=>^~|`]+"), Gpt2Words, new Pattern(@"[0-9][0-9][0-9]")]);

    static readonly PreTokenizer Chameleon = new(
    [
        new Pattern(@"<sentinel:[0-9]+>"), new Pattern(@"IMGIMG[A-I]{1,4}Z"), new Pattern(@"[\t\n]|    |  "), Number,
        new Pattern(@"[\p{P}!-/:-@\[-`{-~]"), Gpt2Words,
    ], AddBos: true);

    static readonly PreTokenizer TinyAya = new(
        [new DigitGroups(UnicodeProperties.Set("Nd"), notBefore: UnicodeProperties.Set("L", "M", "N", "Pc")), new Pattern(Expressions.Gpt4o)], Compose: true);

    static readonly PreTokenizer AfMoe = new(
        [new DigitGroups(UnicodeProperties.Set("N")), new Pattern(Expressions.AfMoeScripts), new Pattern(Expressions.DeepSeek3)]);

    /// <summary>What applies where the file does not say.</summary>
    internal static PreTokenizer Default { get; }
        = new([new Pattern(@"[\p{P}$+<=>^~|]+"), Gpt2Words, new Pattern(@"\p{N}+"), new Pattern("[0-9][0-9][0-9]")]);

    /// <summary>All of them.</summary>
    internal static IReadOnlyDictionary<string, PreTokenizer> ByName { get; } = new Dictionary<string, PreTokenizer>(StringComparer.Ordinal)
    {
        ["default"] = Default,

        ["gpt-2"] = Gpt2,
        ["phi-2"] = Gpt2,
        ["jais"] = Gpt2,
        ["exaone4"] = Gpt2,
        ["gigachat"] = Gpt2,
        ["mellum"] = Gpt2,
        ["roberta-bpe"] = Roberta,
        ["jina-es"] = Gpt2,
        ["jina-de"] = Gpt2,
        ["jina-v1-en"] = Roberta,
        ["jina-v2-es"] = Gpt2,
        ["jina-v2-de"] = Gpt2,
        ["jina-v2-code"] = Roberta,
        ["a.x-4.0"] = Gpt2,
        ["trillion"] = Gpt2,
        ["granite-docling"] = Gpt2,
        ["mpt"] = Gpt2Composed,
        ["olmo"] = Gpt2Composed,
        ["modern-bert"] = Gpt2Composed,

        ["smollm"] = StarCoder,
        ["starcoder"] = StarCoder,
        ["refact"] = StarCoder,
        ["codeshell"] = StarCoder,
        ["exaone"] = StarCoder,
        ["minerva-7b"] = StarCoder,
        ["command-r"] = StarCoder with { Compose = true },

        ["llama3"] = Llama3,
        ["llama-v3"] = Llama3,
        ["llama-bpe"] = Llama3,
        ["falcon3"] = Llama3,
        ["falcon-h1"] = Llama3,
        ["pixtral"] = Llama3,
        ["midm-2.0"] = Llama3,
        ["lfm2"] = Llama3,
        ["jina-v5-nano"] = Llama3,
        ["dbrx"] = Cl100k,
        ["smaug-bpe"] = Cl100k,
        ["glm4"] = Cl100k,
        ["chatglm-bpe"] = Cl100k,
        ["minicpm5"] = new([new Pattern(@"\p{N}{1,3}"), .. Llama3.Stages], WholeWords: true),
        ["jais-2"] = new([new Pattern(Expressions.Jais2)]),

        ["qwen2"] = Qwen2,
        ["deepseek-r1-qwen"] = Qwen2,
        ["kormo"] = Qwen2,
        ["f2llmv2"] = Qwen2,
        ["megrez"] = Qwen2,
        ["stablelm2"] = Qwen2,
        ["hunyuan"] = Qwen2,
        ["qwen35"] = new([new Pattern(Expressions.Qwen35)], Compose: true),
        ["solar-open"] = Qwen2Plain,
        ["grok-2"] = Qwen2Plain,
        ["laguna"] = Qwen2Plain,
        ["seed-coder"] = new([new Pattern(Expressions.SeedCoder)]),
        ["bailingmoe"] = BailingMoe,
        ["bailingmoe2"] = BailingMoe,
        ["llada-moe"] = BailingMoe,
        ["exaone-moe"] = new([new Pattern(Expressions.ExaoneMoe)]),

        ["tekken"] = new([new Pattern(Expressions.Tekken)], WholeWords: true, AddBos: true),
        ["gpt-4o"] = Gpt4o,
        ["llama4"] = Gpt4o,
        ["kanana2"] = Gpt4o,
        ["talkie"] = Gpt4o,
        ["minimax-m2"] = Gpt4o,
        ["tiny_aya"] = TinyAya,
        ["cohere2moe"] = TinyAya,
        ["youtu"] = new([new Pattern(Expressions.YoutuScripts), new Pattern(Expressions.Youtu)], WholeWords: true),
        ["kimi-k2"] = new([new Pattern(Expressions.KimiK2)], WholeWords: true),

        ["deepseek-llm"] = DeepSeekLlm,
        ["deepseek-coder"] = DeepSeekCoder,
        ["deepseek-v3"] = DeepSeek3,
        ["hunyuan-dense"] = DeepSeek3,
        ["joyai-llm"] = DeepSeek3,
        ["step35"] = DeepSeek3,
        ["afmoe"] = AfMoe,

        ["falcon"] = Falcon,
        ["bloom"] = Bloom,
        ["poro-chat"] = Bloom,
        ["gpt3-finnish"] = Bloom,
        ["viking"] = new([.. Bloom.Stages, Number]),
        ["chameleon"] = Chameleon,
        ["superbpe"] = new([new Pattern(@"\p{N}+"), new DigitGroups(UnicodeProperties.Set("Nd"), onlyBeforeGroups: true)]),
    };
}
