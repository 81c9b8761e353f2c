// The few functions and structures of llama.cpp v0.4.0 that the peer program uses, declared from its public header (include/llama.h, MIT, in the
// sources that the npm package node-llama-cpp 3.21.1 bundles). Field order and types are the library's; what is not used has a plain name.
// Another version may move fields: expect_known_layout in llama_peer.c refuses a library whose default values do not sit where they should.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct llama_model llama_model;
typedef struct llama_context llama_context;
typedef struct llama_vocab llama_vocab;
typedef struct llama_memory llama_memory;
typedef struct ggml_threadpool ggml_threadpool;
typedef struct ggml_device ggml_device;
typedef struct ggml_registry ggml_registry;

enum { GGML_TYPE_F16 = 1, GGML_DEVICE_CPU = 0, GGML_PRIORITY_NORMAL = 0, GGML_MAX_N_THREADS = 512 };
enum { LLAMA_FILE_Q4_0 = 2, LLAMA_FILE_Q4_1 = 3, LLAMA_FILE_Q8_0 = 7, LLAMA_FILE_Q4_K_M = 15, LLAMA_FILE_Q5_K_M = 17, LLAMA_FILE_Q6_K = 18 };

typedef struct {
    void *devices;
    const void *tensor_buft_overrides;
    int32_t n_gpu_layers;
    int32_t split_mode;
    int32_t load_mode;
    int32_t lazy_mode;
    int32_t main_gpu;
    const float *tensor_split;
    void *progress_callback;
    void *progress_callback_user_data;
    const void *kv_overrides;
    bool vocab_only;
    bool check_tensors;
    bool use_extra_bufts; // repacking of weights
    bool no_host;
    bool no_alloc;
    bool load_mtp;
} llama_model_params;

typedef struct {
    uint32_t n_ctx;
    uint32_t n_batch;
    uint32_t n_ubatch;
    uint32_t n_seq_max;
    uint32_t n_rs_seq;
    uint32_t n_outputs_max;
    uint32_t n_outputs_max_per_seq;
    int32_t n_threads;
    int32_t n_threads_batch;
    int32_t ctx_type;
    int32_t rope_scaling_type;
    int32_t pooling_type;
    int32_t attention_type;
    int32_t flash_attn_type; // -1 the library decides, 0 off, 1 on
    float rope_freq_base;
    float rope_freq_scale;
    float yarn_ext_factor;
    float yarn_attn_factor;
    float yarn_beta_fast;
    float yarn_beta_slow;
    uint32_t yarn_orig_ctx;
    float defrag_thold;
    void *cb_eval;
    void *cb_eval_user_data;
    int32_t type_k;
    int32_t type_v;
    void *abort_callback;
    void *abort_callback_data;
    bool embeddings;
    bool offload_kqv;
    bool no_perf;
    bool op_offload;
    bool swa_full;
    bool kv_unified;
    void *samplers;
    size_t n_samplers;
    llama_context *ctx_other;
} llama_context_params;

typedef struct {
    int32_t nthread;
    int32_t ftype;
    int32_t output_tensor_type;
    int32_t token_embedding_type;
    bool allow_requantize;
    bool quantize_output_tensor;
    bool only_copy;
    bool pure; // every matrix in the file's type, the head too
    bool keep_split;
    bool dry_run;
    const void *imatrix;
    const void *kv_overrides;
    const void *tt_overrides;
    const int32_t *prune_layers;
    size_t max_buf_size;
} llama_model_quantize_params;

typedef struct {
    int32_t n_tokens;
    int32_t *token;
    float *embd;
    int32_t *pos;
    int32_t *n_seq_id;
    int32_t **seq_id;
    int8_t *logits;
} llama_batch;

typedef struct {
    bool cpumask[GGML_MAX_N_THREADS];
    int n_threads;
    int32_t prio;
    uint32_t poll; // 0 sleeps at once, 100 spins
    bool strict_cpu;
    bool paused;
} ggml_threadpool_params;

void llama_backend_init(void);
void llama_log_set(void (*callback)(int level, const char *text, void *data), void *data);
llama_model_params llama_model_default_params(void);
llama_context_params llama_context_default_params(void);
llama_model_quantize_params llama_model_quantize_default_params(void);
llama_model *llama_model_load_from_file(const char *path, llama_model_params params);
void llama_model_free(llama_model *model);
llama_context *llama_init_from_model(llama_model *model, llama_context_params params);
void llama_free(llama_context *context);
const llama_vocab *llama_model_get_vocab(const llama_model *model);
int32_t llama_vocab_n_tokens(const llama_vocab *vocab);
llama_memory *llama_get_memory(const llama_context *context);
void llama_memory_clear(llama_memory *memory, bool data);
llama_batch llama_batch_get_one(int32_t *tokens, int32_t count);
int32_t llama_decode(llama_context *context, llama_batch batch);
float *llama_get_logits_ith(llama_context *context, int32_t output);
void llama_synchronize(llama_context *context);
void llama_attach_threadpool(llama_context *context, ggml_threadpool *generation, ggml_threadpool *batch);
uint32_t llama_model_quantize(const char *input, const char *output, const llama_model_quantize_params *params);

void ggml_backend_load_all_from_path(const char *folder);
ggml_device *ggml_backend_dev_by_type(int32_t type);
ggml_registry *ggml_backend_dev_backend_reg(ggml_device *device);
void *ggml_backend_reg_get_proc_address(ggml_registry *registry, const char *name);
ggml_threadpool_params ggml_threadpool_params_default(int n_threads);
const char *ggml_version(void);
const char *ggml_commit(void);
