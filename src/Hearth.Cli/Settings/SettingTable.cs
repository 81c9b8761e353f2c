using System.Runtime.InteropServices;
using Hearth.Cli.Output;
using Hearth.Models;
using Hearth.Requests.Embedding;
using Hearth.Requests.Models;
using Hearth.Server;
using Hearth.Server.Serving;
using Hearth.Storage.Access;

namespace Hearth.Cli.Settings;

/// <summary>Everything that can be set. Options, environment variables, the configuration file, help texts and completion all come from these rows.</summary>
static class SettingTable
{
    /// <summary>What an engine may have; which of them it has, it says itself. SettingTests compares with the engine's own table.</summary>
    static readonly string[] KernelPaths = ["scalar", "vector128", "vector256", "vector256-vnni", "vector512", "avx512-vnni"];

    internal static readonly Setting<string?> Model = new("model", "MODEL", "the model: a name of 'hearth models list', or a GGUF file", Text(), null, "the model that ships with Hearth") { NamesModel = true };
    internal static readonly Setting<IReadOnlyList<AdapterChoice>> Lora = new("lora", "FILE[:SCALE]", "an adapter (LoRA) for the model, in GGUF; SCALE 1 is as trained; may be repeated", Forms.Adapters, []) { Repeatable = true, NamesFile = true };
    internal static readonly Setting<int> Context = new("context", "N", "positions of the context", Forms.Whole(1, 16_777_216), 0, "the model's limit, at most 8192");
    internal static readonly Setting<KvType> Kv = new("kv", "TYPE", "storage of keys and values: f16 or f32", Forms.OneOf(("f16", KvType.F16), ("f32", KvType.F32)), KvType.F16, "f16");
    internal static readonly Setting<int> Threads = new("threads", "N", "threads that compute", Forms.Whole(1, 256), 0, "the machine's cores");
    internal static readonly Setting<int> DecodeThreads = new("decode-threads", "N", "threads for generation, where another number is better", Forms.Whole(1, 256), 0, "as --threads");
    internal static readonly Setting<string?> Isa = new("isa", "NAME", $"kernel path: {string.Join(", ", KernelPaths)}", Isas(), null, "the best of the machine");
    internal static readonly Setting<ActivationType> Activations = new("activations", "TYPE", "number format of activations: int8 or float", Forms.OneOf(("int8", ActivationType.Int8), ("float", ActivationType.Float)), ActivationType.Int8, "int8");
    internal static readonly Setting<bool> Unconfined = new("unconfined", null, "run the worker without confinement where the system lacks it", Forms.Flag, false);

    internal static readonly Setting<float> Temperature = new("temperature", "T", "divides the logits; 0 takes the most likely token", Forms.Real(0, 100), 0.3f, "0.3");
    internal static readonly Setting<int> TopK = new("top-k", "K", "only the K most likely tokens; 0 is off", Forms.Whole(0, int.MaxValue), 40, "40");
    internal static readonly Setting<float> TopP = new("top-p", "P", "the smallest set of tokens whose probability reaches P; 1 is off", Forms.Real(0, 1), 0.95f, "0.95");
    internal static readonly Setting<float> MinP = new("min-p", "P", "tokens with at least this share of the highest probability; 0 is off", Forms.Real(0, 1), 0.05f, "0.05");
    internal static readonly Setting<float> TypicalP = new("typical-p", "P", "locally typical sampling; 1 is off", Forms.Real(0, 1), 1f, "1");
    internal static readonly Setting<float> RepetitionPenalty = new("repetition-penalty", "R", "weakens tokens that occurred; 1 is off", Forms.Real(0.01f, 100), 1f, "1");
    internal static readonly Setting<float> PresencePenalty = new("presence-penalty", "A", "subtracted once from tokens that occurred; 0 is off", Forms.Real(-100, 100), 0f, "0");
    internal static readonly Setting<float> FrequencyPenalty = new("frequency-penalty", "A", "subtracted for every occurrence; 0 is off", Forms.Real(-100, 100), 0f, "0");
    internal static readonly Setting<int> PenaltyWindow = new("penalty-window", "N", "last tokens that the penalties count; 0 none, -1 all", Forms.Whole(-1, int.MaxValue), 64, "64");
    internal static readonly Setting<ulong?> Seed = new("seed", "N", "makes the draw of tokens repeatable", Forms.Seed, null, "a random one, reported");
    internal static readonly Setting<IReadOnlyDictionary<int, float>> LogitBias = new("logit-bias", "ID=V", "adds V to the logit of token ID; may be repeated", Forms.LogitBias, new Dictionary<int, float>()) { Repeatable = true };
    internal static readonly Setting<IReadOnlyList<string>> Stop = new("stop", "TEXT", "ends the answer where TEXT occurs; may be repeated", Forms.Texts, []) { Repeatable = true };
    internal static readonly Setting<int?> MaxTokens = new("max-tokens", "N", "tokens to generate at most", Forms.WholeOrNone(1, int.MaxValue), null, "to the end of the context");
    internal static readonly Setting<string?> System = new("system", "TEXT", "system message of the conversation", Text(), null, "the chat template's own");

    internal static readonly Setting<bool> Quiet = new("quiet", null, "no progress, no notes on standard error", Forms.Flag, false);
    internal static readonly Setting<bool> Timings = new("timings", null, "time to first token and tokens per second on standard error", Forms.Flag, false);
    internal static readonly Setting<bool> Json = new("json", null, "one JSON object on standard output", Forms.Flag, false) { Lasting = false };

    internal static readonly Setting<int?> LogProbs = new("logprobs", "K", "the K most likely tokens at every step, in the JSON object", Forms.WholeOrNone(0, 20), null) { Lasting = false };
    internal static readonly Setting<bool> Raw = new("raw", null, "no chat template: the prompt goes to the model as it is", Forms.Flag, false) { Lasting = false };
    internal static readonly Setting<bool> ParseSpecial = new("parse-special", null, "the names of control tokens in the text become those tokens", Forms.Flag, false) { Lasting = false };
    internal static readonly Setting<bool> IgnoreEos = new("ignore-eos", null, "end-of-text tokens do not end the answer", Forms.Flag, false) { Lasting = false };
    internal static readonly Setting<string?> Tools = new("tools", "FILE", "JSON array of functions that the model may ask to be called", Text(), null) { Lasting = false };
    internal static readonly Setting<string?> Schema = new("schema", "FILE", "JSON Schema that the answer fulfils: the model can write nothing else", Text(), null) { Lasting = false };
    internal static readonly Setting<string?> Grammar = new("grammar", "FILE", "GBNF grammar of the answer", Text(), null) { Lasting = false };
    internal static readonly Setting<string?> AnswerRegex = new("regex", "PATTERN", "regular expression that the whole answer matches", Text(), null) { Lasting = false };
    internal static readonly Setting<string?> Tokens = new("tokens", "FILE", "JSON array of token ids", Text(), null) { Lasting = false };
    internal static readonly Setting<string?> Output = new("output", "FILE", "where the float32 rows go, little endian, without header", Text(), null) { Lasting = false };
    internal static readonly Setting<string?> PublishTo = new("output", "DIR", "where the folder is made: nothing is there, or an empty folder", Text(), null) { Lasting = false };
    internal static readonly Setting<string> Rid = new("rid", "RID", "for which machines: linux-x64 or linux-arm64", Forms.OneOf([.. Rids.Select(rid => (rid, rid))]), OwnRid, "those like this one") { Lasting = false };
    internal static readonly Setting<bool> ManagedWorker = new("managed-worker", null, "a worker that the runtime compiles while it runs: needs no linker, and lacks one stage of confinement", Forms.Flag, false) { Lasting = false };
    internal static readonly Setting<string?> PublishedModel = new("model", "MODEL", "the model that goes along: a name of 'hearth models list', or a GGUF file", Text(), null, "the model that ships with Hearth") { Lasting = false };
    internal static readonly Setting<bool> AllPositions = new("all-positions", null, "a row for every position instead of the last one", Forms.Flag, false) { Lasting = false };
    internal static readonly Setting<string?> Template = new("template", "FILE", "a chat template instead of the model's own", Text(), null) { Lasting = false };
    internal static readonly Setting<string?> ContextFile = new("context", "FILE", "JSON object that the template sees: messages, add_generation_prompt, tools, …", Text(), null) { Lasting = false };
    internal static readonly Setting<DateTime?> Now = new("now", "TIME", "what the template's clock says, such as 2026-01-02T03:04:05", Forms.Time, null, "the clock") { Lasting = false };
    internal static readonly Setting<bool> AllTensors = new("tensors", null, "list every tensor", Forms.Flag, false) { Lasting = false };
    internal static readonly Setting<string?> Input = new("input", "FILE", "a JSON object {\"text\": \"…\"} on every line", Text(), null) { Lasting = false };
    internal static readonly Setting<string?> Query = new("query", "TEXT", "what the documents are to answer", Text(), null) { Lasting = false };
    internal static readonly Setting<string?> Prefix = new("prefix", "TEXT", "put before every text, such as \"search_query: \", for models that were trained so", Text(), null) { Lasting = false };
    internal static readonly Setting<PoolingType> Pooling = new("pooling", "TYPE", "of tokens' vectors: none, cls, mean or last", Forms.OneOf(("none", PoolingType.None), ("cls", PoolingType.Cls), ("mean", PoolingType.Mean), ("last", PoolingType.Last)), PoolingType.Model, "the model's own") { Lasting = false };
    internal static readonly Setting<bool> NoNormalize = new("no-normalize", null, "vectors keep the length that the model gives them", Forms.Flag, false) { Lasting = false };
    internal static readonly Setting<int?> Dimensions = new("dimensions", "N", "only the first N numbers, for models trained so (Matryoshka)", Forms.WholeOrNone(1, 131_072), null, "all") { Lasting = false };
    internal static readonly Setting<int?> MostTokens = new("max-tokens", "N", "tokens of a text at most; a longer one is cut", Forms.WholeOrNone(2, int.MaxValue), null, "what the model was trained for") { Lasting = false };
    internal static readonly Setting<int?> MostPairTokens = new("max-tokens", "N", "tokens of query and document together at most", Forms.WholeOrNone(8, int.MaxValue), null, "the context") { Lasting = false };
    internal static readonly Setting<VectorFormat?> Format = new("format", "TYPE", "f32, npy or json", Forms.OneOf(VectorFormats.All), null, "f32 into a file, else json") { Lasting = false };
    internal static readonly Setting<string?> VectorFile = new("output", "FILE", "where the vectors go", Text(), null, "standard output") { Lasting = false };
    internal static readonly Setting<long?> Parameters = new("parameters", "N", "a number of weights such as 8B or 350M, instead of a file", Forms.Weights, null) { Lasting = false };
    internal static readonly Setting<int> PromptTokens = new("prompt-tokens", "N", "length of the prompt that is measured", Forms.Whole(1, 1_048_576), 512, "512") { Lasting = false };
    internal static readonly Setting<int> GenerateTokens = new("generate-tokens", "N", "tokens that are generated", Forms.Whole(1, 1_048_576), 128, "128") { Lasting = false };
    internal static readonly Setting<int> Rounds = new("rounds", "N", "repetitions", Forms.Whole(1, 100), 5, "5") { Lasting = false };

    internal static readonly Setting<ModelSource?> From = new("from", "PROGRAM", "whose models: ollama, lm-studio or hugging-face", Forms.OneOf<ModelSource?>(("ollama", ModelSource.Ollama), ("lm-studio", ModelSource.LmStudio), ("hugging-face", ModelSource.HuggingFace)), null) { Lasting = false };
    internal static readonly Setting<bool> Copy = new("copy", null, "copy the file into Hearth's own folder instead of using it where it lies", Forms.Flag, false) { Lasting = false };
    internal static readonly Setting<string?> Name = new("name", "NAME", "the name that the model gets", Text(), null, "the source's name, or that of the file") { Lasting = false };
    internal static readonly Setting<bool> NamesOnly = new("names", null, "names only, one on a line", Forms.Flag, false) { Lasting = false };
    internal static readonly Setting<bool> Licence = new("licence", null, "print the licence, and nothing else", Forms.Flag, false) { Lasting = false };

    internal static readonly Setting<int> Weight = new("weight", "N", "share where several users want the machine at once: 2 gets twice as many tokens as 1", Forms.Whole(1, UserLimits.MostWeight), 1, "1") { Lasting = false };
    internal static readonly Setting<int?> TokensPerDay = new("tokens-per-day", "N", "tokens of prompts and answers in a day (UTC) at most", Forms.WholeOrNone(0, int.MaxValue), null, "no limit") { Lasting = false };
    internal static readonly Setting<int?> RequestsPerMinute = new("requests-per-minute", "N", "requests in a minute at most", Forms.WholeOrNone(0, 1_000_000), null, "no limit") { Lasting = false };
    internal static readonly Setting<KeyScopes> Scope = new("scope", "SCOPES", "what the key may do: chat, read, admin, metrics, or several of them with commas", Forms.Scopes, KeyScopes.Chat | KeyScopes.Read, "chat,read") { Lasting = false };
    internal static readonly Setting<IReadOnlyList<string>> KeyModels = new("model", "MODEL", "a model that the key may use, by its name in 'hearth models list'; may be repeated", Forms.Texts, [], "all models") { Lasting = false, Repeatable = true, NamesModel = true };
    internal static readonly Setting<KeyExpiry?> Expires = new("expires", "WHEN", "for how long it is good: days such as 90d, or the last day (UTC) such as 2027-01-31", Forms.Expiry, null, "until it is revoked") { Lasting = false };
    internal static readonly Setting<string?> Label = new("label", "TEXT", "what the key is for, in your words", Text(), null) { Lasting = false };
    internal static readonly Setting<string> Address = new("address", "ADDRESS", "where the server listens; another than this machine's own needs a certificate", Forms.Address, ListenOptions.UsualAddress, ListenOptions.UsualAddress) { Lasting = false };
    internal static readonly Setting<int> Port = new("port", "N", "the port; 0 takes any that is free", Forms.Whole(0, 65_535), ListenOptions.UsualPort, $"{ListenOptions.UsualPort}") { Lasting = false };
    internal static readonly Setting<IReadOnlyList<string>> HostName = new("host-name", "NAME", "a name under which programs may call the server; may be repeated", Forms.HostNames, [], "localhost and the address") { Lasting = false, Repeatable = true };
    internal static readonly Setting<string?> Certificate = new("certificate", "FILE", "the server's certificate (PEM), for TLS", Text(), null) { Lasting = false };
    internal static readonly Setting<string?> CertificateKey = new("certificate-key", "FILE", "its private key (PEM), where that is not in the same file", Text(), null) { Lasting = false };
    internal static readonly Setting<bool> SelfSigned = new("self-signed", null, "TLS with a certificate that Hearth makes itself, keeps and renews; its fingerprint is shown", Forms.Flag, false) { Lasting = false };
    internal static readonly Setting<string?> FirstKey = new("first-key", "FILE", "where the first start writes its key, instead of showing it: standard output of a service is kept", Text(), null) { Lasting = false };
    internal static readonly Setting<int> Farewell = new("farewell", "S", "seconds that answers may go on once the server is told to end", Forms.Whole(0, 3600), 20, "20") { Lasting = false };
    internal static readonly Setting<string?> UsualModel = new("model", "MODEL", "the model that answers where a call names none, by its name in 'hearth models list'", Text(), null, "the model that ships with Hearth") { Lasting = false, NamesModel = true };
    internal static readonly Setting<int> Parallel = new("parallel", "N", "requests that one model answers at once; a quarter more for users who have none there", Forms.Whole(1, ServingLimits.MostParallel), 16, "16") { Lasting = false };
    internal static readonly Setting<int> Waiting = new("waiting", "N", "requests of one user that may wait for one model", Forms.Whole(0, 10_000), 32, "32") { Lasting = false };
    internal static readonly Setting<int> Patience = new("patience", "S", "seconds that a request waits for its turn", Forms.Whole(1, 3600), 60, "60") { Lasting = false };
    internal static readonly Setting<int> KeepAlive = new("keep-alive", "S", "seconds that a model stays loaded after its last request", Forms.Whole(0, 31_536_000), 300, "300") { Lasting = false };
    internal static readonly Setting<int> MemoryBudget = new("memory", "MB", "megabytes that loaded models may take together; 0 for what the machine has", Forms.Whole(0, int.MaxValue), 0, "what the machine has") { Lasting = false };

    internal static readonly Setting<bool> Watch = new("watch", null, "look at the running processes of Hearth, or at PID, from outside, again and again", Forms.Flag, false) { Lasting = false };
    internal static readonly Setting<float> Interval = new("interval", "S", "seconds between two looks", Forms.Real(0.1f, 3600), 1f, "1") { Lasting = false };
    internal static readonly Setting<int?> Count = new("count", "N", "looks, after which the watch ends", Forms.WholeOrNone(1, int.MaxValue), null, "until Ctrl-C") { Lasting = false };
    internal static readonly Setting<bool> Cgroup = new("cgroup", null, "put each of them into a control group of its own and count there what it sends (root); the end of the watch undoes it", Forms.Flag, false) { Lasting = false };

    /// <summary>How a model is loaded.</summary>
    internal static readonly Setting[] Loading = [Model, Lora, Context, Kv, Threads, DecodeThreads, Isa, Activations, Unconfined];

    /// <summary>How an answer is drawn.</summary>
    internal static readonly Setting[] Sampling =
        [Temperature, TopK, TopP, MinP, TypicalP, RepetitionPenalty, PresencePenalty, FrequencyPenalty, PenaltyWindow, Seed, LogitBias, Stop, MaxTokens, System];

    /// <summary>What 'hearth models set' can set for one model.</summary>
    internal static readonly Setting[] PerModel = [System, Lora, Context, .. Sampling.Where(setting => setting != System)];

    /// <summary>What 'hearth users set' can set for one user.</summary>
    internal static readonly Setting[] PerUser = [Weight, TokensPerDay, RequestsPerMinute];

    /// <summary>What every command takes.</summary>
    internal static readonly Setting[] Everywhere = [Json, Quiet];

    /// <summary>What the environment and the configuration file may set.</summary>
    internal static readonly Setting[] LastingOnes = [.. Loading, .. Sampling, Quiet, Timings];

    static string[] Rids => ["linux-x64", "linux-arm64"];

    internal static string OwnRid => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    static Form<string?> Text() => new(Forms.Text.Expected, static (texts, out value) => Forms.Text.Read(texts, out value!));

    static Form<string?> Isas()
        => Forms.OneOf<string?>([.. KernelPaths.Select(name => (name, (string?)name))]);
}
