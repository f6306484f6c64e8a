"""The seal on PDFs: it holds, every change breaks it, and its key is nobody else's."""

import io
import random
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from core.seal import certificate, seal_pdf
from tests.samples import pdf


@pytest.fixture
def seal(tmp_path, settings) -> Path:
    call_command("make_seal", str(tmp_path / "seal"), name="Pôle SCS", verbosity=0)
    settings.SEAL_KEY_FILE = str(tmp_path / "seal" / "seal.key")
    settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "seal" / "public" / "seal.pem")
    return tmp_path / "seal"


def holds(document: bytes, certificate_file: str) -> bool:
    """Is the only signature intact, over the whole file, and by this certificate?"""
    trusted = ValidationContext(
        trust_roots=[load_cert_from_pemder(certificate_file)],
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    (signature,) = PdfFileReader(io.BytesIO(document)).embedded_signatures
    status = validate_pdf_signature(signature, trusted)
    return bool(status.bottom_line and status.coverage.name == "ENTIRE_FILE")


def test_seal_holds_and_what_was_sealed_stays_as_it_was(seal, settings):
    before = pdf()
    sealed = seal_pdf(before, reason="DRM-27-0042 v1")
    assert sealed.startswith(before)
    assert holds(sealed, settings.SEAL_CERTIFICATE_FILE)
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    assert signature.sig_object["/Reason"] == "DRM-27-0042 v1"
    assert signature.signer_cert.subject.native == {"common_name": "Pôle SCS"}


def test_qs_14_every_changed_byte_is_noticed(seal, settings):
    sealed = seal_pdf(pdf(), reason="x")
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    start, length, second, rest = (int(part) for part in signature.byte_range)
    covered = [*range(start, start + length), *range(second, second + rest)]
    for place in random.Random(14).sample(covered, 40):
        changed = bytearray(sealed)
        changed[place] ^= 1
        try:
            intact = holds(bytes(changed), settings.SEAL_CERTIFICATE_FILE)
        except Exception:  # no PDF any more
            intact = False
        assert not intact, place
    assert not holds(sealed + b"\n% more\n", settings.SEAL_CERTIFICATE_FILE)


def test_another_certificate_does_not_vouch_for_it(seal, tmp_path):
    call_command("make_seal", str(tmp_path / "other"), name="Pôle SCS", verbosity=0)
    sealed = seal_pdf(pdf(), reason="x")
    assert not holds(sealed, str(tmp_path / "other" / "public" / "seal.pem"))


def test_without_a_key_nothing_is_sealed(settings):
    assert (settings.SEAL_KEY_FILE, seal_pdf(b"%PDF-1.7", reason="x"), certificate()) == (
        "",
        b"%PDF-1.7",
        None,
    )


@pytest.mark.parametrize("wrong", ["missing", "of another key", "no certificate"])
def test_a_seal_that_does_not_hold_is_not_given(seal, tmp_path, settings, wrong):
    if wrong == "missing":
        (seal / "seal.key").unlink()
    elif wrong == "of another key":
        call_command("make_seal", str(tmp_path / "other"), verbosity=0)
        settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "other" / "public" / "seal.pem")
    else:
        Path(settings.SEAL_CERTIFICATE_FILE).write_text("nothing")
    with pytest.raises(ValueError, match=r"seal cannot be read|is not the certificate of"):
        seal_pdf(pdf(), reason="x")


def test_key_is_its_owners_and_never_replaced(seal):
    before = (seal / "seal.key").read_bytes()
    assert stat.S_IMODE((seal / "seal.key").stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="not replaced"):
        call_command("make_seal", str(seal), verbosity=0)
    call_command("make_seal", str(seal), once=True, verbosity=0)
    assert (seal / "seal.key").read_bytes() == before


def test_fingerprint_is_that_of_the_certificate(seal, settings):
    found = load_cert_from_pemder(settings.SEAL_CERTIFICATE_FILE)
    shown = certificate()
    assert shown is not None
    assert shown.fingerprint.replace(":", "").lower() == found.sha256.hex()
