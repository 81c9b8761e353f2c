namespace Hearth.Workers.Protocol;

/// <summary>How a kind of request is answered: perhaps an opening, any number of items, one closing. Failed and Cancelled close every kind.</summary>
/// <param name="Request">What the host sends.</param>
/// <param name="Opening">What the worker sends first and once, where there is such.</param>
/// <param name="Item">What may come many times.</param>
/// <param name="Closing">What comes last.</param>
/// <param name="Metered">True: every item takes one credit, so a reader that stalls stops only its own stream.</param>
/// <param name="NeedsEngine">True: only after Loaded.</param>
sealed record Dialogue(FrameKind Request, FrameKind? Opening, FrameKind? Item, FrameKind Closing, bool Metered = false, bool NeedsEngine = false)
{
    internal static readonly Dialogue Load = new(FrameKind.Load, null, FrameKind.LoadProgress, FrameKind.Loaded);
    internal static readonly Dialogue Inspect = new(FrameKind.Inspect, null, null, FrameKind.Inspected);
    internal static readonly Dialogue Tokenize = new(FrameKind.Tokenize, null, null, FrameKind.Tokens);
    internal static readonly Dialogue Detokenize = new(FrameKind.Detokenize, null, null, FrameKind.Text);
    internal static readonly Dialogue Render = new(FrameKind.Render, null, null, FrameKind.Text);
    internal static readonly Dialogue Generate = new(FrameKind.Generate, FrameKind.Admitted, FrameKind.Delta, FrameKind.Done, true, true);
    internal static readonly Dialogue Logits = new(FrameKind.Logits, null, FrameKind.LogitsItem, FrameKind.End, true, true);
    internal static readonly Dialogue Measure = new(FrameKind.Measure, null, FrameKind.Measured, FrameKind.End, true, true);
    internal static readonly Dialogue Stats = new(FrameKind.Stats, null, null, FrameKind.StatsReply, NeedsEngine: true);
    internal static readonly Dialogue Score = new(FrameKind.Score, null, null, FrameKind.Scored, NeedsEngine: true);
    internal static readonly Dialogue MeasureMachine = new(FrameKind.MeasureMachine, null, null, FrameKind.MachineMeasured);
    internal static readonly Dialogue Embed = new(FrameKind.Embed, null, FrameKind.EmbedItem, FrameKind.End, true, true);
    internal static readonly Dialogue Rerank = new(FrameKind.Rerank, null, FrameKind.RerankItem, FrameKind.End, true, true);

    /// <summary>Every kind of request, by the kind of its first frame.</summary>
    internal static readonly Dictionary<FrameKind, Dialogue> All =
        new Dialogue[] { Load, Inspect, Tokenize, Detokenize, Render, Generate, Logits, Measure, Stats, Score, MeasureMachine, Embed, Rerank }.ToDictionary(d => d.Request);
}
