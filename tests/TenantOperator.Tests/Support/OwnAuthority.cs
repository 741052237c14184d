using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TenantOperator.Tests.Support;

/// <summary>A certificate authority that nobody trusts who is not told to.</summary>
internal sealed class OwnAuthority : IDisposable
{
    private readonly X509Certificate2 certificate;

    private OwnAuthority(X509Certificate2 certificate) => this.certificate = certificate;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Its certificate, for whoever shall trust it.</summary>
    public string Pem => certificate.ExportCertificatePem();

    public static OwnAuthority Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=tests of tenant-operator", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return new(request.CreateSelfSigned(Now.AddHours(-1), Now.AddDays(2)));
    }

    /// <summary>A certificate for a server at an address, and its key, both as PEM.</summary>
    public (string Certificate, string Key) Issue(IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(certificate, Now.AddMinutes(-30), Now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return (issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => certificate.Dispose();
}
