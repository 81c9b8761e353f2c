using Hearth.Formats.Gguf;

namespace Hearth.Inference.ChatTemplates;

/// <summary>The chat template of a model file: its own, or one of ours for files that Ollama converted, which keeps templates elsewhere and in Go's language.</summary>
/// <remarks>Ours hold what the model's makers say of its turns, without tools.</remarks>
static class FileTemplate
{
    // https://ai.google.dev/gemma/docs/core/prompt-structure: there is no turn of a system, so its text stands before the user's.
    const string Gemma = """
        {{ bos_token }}{% set ns = namespace(before='') %}{% for message in messages %}{% if message['role'] == 'system' %}{% set ns.before = (message['content'] | trim) + '\n\n' %}
        {%- else %}{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else 'user') + '\n' + ns.before + (message['content'] | trim) + '<end_of_turn>\n' }}{% set ns.before = '' %}
        {%- endif %}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}
        """;

    // https://www.llama.com/docs/model-cards-and-prompt-formats/meta-llama-3/
    const string Llama3 = """
        {{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + (message['content'] | trim) + '<|eot_id|>' }}{% endfor %}
        {%- if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}
        """;

    // https://cookbook.openai.com/articles/openai-harmony: what the user calls the system's message is the developer's.
    const string Harmony = """
        {{ '<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\nCurrent date: ' + strftime_now('%Y-%m-%d') }}
        {{- '\n\nReasoning: ' + (reasoning_effort if reasoning_effort else 'medium') }}
        {{- '\n\n# Valid channels: analysis, commentary, final. Channel must be included for every message.<|end|>' }}
        {%- for message in messages %}{% if message['role'] == 'assistant' %}{{ '<|start|>assistant<|channel|>final<|message|>' + message['content'] + '<|end|>' }}
        {%- elif message['role'] == 'system' %}{{ '<|start|>developer<|message|># Instructions\n\n' + message['content'] + '<|end|>' }}
        {%- else %}{{ '<|start|>user<|message|>' + message['content'] + '<|end|>' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant' }}{% endif %}
        """;

    /// <summary>The template; null where there is none.</summary>
    /// <param name="metadata">Of the file.</param>
    /// <param name="isOurs">True: the file has none itself.</param>
    internal static string? Of(GgufMetadata metadata, out bool isOurs)
    {
        isOurs = false;
        if (metadata.TryGetString("tokenizer.chat_template", out var own))
            return own;
        var ours = ForOllama(metadata);
        isOurs = ours is not null;
        return ours;
    }

    static string? ForOllama(GgufMetadata metadata)
    {
        metadata.TryGetString("general.architecture", out var architecture);
        return architecture switch
        {
            "gptoss" => Harmony,
            // What llama.cpp's converter always writes, and what only Ollama's does.
            "gemma3" when !Has("gemma3.attention.layer_norm_rms_epsilon") || Has("gemma3.rope.local.freq_base") || Has("gemma3.mm.tokens_per_image") => Gemma,
            // The first files of Llama 3 are older than the key of the pre-tokenizer, and only those that were made for chat name this token as their end.
            "llama" when !Has("tokenizer.ggml.pre") && EndsTurns(metadata) => Llama3,
            _ => null,
        };

        bool Has(string key) => metadata.TypeOf(key) is not null;
    }

    static bool EndsTurns(GgufMetadata metadata)
    {
        try
        {
            return metadata.TryGetStrings("tokenizer.ggml.tokens", out var tokens) && metadata.TryGetUInt32("tokenizer.ggml.eos_token_id", out var end) && end < tokens.Count
                && tokens[(int)end].SequenceEqual("<|eot_id|>"u8);
        }
        catch (InvalidDataException)
        {
            // What is wrong with the vocabulary is said where it is read.
            return false;
        }
    }
}
