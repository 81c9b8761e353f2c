using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Hearth.Benchmarks.Serving;

/// <summary>An answer of the server as its client sees it come.</summary>
/// <param name="Status">What the server says of the request.</param>
/// <param name="Sent">When the request was sent (<see cref="Stopwatch"/>).</param>
/// <param name="Arrivals">When each piece came.</param>
/// <param name="Tokens">How many tokens were generated.</param>
sealed record StreamedAnswer(HttpStatusCode Status, long Sent, IReadOnlyList<long> Arrivals, int Tokens)
{
    internal TimeSpan TimeToFirst => Stopwatch.GetElapsedTime(Sent, Arrivals[0]);

    internal TimeSpan Time => Stopwatch.GetElapsedTime(Sent, Arrivals[^1]);

    /// <summary>Tokens per second from the first piece to the last.</summary>
    internal double Rate => (Tokens - 1) / Stopwatch.GetElapsedTime(Arrivals[0], Arrivals[^1]).TotalSeconds;

    /// <summary>Asks for a continuation of some tokens, whatever they mean, of a length that is given.</summary>
    /// <param name="client">A user's.</param>
    /// <param name="prompt">The tokens.</param>
    /// <param name="generate">How many to generate.</param>
    /// <param name="heard">Told of every piece.</param>
    /// <param name="cancellationToken">Goes away.</param>
    internal static async Task<StreamedAnswer> AskAsync(HttpClient client, IReadOnlyList<int> prompt, int generate, Action? heard = null, CancellationToken cancellationToken = default)
    {
        var body = Body(prompt, generate);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        var (sent, arrivals, tokens) = (Stopwatch.GetTimestamp(), new List<long>(), 0);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
            return new(response.StatusCode, sent, arrivals, 0);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        // Only noted while it comes: a client that parses beside the engine would be measured with it.
        var (received, last) = (new ArrayBufferWriter<byte>(1 << 16), (byte)0);
        while (await stream.ReadAsync(received.GetMemory(1 << 14), cancellationToken) is > 0 and var read)
        {
            foreach (var next in received.GetSpan()[..read])
            {
                if ((last, next) is ((byte)'\n', (byte)'\n'))
                {
                    arrivals.Add(Stopwatch.GetTimestamp());
                    heard?.Invoke();
                }

                last = next;
            }

            received.Advance(read);
        }

        foreach (var line in Encoding.UTF8.GetString(received.WrittenSpan).Split('\n'))
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal))
                continue;
            using var piece = JsonDocument.Parse(line.AsMemory(6));
            if (piece.RootElement.TryGetProperty("error", out _))
                throw new CommandFailedException("The server ended an answer with an error.");
            if (piece.RootElement.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object)
                tokens = usage.GetProperty("completion_tokens").GetInt32();
        }

        // The last two say what was used, and that it is over.
        arrivals.RemoveRange(arrivals.Count - 2, 2);
        return new(response.StatusCode, sent, arrivals, tokens);
    }

    /// <summary>The request.</summary>
    internal static string Body(IReadOnlyList<int> prompt, int generate) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"model": "{{ServedHearth.Model}}", "prompt": [{{string.Join(',', prompt)}}], "max_tokens": {{generate}}, "temperature": 0, "ignore_eos": true, "stream": true, "stream_options": {"include_usage": true} }""");

    /// <summary>Tokens that mean nothing, the same for the same seed.</summary>
    internal static int[] Prompt(int length, int seed)
    {
        // Behind the control tokens, and in every vocabulary that is measured.
        const int first = 100, end = 30_000;
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(first, end))];
    }
}
