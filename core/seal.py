"""The product's electronic seal on PDFs that prove something: any change after sealing shows in any PDF reader.

The key is read where documents are made, by the worker alone (QD34); pages show the certificate. A seal is PAdES B-B: an
incremental update, so that the bytes that were sealed stay a prefix of the file. Its signing time is the machine's own.
pyHanko and cryptography are imported when they are used, so that a web worker stays small (QD46).
"""

import hashlib
import io
import ssl
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Certificate:
    """The certificate of this installation, as a file, and its SHA-256 as people compare it: "A1:B2:…"."""

    pem: bytes
    fingerprint: str


def certificate() -> Certificate | None:
    """What documents are sealed with; None where they are not sealed."""
    if not settings.SEAL_CERTIFICATE_FILE:
        return None
    pem = Path(settings.SEAL_CERTIFICATE_FILE).read_bytes()
    digits = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.decode("ascii"))).hexdigest().upper()
    return Certificate(pem, ":".join(digits[i : i + 2] for i in range(0, len(digits), 2)))


def seal_pdf(document: bytes, *, reason: str) -> bytes:
    """The document with the seal of this installation; as it came where none is set up.

    Raises ValueError when the key and the certificate cannot be read or do not belong together: nothing is handed out
    with a seal that does not hold.
    """
    if not settings.SEAL_KEY_FILE:
        return document
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415  (heavy)
    from pyhanko.sign import signers  # noqa: PLC0415  (heavy: only where it is used)
    from pyhanko.sign.fields import SigSeedSubFilter  # noqa: PLC0415  (heavy: only where it is used)

    password = settings.SEAL_KEY_PASSWORD.encode() or None
    _require_pair(settings.SEAL_KEY_FILE, settings.SEAL_CERTIFICATE_FILE, password)
    signer = signers.SimpleSigner.load(
        settings.SEAL_KEY_FILE, settings.SEAL_CERTIFICATE_FILE, key_passphrase=password
    )
    told = signers.PdfSignatureMetadata(
        field_name="Seal", reason=reason, name=settings.SITE_NAME, subfilter=SigSeedSubFilter.PADES
    )
    sealed = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(document)), told, signer=signer)
    return bytes(sealed.getvalue())


def _require_pair(key_file: str, certificate_file: str, password: bytes | None) -> None:
    from cryptography import x509  # noqa: PLC0415  (heavy: only where it is used)
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  (heavy: only where it is used)

    try:
        key = serialization.load_pem_private_key(Path(key_file).read_bytes(), password)
        found = x509.load_pem_x509_certificate(Path(certificate_file).read_bytes())
    except (OSError, TypeError, ValueError) as error:
        raise ValueError(f"the seal cannot be read: {error}") from error
    if key.public_key() != found.public_key():
        raise ValueError(f"{certificate_file} is not the certificate of {key_file}")
