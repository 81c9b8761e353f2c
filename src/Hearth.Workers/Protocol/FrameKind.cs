namespace Hearth.Workers.Protocol;

/// <summary>What a frame's body is. Append only: ContractTests freezes the numbers; a new meaning takes a new number.</summary>
enum FrameKind : ushort
{
    // host → worker
    Hello = 1,
    Load = 2,
    Inspect = 3,
    Tokenize = 4,
    Detokenize = 5,
    Render = 6,
    Generate = 7,
    Logits = 8,
    Measure = 9,
    Stats = 10,
    Ping = 11,
    Credit = 12,
    Cancel = 13,
    Shutdown = 14,
    Score = 15,
    MeasureMachine = 16,
    Embed = 17,
    Rerank = 18,

    // worker → host
    HelloAck = 129,
    LoadProgress = 130,
    Loaded = 131,
    Inspected = 132,
    Tokens = 133,
    Text = 134,
    Admitted = 135,
    Delta = 136,
    Done = 137,
    LogitsItem = 138,
    Measured = 139,
    End = 140,
    StatsReply = 141,
    Pong = 142,
    Failed = 143,
    Cancelled = 144,
    Scored = 145,
    MachineMeasured = 146,
    EmbedItem = 147,
    RerankItem = 148,
}
