namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>The regular expressions by which published tokenizers split texts.</summary>
/// <remarks>From the <c>tokenizer.json</c> of the models; where a model has none, from llama.cpp's list (src/llama-vocab.cpp, MIT; see NOTICE).</remarks>
static class Expressions
{
    const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    const string WhiteSpace = @"\s*[\r\n]+|\s+(?!\S)|\s+";
    const string Word = @"[^\r\n\p{L}\p{N}]?\p{L}+";
    const string Signs = @" ?[^\s\p{L}\p{N}]+";
    const string Upper = @"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}";
    const string Lower = @"\p{Ll}\p{Lm}\p{Lo}\p{M}";
    const string LowerWord = @$"[^\r\n\p{{L}}\p{{N}}]?[{Upper}]*[{Lower}]+";
    const string UpperWord = @$"[^\r\n\p{{L}}\p{{N}}]?[{Upper}]+[{Lower}]*";
    const string AsciiPunctuation = @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]";

    /// <summary>GPT-2: a space before a run belongs to the run, and of longer white space the last character is left for what follows.</summary>
    internal const string Gpt2 = @$"'s|'t|'re|'ve|'m|'ll|'d| ?\p{{L}}+| ?\p{{N}}+|{Signs}|\s+(?!\S)|\s+";

    /// <summary>Llama 3: numbers in groups of up to three, line breaks with the signs before them.</summary>
    internal const string Llama3 = $@"{Contractions}|{Word}|\p{{N}}{{1,3}}|{Signs}[\r\n]*|{WhiteSpace}";

    /// <summary>Qwen 2: every number alone.</summary>
    internal const string Qwen2 = $@"{Contractions}|{Word}|\p{{N}}|{Signs}[\r\n]*|{WhiteSpace}";

    /// <summary>Qwen 3.5: marks belong to words.</summary>
    internal const string Qwen35
        = $@"{Contractions}|[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+|\p{{N}}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|{WhiteSpace}";

    /// <summary>Seed-Coder: line breaks are never with the signs before them.</summary>
    internal const string SeedCoder = $@"{Contractions}|{Word}|\p{{N}}|{Signs}|{WhiteSpace}";

    /// <summary>Ling (BailingMoE): line breaks one by one.</summary>
    internal const string BailingMoe = $@"{Contractions}|{Word}|\p{{N}}|{Signs}[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+";

    /// <summary>EXAONE MoE: words with single spaces between them stay together.</summary>
    internal const string ExaoneMoe
        = $@"{Contractions}|[^\r\n\p{{L}}\p{{N}}]?(?:\p{{L}}\p{{M}}*(?: \p{{L}}\p{{M}}*)*)+|\p{{N}}|{Signs}[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+";

    /// <summary>Jais 2: white space in pieces of powers of two.</summary>
    internal const string Jais2 = $@"{Contractions}|{Word}|\p{{N}}{{1,3}}|{Signs}[\r\n]*|\s*[\r\n]+|\s{{512}}(?!\S)|\s{{256}}(?!\S)|\s{{128}}(?!\S)"
        + @"|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}";

    /// <summary>Tekken (Mistral): a capital begins a word.</summary>
    internal const string Tekken = $@"{LowerWord}|{UpperWord}|\p{{N}}|{Signs}[\r\n/]*|{WhiteSpace}";

    /// <summary>GPT-4o: the same with contractions at the ends of words and numbers in groups of up to three.</summary>
    internal const string Gpt4o = $@"{LowerWord}{Contractions}?|{UpperWord}{Contractions}?|\p{{N}}{{1,3}}|{Signs}[\r\n/]*|{WhiteSpace}";

    /// <summary>Youtu: GPT-4o with every number alone, after East Asian scripts were split off.</summary>
    internal const string Youtu = $@"{LowerWord}{Contractions}?|{UpperWord}{Contractions}?|\p{{N}}|{Signs}[\r\n/]*|{WhiteSpace}";

    /// <summary>The East Asian scripts and marks of Youtu.</summary>
    internal const string YoutuScripts
        = "[\uAC00-\uD7A3\u3131-\u318E]+|[！…“”‘’—：；，\u3001-\u303F\uFE30-\uFE4F]+|[\u3105-\u312F]+|[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+";

    /// <summary>Kimi K2: GPT-4o with Chinese apart.</summary>
    internal const string KimiK2 = @$"[\p{{Han}}]+|[^\r\n\p{{L}}\p{{N}}]?[{Upper}&&[^\p{{Han}}]]*[{Lower}&&[^\p{{Han}}]]+{Contractions}?"
        + @$"|[^\r\n\p{{L}}\p{{N}}]?[{Upper}&&[^\p{{Han}}]]+[{Lower}&&[^\p{{Han}}]]*{Contractions}?|\p{{N}}{{1,3}}|{Signs}[\r\n]*|{WhiteSpace}";

    /// <summary>DeepSeek 3, after numbers and East Asian scripts were split off.</summary>
    internal const string DeepSeek3 = AsciiPunctuation + @"[A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|" + WhiteSpace;

    /// <summary>Chinese and Japanese, as DeepSeek 3 splits them off.</summary>
    internal const string DeepSeek3Scripts = "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+";

    /// <summary>Chinese, Korean and more, as the first DeepSeek models split them off.</summary>
    internal const string DeepSeekScripts = "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";

    /// <summary>The alphabets with two cases, as DeepSeek LLM lists them.</summary>
    internal const string DeepSeekLlmWords = "\\s?["
        + "A-Za-z\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293\u0295-\u02AF\u0370-\u0373\u0376\u0377\u037B-"
        + "\u037D\u037F\u0386\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03F5\u03F7-\u0481\u048A-\u052F\u0531-\u0556\u10A0-\u10C5\u13A0-"
        + "\u13F5\u13F8-\u13FD\u1C90-\u1CBA\u1CBD-\u1CBF\u1D00-\u1D2B\u1D6B-\u1D77\u1D79-\u1D9A\u1E00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45"
        + "\u1F48-\u1F4D\u1F50-\u1F57\u1F59\u1F5B\u1F5D\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4\u1FC6-\u1FCC\u1FD0-"
        + "\u1FD3\u1FD6-\u1FDB\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC\u2102\u2107\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126\u2128"
        + "\u212A-\u212D\u212F-\u2134\u2139\u213C-\u213F\u2145-\u2149\u214E\u2183\u2184\u2C00-\u2C7B\u2C7E-\u2CE4\u2CEB-\u2CEE\u2CF2"
        + "\u2CF3\uA640-\uA66D\uA680-\uA69B\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E\uAB70-\uABBF\uFB00-\uFB06\uFB13-\uFB17\uFF21-\uFF3A"
        + "\uFF41-\uFF5A\U00010400-\U0001044F\U000104B0-\U000104D3\U000104D8-\U000104FB\U00010C80-\U00010CB2\U00010CC0-\U00010CF2"
        + "\U000118A0-\U000118DF\U0001E900-\U0001E943"
        + "]+";

    /// <summary>Signs, ASCII and full width, as DeepSeek LLM lists them.</summary>
    internal const string DeepSeekLlmSigns = "\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+";

    /// <summary>BLOOM: all but white space and the ends of sentences.</summary>
    internal const string Bloom = @" ?[^(\s|.,!?…。，、।۔،)]+";

    /// <summary>East and South-East Asian scripts, as AFMoE splits them off.</summary>
    internal const string AfMoeScripts
        = "[\u4E00-\u9FFF\u3400-\u4DBF\uF900-\uFAFF\u3040-\u309F\u30A0-\u30FF\uFF65-\uFF9F\u2F00-\u2FDF\u0E00-\u0E7F\u0E80-\u0EFF\u1780-\u17FF"
        + "\u1000-\u109F\uAA60-\uAA7F\uA9E0-\uA9FF\uAC00-\uD7AF\u1100-\u11FF]+";
}
