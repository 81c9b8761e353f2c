// llama_peer version
// llama_peer bench MODEL [--threads N] [--flash-attention 0|1] [--repack 0|1] [--prompt N] [--generate N] [--rounds N]
// llama_peer parallel MODEL [--sequences N] [--unified 0|1] [the options of bench]
// llama_peer quantize F16-MODEL OUTPUT q4_0|q4_1|q8_0|q4_k_m|q5_k_m|q6_k
//
// Measures llama.cpp in the manner of its llama-bench: random tokens, an empty context before each run, a thread pool that persists, one warm-up
// that is not counted, keys and values in F16, a prompt of up to 512 tokens in one pass. One JSON object on standard output. It links to the
// shared libraries of the npm package directly: no interpreter stands between the clock and the library.
#include "libllama.h"
#include <dlfcn.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 512, POLL = 50, MAX_ROUNDS = 100, MAX_SEQUENCES = 64 };

typedef struct {
    const char *model;
    int threads, flash_attention, repack, prompt, generate, rounds, sequences, unified;
} settings;

static void fail(const char *message) {
    fprintf(stderr, "llama_peer: %s\n", message);
    exit(1);
}

static void only_errors(int level, const char *text, void *data) {
    (void)data;
    if (level == 4) fputs(text, stderr);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void expect_known_layout(void) {
    llama_model_params m = llama_model_default_params();
    llama_context_params c = llama_context_default_params();
    llama_model_quantize_params q = llama_model_quantize_default_params();
    bool known = m.n_gpu_layers == -1 && m.use_extra_bufts && !m.vocab_only && !m.no_alloc && c.n_ctx == 512 && c.n_batch == 2048 &&
        c.n_ubatch == 512 && c.n_threads == c.n_threads_batch && c.flash_attn_type == -1 && c.type_k == GGML_TYPE_F16 &&
        c.type_v == GGML_TYPE_F16 && c.offload_kqv && c.no_perf && c.swa_full && !c.kv_unified && c.ctx_other == NULL &&
        q.ftype == LLAMA_FILE_Q8_0 && q.quantize_output_tensor && !q.pure && q.max_buf_size == (size_t)8 << 30;
    if (!known) fail("the library's structures differ from libllama.h, which describes v0.4.0; install the pinned package with build.sh");
}

static void load_backend(void) {
    Dl_info info;
    if (!dladdr((void *)llama_backend_init, &info)) fail("cannot find the folder of libllama");
    char *path = strdup(info.dli_fname);
    llama_log_set(only_errors, NULL);
    ggml_backend_load_all_from_path(dirname(path)); // picks the variant that fits the processor best
    free(path);
    llama_backend_init();
}

// The variant that was picked, read from the process's own mappings.
static void processor_variant(char *name, size_t size) {
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[4096];
    snprintf(name, size, "unknown");
    while (maps && fgets(line, sizeof line, maps)) {
        char *found = strstr(line, "libggml-cpu-");
        if (found) snprintf(name, size, "%.*s", (int)strcspn(found, "\n"), found);
    }
    if (maps) fclose(maps);
}

static int random_token(int count) {
    static uint64_t state = 0x9E3779B97F4A7C15u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int)((state >> 33) % (uint64_t)count);
}

static void decode(llama_context *context, int32_t *tokens, int count) {
    if (llama_decode(context, llama_batch_get_one(tokens, count)) != 0) fail("the library could not compute a batch");
}

static void read_prompt(llama_context *context, int length, int vocabulary) {
    int32_t tokens[BATCH];
    for (int done = 0; done < length;) {
        int count = length - done < BATCH ? length - done : BATCH;
        for (int i = 0; i < count; i++) tokens[i] = random_token(vocabulary);
        decode(context, tokens, count);
        done += count;
    }
    llama_synchronize(context);
}

static void generate(llama_context *context, int length, int vocabulary) {
    for (int i = 0; i < length; i++) {
        int32_t token = random_token(vocabulary);
        decode(context, &token, 1);
        llama_synchronize(context);
    }
}

// The likeliest token at an output of the last batch.
static int best_token(llama_context *context, int output, int vocabulary) {
    const float *logits = llama_get_logits_ith(context, output);
    int best = 0;
    for (int i = 1; i < vocabulary; i++) if (logits[i] > logits[best]) best = i;
    return best;
}

typedef struct {
    int32_t token[BATCH], pos[BATCH], n_seq_id[BATCH], seq[BATCH];
    int32_t *seq_id[BATCH];
    int8_t logits[BATCH];
    int count;
} mixed_batch;

static void add(mixed_batch *b, int token, int position, int sequence, bool wanted) {
    int i = b->count++;
    b->token[i] = token;
    b->pos[i] = position;
    b->n_seq_id[i] = 1;
    b->seq[i] = sequence;
    b->seq_id[i] = &b->seq[i];
    b->logits[i] = wanted;
}

// Computes a batch, and keeps the next token of each sequence whose output was wanted.
static void run(llama_context *context, mixed_batch *b, int *next, int vocabulary) {
    llama_batch batch = { b->count, b->token, NULL, b->pos, b->n_seq_id, b->seq_id, b->logits };
    if (llama_decode(context, batch) != 0) fail("the library could not compute a batch");
    for (int i = 0; i < b->count; i++) if (b->logits[i]) next[b->seq[i]] = best_token(context, i, vocabulary);
    b->count = 0;
}

// All prompts, then one token of each sequence at a time.
static void chat(llama_context *context, const settings *s, int vocabulary) {
    static mixed_batch b;
    int next[MAX_SEQUENCES];
    for (int q = 0; q < s->sequences; q++)
        for (int i = 0; i < s->prompt; i++) {
            add(&b, random_token(vocabulary), i, q, i == s->prompt - 1);
            if (b.count == BATCH) run(context, &b, next, vocabulary);
        }
    if (b.count) run(context, &b, next, vocabulary);
    for (int i = 1; i < s->generate; i++) {
        for (int q = 0; q < s->sequences; q++) add(&b, next[q], s->prompt + i - 1, q, true);
        run(context, &b, next, vocabulary);
    }
}

// Tokens per second of each round. A context of its own for each kind, as long as the run, so that neither pays for the other.
static void measure(llama_model *model, const settings *s, bool prompt, double *rates) {
    int length = prompt ? s->prompt : s->generate;
    bool parallel = s->sequences > 1;
    int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
    llama_context_params params = llama_context_default_params();
    params.n_ctx = (uint32_t)(parallel ? s->sequences * (s->prompt + s->generate) : length);
    params.n_seq_max = (uint32_t)s->sequences;
    params.kv_unified = s->unified;
    params.n_batch = params.n_ubatch = BATCH;
    params.n_threads = params.n_threads_batch = s->threads;
    params.flash_attn_type = s->flash_attention;
    llama_context *context = llama_init_from_model(model, params);
    if (!context) fail("the library refused the context");

    ggml_registry *cpu = ggml_backend_dev_backend_reg(ggml_backend_dev_by_type(GGML_DEVICE_CPU));
    ggml_threadpool *(*create)(ggml_threadpool_params *) = ggml_backend_reg_get_proc_address(cpu, "ggml_threadpool_new");
    void (*destroy)(ggml_threadpool *) = ggml_backend_reg_get_proc_address(cpu, "ggml_threadpool_free");
    ggml_threadpool_params pool_params = ggml_threadpool_params_default(s->threads);
    pool_params.poll = POLL;
    ggml_threadpool *pool = create(&pool_params);
    if (!pool) fail("the library could not start its threads");
    llama_attach_threadpool(context, pool, NULL);

    settings warm = *s;
    warm.prompt = warm.generate = 4;
    if (parallel) chat(context, &warm, vocabulary);
    else if (prompt) read_prompt(context, length, vocabulary);
    else generate(context, 1, vocabulary);
    for (int round = 0; round < s->rounds; round++) {
        llama_memory_clear(llama_get_memory(context), false);
        double start = now();
        if (parallel) chat(context, s, vocabulary);
        else if (prompt) read_prompt(context, length, vocabulary);
        else generate(context, length, vocabulary);
        rates[round] = (parallel ? s->sequences : 1) * length / (now() - start);
    }

    llama_free(context);
    destroy(pool);
}

static void print_rates(const char *name, const double *rates, int count) {
    printf(", \"%s\": [", name);
    for (int i = 0; i < count; i++) printf("%s%.3f", i ? ", " : "", rates[i]);
    printf("]");
}

static int bench(const settings *s) {
    double start = now(), rates[MAX_ROUNDS];
    llama_model_params params = llama_model_default_params();
    params.use_extra_bufts = s->repack;
    llama_model *model = llama_model_load_from_file(s->model, params);
    if (!model) fail("the library could not load the model");
    printf("{\"threads\": %d, \"flash_attention\": %s, \"repack\": %s, \"load_seconds\": %.3f", s->threads,
        s->flash_attention ? "true" : "false", s->repack ? "true" : "false", now() - start);
    if (s->sequences > 1) {
        measure(model, s, false, rates);
        print_rates("tokens_per_second", rates, s->rounds);
    } else if (s->prompt > 0) {
        measure(model, s, true, rates);
        print_rates("prefill", rates, s->rounds);
    }
    if (s->generate > 0 && s->sequences == 1) {
        measure(model, s, false, rates);
        print_rates("decode", rates, s->rounds);
    }
    printf("}\n");
    llama_model_free(model);
    return 0;
}

static int version(void) {
    char variant[256];
    processor_variant(variant, sizeof variant);
    printf("llama.cpp v0.4.0 (ggml %s, commit %s, %s)\n", ggml_version(), ggml_commit(), variant);
    return 0;
}

static int quantize(const char *input, const char *output, const char *type) {
    struct { const char *name; int type; bool pure; } types[] = { // the mixes give some matrices, the head among them, a type with more bits
        { "q4_0", LLAMA_FILE_Q4_0, true }, { "q4_1", LLAMA_FILE_Q4_1, true }, { "q8_0", LLAMA_FILE_Q8_0, true },
        { "q4_k_m", LLAMA_FILE_Q4_K_M, false }, { "q5_k_m", LLAMA_FILE_Q5_K_M, false }, { "q6_k", LLAMA_FILE_Q6_K, true },
    };
    size_t t = 0, known = sizeof types / sizeof *types;
    while (t < known && strcmp(type, types[t].name)) t++;
    if (t == known) fail("the type must be q4_0, q4_1, q8_0, q4_k_m, q5_k_m or q6_k");
    llama_model_quantize_params params = llama_model_quantize_default_params();
    params.ftype = types[t].type;
    params.pure = types[t].pure;
    if (llama_model_quantize(input, output, &params) != 0) fail("the library could not quantize the file");
    return 0;
}

static int number(const char *text, int least, int most) {
    char *end;
    long value = strtol(text, &end, 10);
    if (*text == 0 || *end != 0 || value < least || value > most) {
        fprintf(stderr, "llama_peer: '%s' is not a number from %d to %d\n", text, least, most);
        exit(2);
    }
    return (int)value;
}

static settings parse(int count, char **arguments) {
    settings s = { arguments[2], 1, 1, 1, 512, 128, 1, 1, 0 };
    struct { const char *name; int *value, least, most; } options[] = {
        { "--threads", &s.threads, 1, GGML_MAX_N_THREADS }, { "--flash-attention", &s.flash_attention, 0, 1 }, { "--repack", &s.repack, 0, 1 },
        { "--prompt", &s.prompt, 0, 1 << 20 }, { "--generate", &s.generate, 0, 1 << 20 }, { "--rounds", &s.rounds, 1, MAX_ROUNDS },
        { "--sequences", &s.sequences, 1, MAX_SEQUENCES }, { "--unified", &s.unified, 0, 1 },
    };
    for (int i = 3; i < count; i += 2) {
        size_t o = 0, known = sizeof options / sizeof *options;
        while (o < known && strcmp(arguments[i], options[o].name)) o++;
        if (o == known || i + 1 == count) {
            fprintf(stderr, "llama_peer: option '%s' is unknown or lacks its value\n", arguments[i]);
            exit(2);
        }
        *options[o].value = number(arguments[i + 1], options[o].least, options[o].most);
    }
    return s;
}

int main(int count, char **arguments) {
    const char *command = count > 1 ? arguments[1] : "";
    bool versions = count == 2 && !strcmp(command, "version"), quantizes = count == 5 && !strcmp(command, "quantize");
    if (!versions && !quantizes && !(count >= 3 && (!strcmp(command, "bench") || !strcmp(command, "parallel")))) {
        fputs("usage: llama_peer version\n       llama_peer bench MODEL [--threads N] [--flash-attention 0|1] [--repack 0|1] [--prompt N] [--generate N] [--rounds N]\n"
            "       llama_peer parallel MODEL [--sequences N] [--unified 0|1] [the options of bench]\n"
            "       llama_peer quantize F16-MODEL OUTPUT q4_0|q4_1|q8_0|q4_k_m|q5_k_m|q6_k\n", stderr);
        return 2;
    }
    expect_known_layout();
    load_backend();
    if (versions) return version();
    if (quantizes) return quantize(arguments[2], arguments[3], arguments[4]);
    settings s = parse(count, arguments);
    return bench(&s);
}
