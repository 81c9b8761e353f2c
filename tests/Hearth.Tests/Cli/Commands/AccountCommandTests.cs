#pragma warning disable CA1416 // Hearth keeps its files on Linux.
using System.Text.Json;
using System.Text.RegularExpressions;
using Hearth.Storage;
using Hearth.Storage.Access;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Commands;

/// <summary>hearth users … and hearth keys …</summary>
public sealed partial class AccountCommandTests : IDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Users_are_added_listed_changed_shown_and_removed()
    {
        await OkAsync("users", "list");
        Assert.Contains("There is no user. 'hearth users add NAME' makes one.", _cli.Error, StringComparison.Ordinal);
        await OkAsync("users", "add", "alice");
        Assert.Contains("It has no key yet: 'hearth keys add alice' makes one.", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
        await OkAsync("users", "add", "indexer", "--weight", "2", "--tokens-per-day", "2000000", "--requests-per-minute", "60");
        await OkAsync("users", "set", "alice", "weight=3", "tokens-per-day=500");
        await OkAsync("users", "set", "indexer", "requests-per-minute=");
        await OkAsync("users", "disable", "indexer");
        await OkAsync("users", "list");
        Golden.Matches(_cli.Output, "users.txt");
        await OkAsync("users", "list", "--json");
        Golden.Matches(Plain(_cli.Output), "users.json");
        await OkAsync("users", "enable", "INDEXER");
        await OkAsync("users", "show", "indexer");
        Golden.Matches(Plain(_cli.Output), "show.txt");
        await OkAsync("users", "show", "indexer", "--json");
        Golden.Matches(Plain(_cli.Output), "show.json");
        await OkAsync("users", "remove", "alice", "indexer");
        await OkAsync("users", "list", "--json");
        Assert.Equal("{\"users\":[]}\n", _cli.Output);
    }

    [Fact]
    public async Task A_key_is_shown_once_alone_on_standard_output_and_is_good()
    {
        await OkAsync("users", "add", "alice");
        await OkAsync("keys", "add", "alice");
        var key = _cli.Output.TrimEnd('\n');
        Assert.Equal(77, key.Length);
        Assert.Equal(KeyForm.Sound, KeyText.Judge(key));
        Assert.DoesNotContain(key, _cli.Error, StringComparison.Ordinal);
        var principal = await PrincipalAsync(key);
        Assert.Equal(("alice", KeyScopes.Chat | KeyScopes.Read, null), (principal!.Name, principal.Scopes, principal.Models));

        await OkAsync("keys", "list");
        Assert.Contains(KeyText.IdOf(key), _cli.Output, StringComparison.Ordinal);
        foreach (var words in (string[][])[["keys", "list"], ["keys", "list", "--json"], ["users", "show", "alice"], ["users", "show", "alice", "--json"], ["users", "list", "--json"]])
        {
            await OkAsync(words);
            Assert.DoesNotContain(key[18..], _cli.Output, StringComparison.Ordinal);
        }

        await OkAsync("keys", "revoke", KeyText.IdOf(key));
        Assert.Null(await PrincipalAsync(key));
    }

    [Fact]
    public async Task A_key_has_the_scopes_models_and_time_that_were_asked_for()
    {
        _cli.File("m.gguf", "x");
        await OkAsync("models", "import", _cli.PathOf("m.gguf"), "--name", "llama3.2:1b");
        await OkAsync("users", "add", "alice");
        await OkAsync("keys", "add", "alice", "--scope", "chat,admin", "--model", "llama", "--expires", "90d", "--label", "notebook", "--json");
        var json = JsonDocument.Parse(_cli.Output).RootElement;
        var principal = (await PrincipalAsync(json.GetProperty("key").GetString()!))!;
        Assert.Equal(KeyScopes.Chat | KeyScopes.Admin, principal.Scopes);
        Assert.Equal(["llama3.2:1b"], principal.Models);
        Assert.InRange(json.GetProperty("expires").GetDateTimeOffset() - json.GetProperty("created").GetDateTimeOffset(), TimeSpan.FromDays(89.9), TimeSpan.FromDays(90.1));
        Golden.Matches(Plain(_cli.Output), "key.json");
        await OkAsync("keys", "add", "alice", "--expires", "2999-12-31", "--json");
        Assert.Equal("3000-01-01T00:00:00Z", JsonDocument.Parse(_cli.Output).RootElement.GetProperty("expires").GetString());
        await OkAsync("keys", "revoke", principal.KeyId, "--json");
        Assert.Contains("\"state\":\"revoked\"", _cli.Output, StringComparison.Ordinal);
        await OkAsync("keys", "list", "alice");
        Golden.Matches(Plain(_cli.Output), "keys.txt");
    }

    [Theory]
    [InlineData(2, "No user is named", "users", "add")]
    [InlineData(2, "No user is named", "users", "show")]
    [InlineData(2, "No user is named", "users", "disable")]
    [InlineData(2, "Nothing is set", "users", "set", "alice")]
    [InlineData(2, "'weight' sets nothing", "users", "set", "alice", "weight")]
    [InlineData(2, "weight has the value '0'", "users", "set", "alice", "weight=0")]
    [InlineData(2, "There is no limit wieght", "users", "set", "alice", "wieght=1")]
    [InlineData(2, "--weight has the value '101'", "users", "add", "bob", "--weight", "101")]
    [InlineData(2, "No user is named", "keys", "add")]
    [InlineData(2, "No key is named", "keys", "revoke")]
    [InlineData(2, "--scope has the value 'all'", "keys", "add", "alice", "--scope", "all")]
    [InlineData(2, "--scope has the value 'chat,'", "keys", "add", "alice", "--scope", "chat,")]
    [InlineData(2, "--expires has the value '0d'", "keys", "add", "alice", "--expires", "0d")]
    [InlineData(2, "--expires has the value '2027-02-30'", "keys", "add", "alice", "--expires", "2027-02-30")]
    [InlineData(1, "would be over at once", "keys", "add", "alice", "--expires", "2020-01-01")]
    [InlineData(1, "There is no user 'bob'", "keys", "add", "bob")]
    [InlineData(1, "There is no user 'bob'", "users", "remove", "bob")]
    [InlineData(1, "There is no user 'bob'", "keys", "list", "bob")]
    [InlineData(1, "There is a user alice already", "users", "add", "ALICE")]
    [InlineData(1, "cannot be the name of a user", "users", "add", "a b")]
    [InlineData(1, "There is no key 'zzz'", "keys", "revoke", "zzz")]
    [InlineData(3, "There is no model 'nothing'", "keys", "add", "alice", "--model", "nothing")]
    public async Task What_is_wrong_is_said_with_the_way_out_and_changes_nothing(int code, string found, params string[] words)
    {
        await OkAsync("users", "add", "alice");
        Assert.Equal(code, await _cli.RunAsync(words));
        Assert.Contains(found, _cli.Error, StringComparison.Ordinal);
        Assert.Contains("to do: ", _cli.Error, StringComparison.Ordinal);
        await OkAsync("users", "show", "alice");
        Assert.Contains("weight               1\n", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("no key yet", _cli.Output, StringComparison.Ordinal);
        await OkAsync("users", "list", "--json");
        Assert.Equal(1, JsonDocument.Parse(_cli.Output).RootElement.GetProperty("users").GetArrayLength());
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_said_in_json_too()
    {
        await OkAsync("users", "add", "alice");
        var file = _cli.PathOf(".local/share/hearth/storage/hearth.db");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Equal(1, await _cli.RunAsync("users", "list", "--json"));
        Assert.Contains("\"code\":\"storage\"", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("chmod 600", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("users")]
    [InlineData("keys")]
    public async Task A_group_explains_its_commands(string group)
    {
        await OkAsync(group);
        Golden.Matches(_cli.Output, $"{group}-help.txt");
    }

    async Task OkAsync(params string[] words)
    {
        var code = await _cli.RunAsync(words);
        Assert.True(code == 0, $"{string.Join(' ', words)}: {_cli.Error}");
    }

    async Task<Principal?> PrincipalAsync(string key)
    {
        await using var storage = Database.Open(_cli.PathOf(".local/share/hearth/storage"), TimeProvider.System);
        return (await storage.Keys.AuthenticateAsync(key, Token)).Principal;
    }

    /// <summary>Without what differs from run to run.</summary>
    static string Plain(string text) => Random().Replace(text, match => match.Groups.Values.Skip(1).Single(group => group.Success).Name);

    [GeneratedRegex(@"(?<KEY>hearth_[0-9a-z]{10}_[0-9a-z]{59})|(?<TIME>\d{4}-\d\d-\d\dT[0-9:]{8}Z)|(?<DAY>\d{4}-\d\d-\d\d)|(?<ID>\b[0-9a-hjkmnp-tv-z]{10}\b)")]
    private static partial Regex Random();
}
