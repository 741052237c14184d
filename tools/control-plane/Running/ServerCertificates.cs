using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TenantOperator.ControlPlane.Running;

/// <summary>
/// The keys of one API server, made anew for each: a certificate that signs itself, which is what clients are told to trust, and
/// the key with which a complete kube-apiserver signs the tokens of service accounts.
/// </summary>
internal sealed record ServerCertificates(string CertificatePem, string KeyPem, string ServiceAccountKeyPem)
{
    public static ServerCertificates Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));

        // An hour back: clocks of containers and hosts differ.
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddYears(1));
        using var serviceAccounts = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new ServerCertificates(certificate.ExportCertificatePem(), key.ExportECPrivateKeyPem(), serviceAccounts.ExportECPrivateKeyPem());
    }
}
