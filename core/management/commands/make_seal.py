"""`manage.py make_seal FOLDER`: the key and the certificate with which receipts are sealed."""

import os
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import clock

VALID = timedelta(days=3653)
"""Ten years: as long as receipts are kept (domain.md 2.2)."""


class Command(BaseCommand):
    help = "Make the key (P-256) and the self-signed certificate with which this installation seals its receipts."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where seal.key and public/seal.pem are written")
        parser.add_argument("--name", default=settings.SITE_NAME, help="who seals, as PDF readers show it")
        parser.add_argument(
            "--once", action="store_true", help="do nothing when the folder has a key already"
        )

    def handle(self, *args: Any, folder: Path, name: str, once: bool, **options: Any) -> None:
        key_file, certificate_file = folder / "seal.key", folder / "public" / "seal.pem"
        if key_file.exists():
            if once:
                return
            raise CommandError(f"{key_file} is there already: a seal in use is not replaced.")
        key = ec.generate_private_key(ec.SECP256R1())
        certificate_file.parent.mkdir(parents=True, exist_ok=True)
        certificate_file.write_bytes(_certificate(key, name).public_bytes(serialization.Encoding.PEM))
        _write_private(key_file, key)
        if options["verbosity"]:
            self.stdout.write(f"SEAL_KEY_FILE={key_file}\nSEAL_CERTIFICATE_FILE={certificate_file}")


def _certificate(key: ec.EllipticCurvePrivateKey, name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = clock.now()
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(key, hashes.SHA256())
    )


def _write_private(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Readable by its owner only, and never over a file that is there."""
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)
