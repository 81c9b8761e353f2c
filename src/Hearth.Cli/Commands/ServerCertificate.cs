using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Server;
using Hearth.Server.Operations;

namespace Hearth.Cli.Commands;

/// <summary>The certificate that a server shows: one that was made elsewhere, one that it makes itself, or none.</summary>
sealed class ServerCertificate : IDisposable
{
    /// <summary>The certificate; null for no TLS.</summary>
    internal X509Certificate2? Certificate { get; private init; }

    /// <summary>The file that clients have to trust; null where others vouch for the certificate.</summary>
    internal string? ToTrust { get; private init; }

    internal string Fingerprint => SelfSignedCertificate.FingerprintOf(Certificate!);

    /// <exception cref="CliException">It can't be used, or there are two.</exception>
    internal static ServerCertificate Of(Invocation call) => (call.Get(SettingTable.Certificate), call.Get(SettingTable.SelfSigned)) switch
    {
        (not null, true) => throw new CliException(ExitCode.Usage, "There are both --certificate and --self-signed.", "one of them.", "Leave one out."),
        ({ } path, false) => new() { Certificate = Read(call, path) },
        (null, true) => Own(call),
        _ => new(),
    };

    public void Dispose() => Certificate?.Dispose();

    static X509Certificate2 Read(Invocation call, string path)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(call.Folders.Resolve(path), call.Get(SettingTable.CertificateKey) is { } key ? call.Folders.Resolve(key) : null);
        }
        catch (CryptographicException e)
        {
            throw new CliException(ExitCode.Usage, "The certificate can't be used.", "a certificate and its key in PEM files.", "Check --certificate and --certificate-key.", e);
        }
    }

    static ServerCertificate Own(Invocation call)
    {
        // Those by which the server lets itself be called; that it listens on all addresses is no name.
        string[] names = [.. ListenOptions.LoopbackNames, .. ListenOptions.IsEverywhere(call.Get(SettingTable.Address)) ? (string[])[] : [call.Get(SettingTable.Address)], .. call.Get(SettingTable.HostName)];
        try
        {
            return new() { Certificate = SelfSignedCertificate.Open(call.Folders.Tls, names, call.Host.Clock), ToTrust = SelfSignedCertificate.PublicPart(call.Folders.Tls) };
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, "A name of --host-name can't stand in a certificate.", "host names such as hearth.lan, and IP addresses.", "Check --host-name.", e);
        }
    }
}
