using System.Collections.Concurrent;
using Hearth.Inference.Architectures;
using Hearth.Inference.KvCache;
using Hearth.Requests;
using Hearth.Tensors.Kernels;

namespace Hearth.Inference.Scheduling;

/// <summary>
/// The engine's own thread: it takes requests in order of arrival, puts decodes and prefill chunks of all answers into shared passes, and runs work
/// that needs the model for itself between two passes.
/// </summary>
/// <remarks>
/// An answer starts when the cache has room for the whole of it, so that what others do can only delay it, never cut it short.
/// </remarks>
sealed class Scheduler : IDisposable
{
    readonly LoadedDecoder _model;
    readonly PrefixCache _prefixes;
    readonly Batch _batch = new(LoadedDecoder.MaxRows, LoadedDecoder.MaxLogits);
    readonly PrefillPace _pace = new(LoadedDecoder.MaxRows);
    readonly TimeProvider _clock;
    readonly BlockingCollection<object> _inbox = [];
    readonly Queue<Answer> _waiting = new();
    readonly List<Answer> _running = [], _inPass = [];
    readonly Thread _thread;
    long _passes;
    int _decoding;
    Exception? _fatal;

    internal Scheduler(LoadedDecoder model, TimeProvider? clock = null)
    {
        (_model, _clock) = (model, clock ?? TimeProvider.System);
        _prefixes = new(model.Pool);
        _thread = new(Serve) { IsBackground = true, Name = "engine" };
        _thread.Start();
    }

    internal long PassesDone => Interlocked.Read(ref _passes);

    internal (int Running, int Waiting, int PagesUsed) Load { get; private set; }

    internal void Submit(Answer answer) => Post(answer);

    /// <summary>Runs work on the engine's thread between two passes.</summary>
    internal Task<T> RunAloneAsync<T>(Func<LoadedDecoder, T> work)
    {
        var source = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new Work(
            () =>
            {
                try
                {
                    source.SetResult(work(_model));
                }
                catch (Exception e)
                {
                    source.SetException(Explain(e));
                }
            },
            source.SetException));
        return source.Task;
    }

    /// <summary>A sequence for work that runs alone, with all its pages: between two steps of the work nobody else gets them. Cached ones give way.</summary>
    /// <param name="capacity">Positions at most.</param>
    /// <param name="isLong">Whether it turns by the long factors.</param>
    /// <exception cref="EngineException">Running answers hold the pages.</exception>
    internal CachedSequence TakeSequence(int capacity, bool isLong = false)
    {
        if (!_prefixes.MakeRoom(CachedSequence.PagesFor(capacity) + Promised()))
        {
            throw new EngineException(
                FailureCode.OutOfMemory, $"The cache has no room for {capacity} positions while {_running.Count} answers run.", "", "Wait until they are done.");
        }

        var sequence = new CachedSequence(_model.Pool, capacity, isLong);
        sequence.Reserve();
        return sequence;
    }

    public void Dispose()
    {
        _inbox.CompleteAdding();
        _thread.Join();
        _inbox.Dispose();
    }

    void Post(object item)
    {
        try
        {
            _inbox.Add(item);
        }
        catch (InvalidOperationException)
        {
            throw _fatal ?? new ObjectDisposedException(nameof(Scheduler));
        }
    }

    void Serve()
    {
        try
        {
            while (Receive())
            {
                DropCancelled();
                Admit();
                FillBatch();
                RunBatch();
                Load = (_running.Count, _waiting.Count, _model.Pool.Used);
            }
        }
        catch (Exception e)
        {
            // A fault of the engine itself: everybody is told, nothing hangs.
            _fatal = Explain(e);
            _inbox.CompleteAdding();
        }

        var end = _fatal ?? new EngineException(FailureCode.Internal, "The engine was shut down.");
        foreach (var answer in _running.Concat(_waiting))
            answer.Fail(end);
        foreach (var item in _inbox.GetConsumingEnumerable())
        {
            if (item is Answer answer)
                answer.Fail(end);
            else
                ((Work)item).Fail(end);
        }
    }

    /// <summary>Takes what has arrived; waits only where there is nothing else to do.</summary>
    /// <returns>False when the scheduler is to end.</returns>
    bool Receive()
    {
        // Nothing was in the last pass: what waits, waits for pages that work between passes holds, and that work will say when it is done.
        var idle = _inPass.Count == 0;
        while (_inbox.TryTake(out var item, idle ? Timeout.Infinite : 0))
        {
            idle = false;
            if (item is Answer answer)
                _waiting.Enqueue(answer);
            else
                ((Work)item).Run();
        }

        return !_inbox.IsAddingCompleted;
    }

    void DropCancelled()
    {
        for (var i = _running.Count - 1; i >= 0; i--)
        {
            if (_running[i].Cancellation.IsCancellationRequested)
                End(_running[i], new OperationCanceledException(_running[i].Cancellation));
        }
    }

    void Admit()
    {
        while (_waiting.TryPeek(out var next))
        {
            if (next.Cancellation.IsCancellationRequested)
            {
                _waiting.Dequeue().Fail(new OperationCanceledException(next.Cancellation));
                continue;
            }

            var spare = _model.Pool.Free - Promised();
            var isLong = next.Prompt.Length > _model.Shape.LongFrom;
            var sequence = next.UseCache ? _prefixes.Begin(next.Scope, next.Prompt, next.Capacity, spare, isLong) : new(_model.Pool, next.Capacity, isLong);
            if (!_prefixes.MakeRoom(CachedSequence.PagesFor(next.Capacity) - sequence.PageCount + Promised(), needsState: sequence.State < 0))
            {
                // Others must end first; what was cached for this one stays for its next try.
                if (sequence.Length > 0)
                    _prefixes.Keep(next.Scope, sequence);
                return;
            }

            _running.Add(_waiting.Dequeue());
            sequence.TakeState();
            next.Admit(sequence);
        }
    }

    /// <summary>Pages that running answers may still take.</summary>
    int Promised()
    {
        var pages = 0;
        foreach (var answer in _running)
            pages += CachedSequence.PagesFor(answer.Capacity) - answer.Sequence!.PageCount;
        return pages;
    }

    /// <summary>Decodes first, since somebody is reading; then prompts in order of arrival, as far as they don't hold the others up.</summary>
    void FillBatch()
    {
        _batch.Clear();
        _inPass.Clear();
        Fill(decoding: true, LoadedDecoder.MaxRows);
        _decoding = _batch.Rows;
        Fill(decoding: false, _decoding + _pace.Rows(_decoding));

        void Fill(bool decoding, int rows)
        {
            foreach (var answer in _running)
            {
                if ((answer.Pending == 0) == decoding && Math.Min(_batch.Room, rows - _batch.Rows) is > 0 and var room && _batch.LogitRoom > 0)
                    Add(answer, room);
            }
        }
    }

    void Add(Answer answer, int room)
    {
        var sequence = answer.Sequence!;
        // As transformers does it: a sequence that outgrows the original context is computed anew by the long factors.
        if (!sequence.IsLong && answer.Pending == 0 && sequence.Length == _model.Shape.LongFrom)
            answer.BeginLong();
        var tokens = answer.NextTokens(room);
        sequence.Append(tokens);
        var wanted = answer.Pending == 0;
        var row = _batch.Add(sequence, tokens.Length, wanted ? LogitsWanted.Last : LogitsWanted.None);
        answer.LogitRow = wanted ? row : -1;
        _inPass.Add(answer);
    }

    void RunBatch()
    {
        if (_batch.Rows == 0)
            return;
        var start = _clock.GetTimestamp();
        try
        {
            _model.Decoder.Forward(_batch);
            _pace.Note(_decoding, _batch.Rows - _decoding, _clock.GetElapsedTime(start));
        }
        catch (NotFiniteException) when (_inPass.Count > 1 && _model.Pool.States is null)
        {
            RunOneByOne();
            return;
        }
        catch (NotFiniteException e)
        {
            // Where layers carry states, a pass cannot be computed again.
            foreach (var answer in _inPass)
                End(answer, Explain(e));
            return;
        }

        Interlocked.Increment(ref _passes);
        foreach (var answer in _inPass)
            Accept(answer);
    }

    /// <summary>One of several answers ran into numbers that are not finite: each is computed alone, so that only it ends.</summary>
    void RunOneByOne()
    {
        foreach (var (answer, slice) in _inPass.Zip(_batch.Slices.ToArray()).ToList())
        {
            _batch.Clear();
            _batch.Add(answer.Sequence!, slice.Rows, answer.LogitRow < 0 ? LogitsWanted.None : LogitsWanted.Last);
            answer.LogitRow = Math.Min(answer.LogitRow, 0);
            try
            {
                _model.Decoder.Forward(_batch);
                Accept(answer);
            }
            catch (NotFiniteException e)
            {
                End(answer, Explain(e));
            }
        }
    }

    void Accept(Answer answer)
    {
        if (answer.LogitRow < 0)
            return;
        try
        {
            if (answer.Accept(_model.Decoder.Logits.Row(answer.LogitRow)))
                End(answer, null);
        }
        catch (EngineException e)
        {
            End(answer, e);
        }
    }

    void End(Answer answer, Exception? error)
    {
        _running.Remove(answer);
        var sequence = answer.Leave();
        if (error is not null)
            answer.Fail(error);
        if (answer.UseCache && error is null or OperationCanceledException && sequence.Length > 0)
            _prefixes.Keep(answer.Scope, sequence);
        else
            sequence.Truncate(0);
    }

    /// <summary>Work between two passes, and how it hears that it will never run.</summary>
    sealed record Work(Action Run, Action<Exception> Fail);

    static Exception Explain(Exception e) => e switch
    {
        NotFiniteException => new EngineException(
            FailureCode.NotFinite, e.Message, "finite numbers", "Try --kv f32; if that does not help, the model file is damaged or unsuitable.", e),
        EngineException => e,
        _ => new EngineException(FailureCode.Internal, $"The engine failed: {e.GetType().Name}.", "", "This is a fault of Hearth; the worker is started anew.", e),
    };
}
