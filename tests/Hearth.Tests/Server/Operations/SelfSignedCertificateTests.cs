#pragma warning disable CA1416 // Hearth keeps its files on Linux.
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hearth.Server;
using Hearth.Server.Operations;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Operations;

public sealed class SelfSignedCertificateTests : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static readonly string[] Names = ["localhost", "127.0.0.1", "::1", "hearth.lan"];

    readonly TemporaryFolder _home = new();
    readonly ManualClock _clock = new();

    string Folder => Path.Combine(_home.Path, "tls");

    public void Dispose() => _home.Dispose();

    [Fact]
    public void It_is_for_its_names_for_a_year_and_for_its_owner_only()
    {
        using var made = SelfSignedCertificate.Open(Folder, Names, _clock);
        Assert.Equal(ECCurve.NamedCurves.nistP256.Oid.Value, made.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value);
        Assert.True(made.HasPrivateKey);
        Assert.InRange(made.NotAfter - _clock.GetUtcNow(), TimeSpan.FromDays(364), TimeSpan.FromDays(366));
        Assert.True(made.NotBefore <= _clock.GetUtcNow());
        Assert.All(Names, name => Assert.True(made.MatchesHostname(name), name));
        Assert.False(made.MatchesHostname("other.lan"));
        Assert.All(Directory.GetFiles(Folder), file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        Assert.DoesNotContain("PRIVATE", File.ReadAllText(SelfSignedCertificate.PublicPart(Folder)), StringComparison.Ordinal);
        using var shared = X509CertificateLoader.LoadCertificateFromFile(SelfSignedCertificate.PublicPart(Folder));
        Assert.Equal(SelfSignedCertificate.FingerprintOf(made), string.Join(':', Convert.ToHexString(SHA256.HashData(shared.RawData)).Chunk(2).Select(c => new string(c))));
    }

    [Fact]
    public void It_stays_the_same_until_its_time_is_nearly_over_or_a_name_is_new()
    {
        var first = Fingerprint(Names);
        Assert.Equal(first, Fingerprint(Names));
        Assert.Equal(first, Fingerprint("127.0.0.1"));
        var named = Fingerprint([.. Names, "192.168.1.10"]);
        Assert.NotEqual(first, named);
        _clock.Advance(TimeSpan.FromDays(334));
        Assert.Equal(named, Fingerprint(Names));
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.NotEqual(named, Fingerprint(Names));
    }

    [Fact]
    public void A_key_that_others_may_read_or_that_is_none_is_not_used()
    {
        Fingerprint(Names);
        var file = Path.Combine(Folder, "server.pem");
        File.SetUnixFileMode(file, OwnerOnly | UnixFileMode.GroupRead);
        Assert.Contains("Others", Assert.Throws<IOException>(() => Fingerprint(Names)).Message, StringComparison.Ordinal);
        File.SetUnixFileMode(file, OwnerOnly);
        File.WriteAllText(file, "nothing");
        Assert.Contains("no certificate", Assert.Throws<IOException>(() => Fingerprint(Names)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_trusts_the_file_reaches_the_server_and_nobody_else_does()
    {
        using var certificate = SelfSignedCertificate.Open(Folder, Names, TimeProvider.System);
        await using var server = await TestServer.StartAsync(listen: new(ListenOptions.UsualAddress, 0) { Certificate = certificate });
        using var trusting = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = Trusting(SelfSignedCertificate.PublicPart(Folder)) } });
        foreach (var host in (string[])["127.0.0.1", "localhost"])
            Assert.Equal(HttpStatusCode.OK, (await trusting.GetAsync(new Uri($"https://{host}:{server.Address.Port}/healthz"), TestContext.Current.CancellationToken)).StatusCode);
        using var strange = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => strange.GetAsync(new Uri(server.Address, "/healthz"), TestContext.Current.CancellationToken));
    }

    /// <summary>As a client is set up that has the file.</summary>
    internal static X509ChainPolicy Trusting(string file) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(file) },
    };

    string Fingerprint(params string[] names)
    {
        using var certificate = SelfSignedCertificate.Open(Folder, names, _clock);
        return SelfSignedCertificate.FingerprintOf(certificate);
    }
}
