using System.Runtime.CompilerServices;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;
using Hearth.Tensors.Threading;

namespace Hearth.Tensors.Kernels;

/// <summary>The kernels in C#, for any width of vectors; generated code replaces the three innermost loops where the processor has more.</summary>
unsafe class ManagedKernels<TLanes, TDot>(string name) : Kernels
    where TLanes : struct, ILanes<TLanes>
    where TDot : struct, IDot
{
    /// <summary>Blocks along k that stay in the first-level cache while tile after tile goes over them; stored and reloaded exactly between (rule 4).</summary>
    const int ChunkBlocks = 32;

    /// <summary>Groups that a decode kernel computes before its epilogue runs.</summary>
    const int FewGroups = 64;

    public sealed override string Name => name;

    /// <summary>Whether panels hold codes less their offset, for signed multiplication.</summary>
    protected virtual bool SignedCodes => true;

    public sealed override void Prepare(
        CrewMember member, FloatRows source, ReadOnlySpan<int> map, int rows, Norm? norm, Activations target, ActivationForms forms)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, target.Rows, nameof(rows));
        var width = ActivationTile.WidthFor(rows);
        if (rows <= ActivationTile.MaxFewRows)
        {
            for (var c = 0; c < width; c++)
                PrepareColumn(member, source, map, rows, norm, target, forms, c, 0);
            return;
        }

        member.BeginPhase();
        for (var tile = member.Take(); tile * width < rows; tile = member.Take())
        {
            for (var c = 0; c < width; c++)
                PrepareColumn(member, source, map, rows, norm, target, forms, c, (int)tile);
        }

        member.Barrier();
    }

    static void PrepareColumn(
        CrewMember member, FloatRows source, ReadOnlySpan<int> map, int rows, Norm? norm, Activations target, ActivationForms forms, int c, int tile)
    {
        var quantized = forms.HasFlag(ActivationForms.Quantized);
        var width = ActivationTile.WidthFor(rows);
        var row = (tile * width) + c;
        var tileStart = target.Tiles(rows, member.Index) + (tile * target.TileBytes);
        if (row >= rows)
        {
            if (quantized)
                ActivationBlocks<TLanes>.Clear(target.Columns, tileStart, width, c);
            return;
        }

        var x = source.Pointer(map.IsEmpty ? row : map[row]);
        var plain = target.Plain(rows, member.Index) + ((long)row * target.Stride);
        if (norm is not null)
        {
            Functions<TLanes>.Normalize(x, norm, target.Columns, plain);
            x = plain;
        }
        else if (forms.HasFlag(ActivationForms.Plain))
        {
            Buffer.MemoryCopy(x, plain, target.Columns * sizeof(float), target.Columns * sizeof(float));
        }

        if (quantized && !ActivationBlocks<TLanes>.Quantize(x, target.Columns, tileStart, width, c))
            throw new NotFiniteException("A number between two layers is infinite or not a number.");
    }

    public sealed override void Multiply(
        CrewMember member, WeightMatrix weights, Activations activations, int rows, FloatRows output, Epilogue epilogue, int firstRow = 0, FloatRows? addend = null)
    {
        var sums = weights.Groups * WeightMatrix.GroupRows;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epilogue.Gated ? sums / 2 : sums, output.Stride, nameof(output));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow + rows, output.Rows, nameof(rows));
        ArgumentOutOfRangeException.ThrowIfNotEqual(activations.Columns, weights.Columns, nameof(activations));
        ArgumentOutOfRangeException.ThrowIfLessThan(addend?.Stride ?? sums, sums, nameof(addend));
        ArgumentOutOfRangeException.ThrowIfLessThan(epilogue.Bias?.Stride ?? sums, sums, nameof(epilogue));
        var target = new MatrixTarget(output, firstRow, epilogue, addend);
        if (weights.TakesFloat)
            MultiplyFloat(member, weights, activations, rows, target);
        else if (rows <= ActivationTile.MaxFewRows)
            MultiplyFew(member, weights, activations, rows, target);
        else if (rows <= ActivationTile.MaxSomeRows)
            MultiplySome(member, weights, activations, rows, target);
        else
            MultiplyMany(member, weights, activations, rows, target);
    }

    public sealed override void Normalize(FloatRows source, int row, Norm norm, FloatRows target, int targetRow)
        => Functions<TLanes>.Normalize(source.Pointer(row), norm, source.Width, target.Pointer(targetRow));

    public sealed override void NormalizeHeads(FloatRows rows, int row, int heads, int headLength, Norm norm)
    {
        for (var h = 0; h < heads; h++)
        {
            var head = rows.Pointer(row) + (h * headLength);
            Functions<TLanes>.Normalize(head, norm, headLength, head);
        }
    }

    public sealed override void AddScaled(FloatRows source, int row, float factor, FloatRows target, int targetRow)
        => Functions<TLanes>.AddScaled(source.Pointer(row), factor, source.Width, target.Pointer(targetRow));

    public sealed override void Gate(FloatRows gate, int row, FloatRows target)
        => Recurrence<TLanes>.Gate(gate.Pointer(row), target.Width, silu: false, target.Pointer(row));

    public sealed override void GatedConvolution(
        FloatRows parts, int row, FloatRows weights, int taps, int width, (int From, int To) channels, RecurrentState state, FloatRows output)
    {
        float* gates = parts.Pointer(row), x = gates + (2 * width), y = output.Pointer(row);
        var (from, count) = (channels.From, channels.To - channels.From);
        Recurrence<TLanes>.MultiplyInto(gates + from, count, x + from);
        Recurrence<TLanes>.Convolve(x, state.Start, weights.Pointer(0), taps, width, channels.From, channels.To, silu: false, y);
        Recurrence<TLanes>.MultiplyInto(gates + width + from, count, y + from);
    }

    public sealed override void Convolution(FloatRows rows, int row, FloatRows weights, int taps, (int From, int To) channels, RecurrentState state)
        => Recurrence<TLanes>.Convolve(
            rows.Pointer(row), state.Start, weights.Pointer(0), taps, rows.Width, channels.From, channels.To, silu: true, rows.Pointer(row));

    public sealed override void DeltaNet(
        CrewMember member, FloatRows mixed, int row, DeltaNetShape shape, int head, DeltaGates gates, RecurrentState state, Norm norm, FloatRows gate, FloatRows output)
    {
        int length = shape.KeyLength, width = shape.ValueLength, keys = shape.KeyHeads * length;
        float* q = (float*)member.Scratch, k = q + length, v = k + length, from = mixed.Pointer(row), y = output.Pointer(row) + (head * width);
        var key = from + (shape.KeyHead(head) * length);
        Buffer.MemoryCopy(key, q, length * sizeof(float), length * sizeof(float));
        Buffer.MemoryCopy(key + keys, k, length * sizeof(float), length * sizeof(float));
        Buffer.MemoryCopy(from + (2 * keys) + (head * width), v, width * sizeof(float), width * sizeof(float));
        Recurrence<TLanes>.DeltaStep(q, k, v, length, width, gates.Decay, gates.Rate, state.Start, y);
        Functions<TLanes>.Normalize(y, norm, width, y);
        Recurrence<TLanes>.Gate(gate.Pointer(row) + (head * width), width, silu: true, y);
    }

    public sealed override void Rotate(FloatRows rows, int row, int heads, int headLength, FloatRows angles, int angle)
    {
        for (var h = 0; h < heads; h++)
            Functions<TLanes>.Rotate(rows.Pointer(row) + (h * headLength), angles.Pointer(2 * angle), angles.Pointer((2 * angle) + 1), headLength);
    }

    public sealed override void StoreKeyValue(KvStore cache, int page, int slot, int layer, FloatRows keys, FloatRows values, int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)KvStore.PageLength, nameof(slot));
        for (var h = 0; h < cache.Heads; h++)
        {
            var from = h * cache.HeadLength;
            CacheWriter<TLanes>.Store(cache, page, slot, layer, h, keys.Pointer(row) + from, values.Pointer(row) + from);
        }
    }

    public sealed override void Attend(
        CrewMember member, KvStore cache, int layer, in AttentionTile tile, FloatRows queries, FloatRows output, AttentionRule rule)
        => Attention<TLanes>.Attend(this, member, cache, layer, tile, queries, output, rule);

    public sealed override void Read(CrewMember member, WeightMatrix weights)
    {
        var (from, to) = member.Share((int)(weights.ByteCount / 512));
        member.Keep(RawReader.Read(weights.Start + (512L * from), to - from));
    }

    public override long Spin(long rounds)
    {
        var operands = stackalloc sbyte[512 + 32];
        var sums = stackalloc int[16];
        for (var i = 0L; i < rounds; i++)
            TDot.Block(operands, 64, 8, operands + 512, sums);
        return rounds * 512;
    }

    /// <summary>The float tile over any number of columns; see <see cref="FloatTile{TLanes}"/>.</summary>
    internal virtual void Tile(in TileArguments arguments, int rows, int vectors, CodeLayout right)
        => FloatTile<TLanes>.Compute(arguments, rows, vectors, right);

    /// <summary>Groups of packed weights times 1, 2 or 4 columns.</summary>
    protected virtual void Gemv(WeightMatrix w, int group, int groups, byte* tile, int width, float* output, int outputStride, byte* scratch)
    {
        // Without a kernel of its own: a strip of 16 rows × 1,024 k is unpacked into the first-level cache and goes through the panel kernel.
        var format = w.Format;
        for (var g = 0; g < groups; g++)
        {
            for (var block = 0; block < w.Blocks; block += ChunkBlocks)
            {
                var blocks = Math.Min(ChunkBlocks, w.Blocks - block);
                WeightPanel.Unpack(w, group + g, 1, block, blocks, true, scratch);
                Panel(format, scratch, 1, new(tile, width, w.Blocks, block), width, blocks, output + (16 * g), outputStride, block > 0);
            }
        }
    }

    /// <summary>A panel of 32 rows times a tile of 6 columns.</summary>
    protected virtual void Gemm(WeightFormat format, byte* panel, in TilePart tile, int blocks, float* output, int outputStride, bool accumulate)
        => Panel(format, panel, WeightPanel.Groups, tile, ActivationTile.Width, blocks, output, outputStride, accumulate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Panel(WeightFormat format, byte* panel, int groups, in TilePart tile, int width, int blocks, float* output, int outputStride, bool accumulate)
    {
        var panelStep = WeightPanel.BlockBytes(format, groups);
        var tileStep = ActivationTile.BlockBytes(width);
        var (terms, minimum) = (format.Shape.Terms, format.Shape.Minimum);
        // Sums of 32 k stand in the blocks, sums of 16 k after them.
        var products = terms == 1 ? ActivationTile.Number(tile.Blocks, width, ActivationTile.Product) : tile.Halves + (ActivationTile.HalfProduct * width);
        var productStep = terms == 1 ? tileStep / sizeof(float) : ActivationTile.HalfParts * width;
        var (stride, vectors) = (WeightPanel.Vector * groups, 8 / terms);
        var sums = stackalloc int[16];
        for (var c = 0; c < width; c++)
        {
            for (var g = 0; g < groups; g++)
            {
                var target = output + (c * outputStride) + (16 * g);
                var total = accumulate ? TLanes.Load(target) : TLanes.Create(0f);
                byte* w = panel, x = tile.Blocks;
                var product = products + c;
                for (var b = 0; b < blocks; b++, w += panelStep, x += tileStep, product += productStep)
                {
                    var activationScale = TLanes.Create(*(ActivationTile.Number(x, width, ActivationTile.Scale) + c));
                    var scales = w + (WeightPanel.CodeBytes * groups) + (WeightPanel.Vector * g);
                    for (var t = 0; t < terms; t++, scales += stride)
                    {
                        TDot.Block((sbyte*)w + (WeightPanel.Vector * g) + (t * vectors * stride), stride, vectors, (sbyte*)x + (32 * c) + (16 * t), sums);
                        total = TLanes.Fma(TLanes.LoadInt32(sums), TLanes.Load((float*)scales) * activationScale, total);
                        if (minimum)
                            total = TLanes.Fma(TLanes.Load((float*)(scales + (terms * stride))), TLanes.Create(product[t * width]), total);
                    }
                }

                total.Store(target);
            }
        }
    }

    void MultiplyFew(CrewMember member, WeightMatrix w, Activations x, int rows, in MatrixTarget target)
    {
        var width = ActivationTile.WidthFor(rows);
        var tile = x.Tiles(rows, member.Index);
        const int stride = FewGroups * 16;
        var results = (float*)member.Scratch;
        var scratch = member.Scratch + (ActivationTile.MaxFewRows * stride * sizeof(float));
        var (from, to) = member.Share(w.Groups, unit: 2);
        for (var g = from; g < to; g += FewGroups)
        {
            var groups = Math.Min(FewGroups, to - g);
            Gemv(w, g, groups, tile, width, results, stride, scratch);
            for (var c = 0; c < rows; c++)
                target.Finish<TLanes>(results + (c * stride), groups, g, c);
        }
    }

    /// <summary>The decode kernel for one tile after the other, on so few groups of weights at a time that the second tile finds them in the cache.</summary>
    void MultiplySome(CrewMember member, WeightMatrix w, Activations x, int rows, in MatrixTarget target)
    {
        const int stride = FewGroups * 16, width = ActivationTile.SomeWidth, cached = 128 << 10;
        var results = (float*)member.Scratch;
        var scratch = member.Scratch + (width * stride * sizeof(float));
        // A gated matrix has its groups in pairs.
        var together = Math.Clamp((int)Math.Min(cached / w.Stride, w.Groups / (4 * member.Count)) & ~1, 2, FewGroups);
        member.BeginPhase();
        for (var job = member.Take() * together; job < w.Groups; job = member.Take() * together)
        {
            var (group, groups) = ((int)job, (int)Math.Min(together, w.Groups - job));
            var tile = x.Tiles(rows, member.Index);
            for (var row = 0; row < rows; row += width, tile += x.TileBytes)
            {
                Gemv(w, group, groups, tile, width, results, stride, scratch);
                for (var c = 0; c < Math.Min(width, rows - row); c++)
                    target.Finish<TLanes>(results + (c * stride), groups, group, row + c);
            }
        }
    }

    void MultiplyMany(CrewMember member, WeightMatrix w, Activations x, int rows, in MatrixTarget target)
    {
        const int stride = WeightPanel.Groups * 16;
        var tiles = (rows + ActivationTile.Width - 1) / ActivationTile.Width;
        var panel = member.Scratch;
        var results = (float*)(panel + (ChunkBlocks * WeightPanel.BlockBytes(w.Format, WeightPanel.Groups)));
        member.BeginPhase();
        for (var job = member.Take() * WeightPanel.Groups; job < w.Groups; job = member.Take() * WeightPanel.Groups)
        {
            var group = (int)job;
            for (var block = 0; block < w.Blocks; block += ChunkBlocks)
            {
                var blocks = Math.Min(ChunkBlocks, w.Blocks - block);
                WeightPanel.Unpack(w, group, WeightPanel.Groups, block, blocks, SignedCodes, panel);
                var ahead = new WeightPrefetch(w, group, block + ChunkBlocks, ChunkBlocks, member.Count, tiles);
                var tile = x.Tiles(rows, member.Index);
                for (var t = 0; t < tiles; t++, tile += x.TileBytes)
                {
                    ahead.Step();
                    Gemm(w.Format, panel, new(tile, ActivationTile.Width, w.Blocks, block), blocks, results + (t * ActivationTile.Width * stride), stride, block > 0);
                }
            }

            var groups = Math.Min(WeightPanel.Groups, w.Groups - group);
            for (var r = 0; r < rows; r++)
                target.Finish<TLanes>(results + (r * stride), groups, group, r);
        }
    }

    void MultiplyFloat(CrewMember member, WeightMatrix w, Activations x, int rows, in MatrixTarget target)
    {
        const int panelRows = WeightMatrix.PanelGroups * WeightMatrix.GroupRows;
        var results = (float*)member.Scratch;
        var left = x.Plain(rows, member.Index);
        member.BeginPhase();
        for (var job = member.Take(); job * WeightMatrix.PanelGroups < w.Groups; job = member.Take())
        {
            var group = (int)job * WeightMatrix.PanelGroups;
            var groups = Math.Min(WeightMatrix.PanelGroups, w.Groups - group);
            for (var r = 0; r < rows; r += ActivationTile.Width)
            {
                var count = Math.Min(ActivationTile.Width, rows - r);
                var arguments = new TileArguments
                {
                    Left = left + ((long)r * x.Stride),
                    LeftStride = x.Stride * sizeof(float),
                    Right = w.Start + (job * w.Stride),
                    RightStride = panelRows * w.Format.CodeBytes,
                    Output = results,
                    OutputStride = panelRows * sizeof(float),
                    K = w.Columns,
                };
                Tile(arguments, count, panelRows / 16, w.Format.Codes);
                for (var i = 0; i < count; i++)
                    target.Finish<TLanes>(results + (i * panelRows), groups, group, r + i);
            }
        }
    }
}
