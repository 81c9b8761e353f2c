using System.Net;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Serving;
using Hearth.Storage.Access;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;

namespace Hearth.Tests.Server.Serving;

public sealed class ModelPoolTests
{
    const string Question = """{"model": "tiny", "messages": [{"role": "user", "content": "x"}]}""";
    const string Other = """{"model": "other", "messages": [{"role": "user", "content": "x"}]}""";

    const string GiveUp = """{"model": "tiny", "keep_alive": 0}""";

    // What the fake's inspection says: weights and buffers, and the cache of one context of 8,192.
    const long Fixed = 118_000_000, Context = 188_743_680;

    [Theory]
    [InlineData(Fixed + Context, 1)]
    [InlineData(Fixed + (5 * Context), 3)]
    [InlineData(100 * Context, 20)]
    public async Task A_cache_holds_a_context_for_each_answer_at_once_as_far_as_half_of_the_rest_goes(long budget, int contexts)
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { MemoryBudget = budget } });
        server.Model.Inspected = inspection => inspection with { Memory = inspection.Memory with { Available = long.MaxValue } };
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/chat/completions", Question)).Status);
        Assert.Equal(8192 * contexts, server.Model.LoadedWith!.CacheLength);
    }

    [Fact]
    public async Task A_model_is_loaded_once_and_gives_way_to_another_where_both_do_not_fit()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { MemoryBudget = Fixed + Context } });
        var first = server.Model;
        await server.PostAsync("/v1/chat/completions", Question);
        await server.PostAsync("/v1/chat/completions", Question);
        Assert.Equal(1, first.Loads);
        server.Model = new FakeModel();
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/chat/completions", Other)).Status);
        Assert.True(first.Disposals > 0);
        Assert.Equal(1, server.Model.Loads);
    }

    [Fact]
    public async Task A_model_that_is_to_stay_for_ever_makes_room_all_the_same()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { MemoryBudget = Fixed + Context } });
        var first = server.Model;
        await server.PostAsync("/api/generate", """{"model": "tiny", "keep_alive": -1}""");
        server.Model = new FakeModel();
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/chat/completions", Other)).Status);
        Assert.True(first.Disposals > 0);
    }

    [Fact]
    public async Task A_model_that_is_given_up_while_it_is_used_is_so_after_its_last_request()
    {
        await using var server = await TestServer.StartAsync();
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Model.BeforePiece = _ =>
        {
            asked.TrySetResult();
            return go.Task;
        };
        var answer = server.PostAsync("/v1/chat/completions", Question);
        await asked.Task.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/api/generate", """{"model": "tiny", "keep_alive": 0}""")).Status);
        Assert.Equal(0, server.Model.Disposals);
        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await answer).Status);
        await server.PostAsync("/api/generate", """{"model": "tiny"}""");
        Assert.Equal(2, server.Model.Loads);
    }

    [Fact]
    public async Task Nobody_gives_up_a_model_that_another_still_wants()
    {
        await using var server = await TestServer.StartAsync();
        await server.Database.Users.AddAsync("bob", new(), TestContext.Current.CancellationToken);
        var bob = await server.AddKeyAsync("bob", KeyScopes.Chat | KeyScopes.Read);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, "/v1/chat/completions", Question, bob));
        await server.PostAsync("/api/generate", GiveUp);
        await server.PostAsync("/api/chat", """{"model": "tiny", "stream": false, "messages": [{"role": "user", "content": "x"}], "keep_alive": 0}""");
        Assert.Equal((0, 1), (server.Model.Disposals, server.Model.Loads));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, "/api/generate", GiveUp, bob));
        Assert.True(server.Model.Disposals > 0);
    }

    [Fact]
    public async Task A_model_that_another_is_being_answered_by_stays_for_the_time_that_they_have()
    {
        await using var server = await TestServer.StartAsync();
        await server.Database.Users.AddAsync("bob", new(), TestContext.Current.CancellationToken);
        var bob = await server.AddKeyAsync("bob", KeyScopes.Chat);
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Model.BeforePiece = _ =>
        {
            asked.TrySetResult();
            return go.Task;
        };
        var answer = PostAsync(server, "/v1/chat/completions", Question, bob);
        await asked.Task.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
        await server.PostAsync("/api/generate", GiveUp);
        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, await answer);
        await server.PostAsync("/api/generate", """{"model": "tiny"}""");
        Assert.Equal((0, 1), (server.Model.Disposals, server.Model.Loads));
    }

    [Fact]
    public async Task Whoever_runs_the_server_gives_a_model_up_for_all()
    {
        await using var server = await TestServer.StartAsync();
        await server.Database.Users.AddAsync("owner", new(), TestContext.Current.CancellationToken);
        var owner = await server.AddKeyAsync("owner", KeyScopes.Chat | KeyScopes.Admin);
        await server.PostAsync("/api/generate", """{"model": "tiny", "keep_alive": -1}""");
        Assert.Equal(HttpStatusCode.OK, await PostAsync(server, "/api/generate", GiveUp, owner));
        Assert.True(server.Model.Disposals > 0);
    }

    [Fact]
    public async Task A_model_that_is_used_does_not_give_way()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { MemoryBudget = Fixed + Context } });
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = server.Model;
        first.BeforePiece = _ =>
        {
            asked.TrySetResult();
            return go.Task;
        };
        var answer = server.PostAsync("/v1/chat/completions", Question);
        await asked.Task.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
        server.Model = new FakeModel();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.PostAsync("/v1/chat/completions", Other)).Status);
        Assert.Equal(0, first.Disposals);
        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await answer).Status);
    }

    [Fact]
    public async Task An_answer_goes_out_when_what_it_took_has_been_given_back()
    {
        await using var server = await TestServer.StartAsync();
        using var go = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Model.BeforeDisposal = () =>
        {
            begun.TrySetResult();
            go.Wait(Patience.Longest, Stop);
        };
        var answer = server.PostAsync("/api/chat", """{"model": "tiny", "stream": false, "messages": [{"role": "user", "content": "x"}], "keep_alive": 0}""");
        await begun.Task.WaitAsync(Patience.Longest, Stop);
        var isEarly = await Task.WhenAny(answer, Task.Delay(300, Stop)) == answer;
        go.Set();
        Assert.False(isEarly);
        Assert.Equal(HttpStatusCode.OK, (await answer).Status);
    }

    [Fact]
    public async Task A_model_that_does_not_fit_at_all_is_refused_with_figures()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { MemoryBudget = 1_000_000 } });
        var (status, body) = await server.PostAsync("/v1/chat/completions", Question);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("MB", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, server.Model.Loads);
    }

    [Fact]
    public async Task A_load_goes_on_as_long_as_one_of_those_who_asked_waits_for_it()
    {
        using var folder = new TemporaryFolder();
        var (model, go) = (new FakeModel(), new TaskCompletionSource());
        model.Loaded = go.Task.WaitAsync(Patience.Longest, Stop);
        CancellationToken loading = default;
        await using var pool = Pool(folder, model, token => loading = token);
        var entry = TestServer.Store(folder.Path).Find("tiny");
        using var gone = new CancellationTokenSource();
        var first = pool.UseAsync(entry, gone.Token);
        var others = new[] { pool.UseAsync(entry, Stop), pool.UseAsync(entry, Stop) };
        await Eventually.HoldsAsync(() => model.Loads == 1, "the model is being loaded");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(loading.IsCancellationRequested);
        go.SetResult();
        var leases = await Task.WhenAll(others).WaitAsync(Patience.Longest, Stop);
        Assert.Equal((1, 2), (model.Loads, Assert.Single(pool.Loaded).Users));
        Array.ForEach(leases, lease => lease.Dispose());
        Assert.Equal(0, Assert.Single(pool.Loaded).Users);
    }

    [Fact]
    public async Task A_load_that_nobody_waits_for_any_more_is_given_up_and_begun_anew_by_whoever_asks_next()
    {
        using var folder = new TemporaryFolder();
        var (model, go) = (new FakeModel(), new TaskCompletionSource());
        model.Loaded = go.Task.WaitAsync(Patience.Longest, Stop);
        CancellationToken loading = default;
        await using var pool = Pool(folder, model, token => loading = token);
        var entry = TestServer.Store(folder.Path).Find("tiny");
        using var gone = new CancellationTokenSource();
        var asked = new[] { pool.UseAsync(entry, gone.Token), pool.UseAsync(entry, gone.Token) };
        await Eventually.HoldsAsync(() => model.Loads == 1, "the model is being loaded");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(asked));
        Assert.True(loading.IsCancellationRequested);
        var next = pool.UseAsync(entry, Stop);
        await Eventually.HoldsAsync(() => model.Loads == 2, "it is loaded anew");
        Assert.True(model.Disposals > 0);
        go.SetResult();
        using var lease = await next.WaitAsync(Patience.Longest, Stop);
        Assert.Equal(1, Assert.Single(pool.Loaded).Users);
    }

    [Fact]
    public async Task A_load_that_fails_is_told_to_all_who_waited_and_tried_again_by_whoever_asks_next()
    {
        using var folder = new TemporaryFolder();
        var (model, go) = (new FakeModel { LoadFailure = new(FailureCode.OutOfMemory, "There is no memory.") }, new TaskCompletionSource());
        model.Loaded = go.Task.WaitAsync(Patience.Longest, Stop);
        await using var pool = Pool(folder, model, _ => { });
        var entry = TestServer.Store(folder.Path).Find("tiny");
        var asked = new[] { pool.UseAsync(entry, Stop), pool.UseAsync(entry, Stop) };
        go.SetResult();
        foreach (var one in asked)
            Assert.Equal(FailureCode.OutOfMemory, (await Assert.ThrowsAsync<EngineException>(() => one)).Code);
        Assert.Equal(1, model.Loads);
        model.LoadFailure = null;
        using var lease = await pool.UseAsync(entry, Stop);
        Assert.Equal(2, model.Loads);
    }

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static ModelPool Pool(TemporaryFolder folder, FakeModel model, Action<CancellationToken> opened)
        => new(TestServer.Store(folder.Path), (_, token) => Open(model, opened, token), _ => new(new(), new(new TextPrompt("")), null), new(), TimeProvider.System);

    static Task<IModelFile> Open(FakeModel model, Action<CancellationToken> opened, CancellationToken token)
    {
        opened(token);
        return Task.FromResult<IModelFile>(model);
    }

    static async Task<HttpStatusCode> PostAsync(TestServer server, string path, string body, string key)
    {
        using var response = await server.SendAsync(HttpMethod.Post, path, body, key);
        return response.StatusCode;
    }
}
