using System.Globalization;
using System.Text;
using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Operations;
using Hearth.Server.Routes;
using Hearth.Storage.Access;

namespace Hearth.Fuzz.Targets;

/// <summary>
/// Sends the input to the server, without a network: a line with the path and the number of a text, then the body. That text of the body, a value or a
/// name, is made longer by a word that no error may repeat. Where there is no number, the body stays as it is.
/// </summary>
static class RequestsTarget
{
    const int LongestError = 1000;

    /// <summary>All that has a body, but for what changes the list of models.</summary>
    static readonly Dictionary<string, Route> Routes = RouteTable.All.Where(r => r.Method == "POST" && r.Scope is not KeyScopes.Admin).ToDictionary(r => r.Path);

    /// <summary>On a thread of its own, since it is made once: what it allocates is not the first input's.</summary>
    static readonly RequestsServer Server = Task.Run(RequestsServer.StartAsync).GetAwaiter().GetResult();

    static ReadOnlySpan<byte> Canary => "canary51be"u8;

    internal static void Run(ReadOnlySpan<byte> input)
    {
        var end = input.IndexOf((byte)'\n');
        if (end < 0)
            return;
        var line = Encoding.Latin1.GetString(input[..end]).Split(' ');
        if (!Routes.TryGetValue(line[0], out var route))
            return;
        var body = input[(end + 1)..];
        var text = line.Length > 1 && int.TryParse(line[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        SendAsync(route, Marked(body, text)).GetAwaiter().GetResult();
    }

    static async Task SendAsync(Route route, byte[] body)
    {
        using var response = new MemoryStream();
        var http = Server.Request(body, response);
        using var record = new RequestRecord(http, Server.Service, route);
        using var call = new Call(http, Server.Service, route, Server.Principal, record);
        try
        {
            await route.HandleAsync(call);
            if (route.Path == "/mcp")
                CheckMessages(Encoding.UTF8.GetString(response.ToArray()));
        }
        catch (Refusal refusal)
        {
            FuzzFinding.Unless(refusal.Status is >= 400 and < 500, "a request that is refused is the client's fault");
            Check(Written(route.Style, refusal));
        }
    }

    /// <summary>The error as it goes out.</summary>
    static string Written(ApiStyle style, Refusal refusal)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonText.Options))
            style.WriteError(json, refusal, "");
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>This protocol has its errors inside of messages, which name the request that they answer by the client's own id.</summary>
    static void CheckMessages(string response)
    {
        foreach (var line in response.Split('\n').Where(l => l.Contains('{', StringComparison.Ordinal)))
        {
            var message = JsonElement.Parse(line[line.IndexOf('{', StringComparison.Ordinal)..]);
            if (message.TryGetProperty("error", out var error))
                Check(error.GetRawText());
            else if (message.TryGetProperty("result", out var result) && result.TryGetProperty("isError", out var isError) && isError.GetBoolean())
                Check(result.GetRawText());
        }
    }

    static void Check(string error)
    {
        FuzzFinding.Unless(!error.Contains(Encoding.ASCII.GetString(Canary), StringComparison.Ordinal), "an error repeats no text of the request");
        FuzzFinding.Unless(error.Length < LongestError, "an error is short");
        // So a tool tells of what nobody foresaw.
        FuzzFinding.Unless(!error.Contains("The server failed", StringComparison.Ordinal), "a tool's call is answered or refused");
    }

    /// <summary>The body with the word at the end of one of its texts; as it is where it has no such text, or is no JSON before it.</summary>
    static byte[] Marked(ReadOnlySpan<byte> body, int text)
    {
        var reader = new Utf8JsonReader(body, new() { MaxDepth = 1000 });
        try
        {
            while (text >= 0 && reader.Read())
            {
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || text-- > 0)
                    continue;
                // Of a name the colon is read, too.
                var quote = body[..(int)reader.BytesConsumed].LastIndexOf((byte)'"');
                return [.. body[..quote], .. Canary, .. body[quote..]];
            }
        }
        catch (JsonException)
        {
            // Then it is refused for that.
        }

        return body.ToArray();
    }
}
