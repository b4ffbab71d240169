"""Self-signed certificate: phones give a page the camera only over HTTPS."""

from __future__ import annotations

import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

# Clocks of phones are wrong by less than this.
CLOCK_ERROR = timedelta(days=1)
VALID = timedelta(days=2)


@dataclass(frozen=True)
class Certificate:
    """A certificate that no authority signed, with its key in memory only.

    Attributes
    ----------
    fingerprint
        SHA-256 of the certificate, pairs of hexadecimal digits, as browsers show it.
    """

    context: ssl.SSLContext
    fingerprint: str


def make_certificate(address: str) -> Certificate:
    """Return a new certificate for an IP address of this computer."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "posture")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_ERROR)
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # `ssl` reads files only; these are the owner's, and gone at once.
    with tempfile.TemporaryDirectory(prefix="posture-") as folder:
        path = Path(folder) / "certificate.pem"
        path.touch(mode=0o600)
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
        context.load_cert_chain(path)
    return Certificate(context, certificate.fingerprint(hashes.SHA256()).hex(":").upper())
