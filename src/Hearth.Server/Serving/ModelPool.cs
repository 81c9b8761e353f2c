using Hearth.Models;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Server.Access;
using Hearth.Storage.Access;

namespace Hearth.Server.Serving;

/// <summary>The models that are loaded, within a budget of memory: one is loaded when it is first asked for, and given up when nobody has used it for a while or another needs its room.</summary>
sealed class ModelPool : IAsyncDisposable
{
    const string UsualTag = ":latest";

    static readonly TimeSpan Rounds = TimeSpan.FromSeconds(5);

    /// <summary>Whose requests are those without a key: users' numbers begin with one.</summary>
    const long Nobody = 0;

    readonly ModelStore _store;
    readonly OpenModel _open;
    readonly Func<ModelEntry, ModelSettings> _settings;
    readonly ServingLimits _limits;
    readonly long _budget;
    readonly TimeProvider _clock;
    readonly Lock _lock = new();
    readonly SemaphoreSlim _loading = new(1);
    readonly List<PooledModel> _loaded = [];
    readonly List<SharedLoad> _loads = [];
    readonly ITimer _timer;

    internal ModelPool(ModelStore store, OpenModel open, Func<ModelEntry, ModelSettings> settings, ServingLimits limits, TimeProvider clock)
    {
        (_store, _open, _settings, _limits, _clock) = (store, open, settings, limits, clock);
        _budget = limits.MemoryBudget > 0 ? limits.MemoryBudget : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        _timer = clock.CreateTimer(state => _ = GiveUpIdleAsync(), null, Rounds, Rounds);
    }

    /// <summary>The models that are loaded now.</summary>
    internal IReadOnlyList<PooledModel> Loaded
    {
        get
        {
            lock (_lock)
                return [.. _loaded];
        }
    }

    /// <summary>The models that a key may use, loaded or not.</summary>
    internal IReadOnlyList<ModelEntry> ListFor(Principal principal) => [.. _store.List().Where(m => principal.MayUse(m.Name))];

    /// <summary>A model of the list by the name that a request gives: upper and lower case are the same, and Ollama's clients add a tag.</summary>
    /// <exception cref="Refusal">404: there is none, or the key may not use it; the two are not told apart.</exception>
    internal ModelEntry Find(string name, Principal principal) => Find(name, ListFor(principal));

    /// <summary>The same among the models that are given.</summary>
    internal static ModelEntry Find(string name, IReadOnlyList<ModelEntry> models)
        => models.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? models.FirstOrDefault(m => WithoutTag(m.Name).Equals(WithoutTag(name), StringComparison.OrdinalIgnoreCase))
            ?? throw new Refusal(404, "model_not_found", "There is no model of this name here, or the key may not use it. The list of models names those that there are; 'hearth models import' adds one.", "model");

    /// <summary>A name without the tag that says as much as none.</summary>
    internal static string WithoutTag(string name) => name.EndsWith(UsualTag, StringComparison.OrdinalIgnoreCase) ? name[..^UsualTag.Length] : name;

    /// <summary>What is known of a model without a look into its file; null where nothing is.</summary>
    internal ModelFacts? FactsOf(ModelEntry entry)
    {
        lock (_lock)
            return entry.Facts ?? _loaded.Find(m => m.Is(entry))?.Facts;
    }

    /// <summary>The models that are loaded and that a key may use, with the time at which each is given up if nobody uses it till then.</summary>
    internal IReadOnlyList<(PooledModel Model, DateTimeOffset Expires)> LoadedFor(Principal principal)
    {
        lock (_lock)
            return [.. _loaded.Where(m => principal.MayUse(m.Entry.Name)).OrderBy(m => m.Entry.Name, StringComparer.OrdinalIgnoreCase).Select(m => (m, m.Expires ?? m.Stay.AfterUseBy(principal.UserId, _clock.GetUtcNow())))];
    }

    /// <summary>What a model's file says, from the worker that has it open, or from one that is opened for this.</summary>
    internal async Task<ModelInspection> InspectAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        using var lease = TryUse(entry, null);
        if (lease is not null)
            return await lease.Model.InspectAsync(cancellationToken);
        await _loading.WaitAsync(cancellationToken);
        try
        {
            await using var file = await _open(entry, cancellationToken);
            return await file.InspectAsync(0, cancellationToken);
        }
        catch (ModelStoreException) when (IsGone(entry))
        {
            throw Gone();
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Whether the files of a model are gone, or others are in their place.</summary>
    internal bool IsGone(ModelEntry entry) => ModelVerification.Glance(_store, entry).Verdict is ModelVerdict.Missing or ModelVerdict.Resized;

    /// <summary>Where they lie is not told.</summary>
    internal static Refusal Gone() => new(500, "model_unusable", "The model's files are not there any more, or not as they were. Nothing is downloaded here; 'hearth models verify' says what is wrong, and what to do.");

    /// <summary>Whether a model could be used with the settings that an entry has.</summary>
    internal bool Accepts(ModelEntry entry)
    {
        try
        {
            _ = _settings(entry);
            return true;
        }
        // Whose words they are is not known here: they may repeat a value.
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>How long a model stays loaded, from now on: for whoever asks, or for all where that is who runs the server.</summary>
    internal void Keep(PooledModel model, TimeSpan time, Principal asks)
    {
        lock (_lock)
        {
            if (asks.Has(KeyScopes.Admin))
                model.Stay.AskForAll(time);
            else
                model.Stay.Ask(asks.UserId, time);
        }
    }

    /// <summary>Gives a model up, at once or when the last request that holds it is done; but one that others use, or asked to keep, stays unless it is whoever runs the server who gives it up.</summary>
    internal async Task GiveUpAsync(ModelEntry entry, Principal asks)
    {
        lock (_lock)
        {
            foreach (var model in _loaded.Where(m => m.IsNamed(entry.Name)))
            {
                Keep(model, TimeSpan.Zero, asks);
                model.Stay.End(asks.UserId, _clock.GetUtcNow());
                if (model.Users == 0)
                    model.Expires = model.Stay.Until(_clock.GetUtcNow());
            }
        }

        await GiveUpIdleAsync();
    }

    /// <summary>Holds a model, and loads it first where it isn't.</summary>
    /// <exception cref="Refusal">It isn't there, or there is no room for it.</exception>
    /// <exception cref="EngineException">It can't be loaded.</exception>
    internal Task<ModelLease> UseAsync(string name, Principal principal, CancellationToken cancellationToken) => UseAsync(Find(name, principal), principal.UserId, cancellationToken);

    /// <summary>The same for a model of the list, without a key.</summary>
    internal Task<ModelLease> UseAsync(ModelEntry entry, CancellationToken cancellationToken) => UseAsync(entry, Nobody, cancellationToken);

    async Task<ModelLease> UseAsync(ModelEntry entry, long user, CancellationToken cancellationToken)
    {
        SharedLoad load;
        lock (_lock)
        {
            if (TryUse(entry, user) is { } ready)
                return ready;
            load = _loads.Find(l => PooledModel.AreSame(l.Entry, entry)) ?? Begin(entry);
            load.Waiting++;
        }

        try
        {
            return new(this, await load.Ended.WaitAsync(cancellationToken), user);
        }
        catch
        {
            Leave(load, user);
            throw;
        }
    }

    SharedLoad Begin(ModelEntry entry)
    {
        var load = new SharedLoad(entry);
        _loads.Add(load);
        load.Ended = Task.Run(() => LoadAsync(load));
        return load;
    }

    /// <summary>One of those who wait for a load goes away, or it has failed.</summary>
    void Leave(SharedLoad load, long user)
    {
        PooledModel? held;
        lock (_lock)
        {
            // The load may have ended just then: they hold the model already.
            held = load.Model;
            if (held is null && --load.Waiting == 0 && _loads.Remove(load))
                load.GiveUp();
        }

        if (held is not null)
            Return(held, user);
    }

    async Task<PooledModel> LoadAsync(SharedLoad load)
    {
        try
        {
            await _loading.WaitAsync(load.GivenUp);
            try
            {
                await GiveUpOutdatedAsync(load.Entry.Name);
                return Add(await LoadAsync(load.Entry, load.GivenUp), load);
            }
            finally
            {
                _loading.Release();
            }
        }
        catch (ModelStoreException) when (IsGone(load.Entry))
        {
            throw Gone();
        }
        finally
        {
            lock (_lock)
                _loads.Remove(load);
            load.Dispose();
        }
    }

    /// <summary>In one step: another request could give the model up before those who waited for it hold it.</summary>
    PooledModel Add(PooledModel model, SharedLoad load)
    {
        lock (_lock)
        {
            _loads.Remove(load);
            _loaded.Add(model);
            (load.Model, model.Users) = (model, load.Waiting);
            model.Expires = load.Waiting > 0 ? null : _clock.GetUtcNow();
            return model;
        }
    }

    internal void Return(PooledModel model, long? user)
    {
        var now = _clock.GetUtcNow();
        lock (_lock)
        {
            if (user is { } number)
                model.Stay.End(number, now);
            if (--model.Users > 0)
                return;
            model.Expires = model.Stay.Until(now);
            if (model.Expires > now)
                return;
        }

        _ = GiveUpIdleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _loading.WaitAsync();
        foreach (var model in Loaded)
            await model.DisposeAsync();
        _loading.Dispose();
    }

    ModelLease? TryUse(ModelEntry entry, long? user)
    {
        lock (_lock)
        {
            if (_loaded.Find(m => m.Is(entry)) is not { } model)
                return null;
            model.Users++;
            model.Expires = null;
            return new(this, model, user);
        }
    }

    async Task<PooledModel> LoadAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        var settings = _settings(entry);
        var file = await _open(entry, cancellationToken);
        try
        {
            var inspection = await file.InspectAsync(settings.Loading.ContextLength, cancellationToken);
            var memory = inspection.Memory;
            await MakeRoomAsync(memory.Total);
            var contexts = ContextsFor(memory);
            var engine = await file.LoadAsync(settings.Loading with { CacheLength = (int)Math.Min(memory.ContextLength * contexts, LoadOptions.MostCacheLength) }, cancellationToken: cancellationToken);
            return new(entry, settings, engine, file, memory.Total + ((contexts - 1) * memory.KvCache), new(_limits.Parallel, _limits.Spare, _limits.Waiting, _limits.Patience, _clock)) { Facts = ModelFacts.Of(inspection), Stay = new(_limits.KeepAlive) };
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Contexts that the cache holds: one for each answer at once, as far as they fit into half of what is free. An answer waits until the cache has room for the whole of it.</summary>
    long ContextsFor(MemoryEstimate memory)
    {
        lock (_lock)
        {
            var free = Math.Min(_budget - _loaded.Sum(m => m.Bytes), memory.Available) - memory.Total;
            return memory.KvCache > 0 ? Math.Clamp(1 + (free / 2 / memory.KvCache), 1, _limits.Parallel + _limits.Spare) : 1;
        }
    }

    /// <summary>Gives up what is not used, the longest unused first, until there is room.</summary>
    async Task MakeRoomAsync(long needed)
    {
        while (true)
        {
            PooledModel? victim;
            lock (_lock)
            {
                if (_loaded.Sum(m => m.Bytes) + needed <= _budget)
                    return;
                victim = _loaded.Where(m => m.Users == 0).MinBy(m => m.Expires);
                if (victim is null)
                {
                    throw new Refusal(
                        503, "no_memory", $"The model needs {needed >> 20} MB, and {(_budget - _loaded.Sum(m => m.Bytes)) >> 20} MB of the server's {_budget >> 20} MB are free. Try again when others are done.")
                    {
                        RetryAfter = TimeSpan.FromSeconds(10),
                    };
                }

                _loaded.Remove(victim);
            }

            await victim.DisposeAsync();
        }
    }

    /// <summary>What was loaded of a model before its files or settings were changed goes, at once or when the last request that holds it is done.</summary>
    Task GiveUpOutdatedAsync(string name)
    {
        lock (_lock)
        {
            foreach (var model in _loaded.Where(m => m.IsNamed(name)))
            {
                model.Stay.AskForAll(TimeSpan.Zero);
                if (model.Users == 0)
                    model.Expires = _clock.GetUtcNow();
            }
        }

        return GiveUpIdleAsync();
    }

    async Task GiveUpIdleAsync()
    {
        List<PooledModel> idle;
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            idle = _loaded.FindAll(m => m.Users == 0 && m.Expires <= now);
            idle.ForEach(m => _loaded.Remove(m));
        }

        foreach (var model in idle)
            await model.DisposeAsync();
    }
}
