using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hearth.Server.Operations;

/// <summary>A certificate that this machine makes for itself, for a network in which nobody else makes one. Clients trust the file, or compare its fingerprint.</summary>
public static class SelfSignedCertificate
{
    const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    static readonly TimeSpan Validity = TimeSpan.FromDays(365), Margin = TimeSpan.FromDays(30), Skew = TimeSpan.FromHours(1);

    /// <summary>The certificate of a folder. It is made where there is none, where less than a month is left of its year, and where it lacks one of the names.</summary>
    /// <param name="folder">Where it is kept, with its key, for its owner only.</param>
    /// <param name="names">Host names and IP addresses under which the server is called.</param>
    /// <param name="clock">Tells whether its time is over.</param>
    /// <exception cref="IOException">The folder can't be used, or others may read the key.</exception>
    /// <exception cref="ArgumentException">A name can't stand in a certificate.</exception>
    public static X509Certificate2 Open(string folder, IReadOnlyList<string> names, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(clock);
        Directory.CreateDirectory(folder, OwnerFile | UnixFileMode.UserExecute);
        var path = Path.Combine(folder, "server.pem");
        var certificate = Read(path);
        if (certificate is null || certificate.NotAfter - clock.GetUtcNow() < Margin || !Covers(certificate, names))
        {
            certificate?.Dispose();
            Write(path, Make(names, clock.GetUtcNow()));
            certificate = X509Certificate2.CreateFromPemFile(path);
        }

        Write(PublicPart(folder), certificate.ExportCertificatePem() + "\n");
        return certificate;
    }

    /// <summary>The file that clients trust: the certificate without its key.</summary>
    public static string PublicPart(string folder) => Path.Combine(folder, "certificate.pem");

    /// <summary>SHA-256 of the certificate, as other programs write it: AB:CD:….</summary>
    public static string FingerprintOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return string.Join(':', certificate.GetCertHash(HashAlgorithmName.SHA256).Select(b => b.ToString("X2", null)));
    }

    static X509Certificate2? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        if ((File.GetUnixFileMode(path) & ~OwnerFile) != 0)
            throw new IOException($"Others of this machine may read {path}, which holds a private key. Remove it: the next start makes another, with a new fingerprint.");
        try
        {
            return X509Certificate2.CreateFromPemFile(path);
        }
        catch (CryptographicException e)
        {
            throw new IOException($"{path} holds no certificate with its key. Remove it: the next start makes another, with a new fingerprint.", e);
        }
    }

    static bool Covers(X509Certificate2 certificate, IReadOnlyList<string> names)
    {
        var known = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => $"{a}"))).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return names.All(name => known.Contains(IPAddress.TryParse(name, out var address) ? $"{address}" : name));
    }

    static string Make(IReadOnlyList<string> names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Hearth", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        // It vouches for nobody but itself, whoever trusts it.
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var made = request.CreateSelfSigned(now - Skew, now + Validity);
        return $"{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <summary>Whoever reads the file sees it whole.</summary>
    static void Write(string path, string text)
    {
        var temporary = $"{path}.new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile }))
        using (var writer = new StreamWriter(file))
            writer.Write(text);
        File.Move(temporary, path, overwrite: true);
    }
}
