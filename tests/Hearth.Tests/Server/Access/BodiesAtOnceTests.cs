using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hearth.Server.Access;
using Hearth.Storage.Access;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Access;

/// <summary>Large bodies take memory before it is known what they ask for: of one user only a few are read at once, and nobody else waits for them.</summary>
public sealed class BodiesAtOnceTests : IAsyncLifetime
{
    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_sends_several_slowly_holds_up_their_own_only(bool saysLength)
    {
        await _server.Database.Users.AddAsync("bob", new(), Stop);
        var bob = await _server.AddKeyAsync("bob", KeyScopes.Chat);
        var slow = Enumerable.Range(0, RateLimits.LargeBodiesAtOnce).Select(_ => new SlowBody(Question(400_000), saysLength)).ToList();
        var answers = slow.ConvertAll(body => AskAsync(body, _server.Key));
        var own = await HeldUpAsync(bob);
        slow.ForEach(body => body.GoOn());
        Assert.All(await Task.WhenAll(answers.Append(own)).WaitAsync(Patience.Longest, Stop), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    /// <summary>A request that isn't answered while that of another user is, and a small one: once the slow ones have arrived, none is.</summary>
    async Task<Task<HttpStatusCode>> HeldUpAsync(string bob)
    {
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Patience.Longest;)
        {
            var own = AskAsync(Content(400_000), _server.Key);
            Assert.Equal(HttpStatusCode.OK, await AskAsync(Content(400_000), bob));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(Content(10), _server.Key));
            if (await Task.WhenAny(own, Task.Delay(500, Stop)) != own)
                return own;
        }

        throw new TimeoutException("Every large body was read, however many others were on their way.");
    }

    static string Question(int length) => $$"""{"model": "tiny", "messages": [{"role": "user", "content": "{{new string('x', length)}}"}]}""";

    static StringContent Content(int length) => new(Question(length));

    async Task<HttpStatusCode> AskAsync(HttpContent content, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = content, Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        using var response = await _server.Client.SendAsync(request, Stop);
        return response.StatusCode;
    }

    /// <summary>A body of which the second half comes when it is told to.</summary>
    sealed class SlowBody(string text, bool saysLength) : HttpContent
    {
        readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);
        readonly TaskCompletionSource _go = new();

        internal void GoOn() => _go.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_bytes.AsMemory(0, _bytes.Length / 2), Stop);
            await stream.FlushAsync(Stop);
            await _go.Task;
            await stream.WriteAsync(_bytes.AsMemory(_bytes.Length / 2), Stop);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return saysLength;
        }
    }
}
