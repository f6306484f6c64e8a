"""The virus scanner, tried against a small clamd that speaks INSTREAM: clean, refused, away."""

import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import DomainError
from core.files import serve_private, store_upload
from core.jobs import scan_waiting_files
from core.models import StoredFile
from tests.accounts import factories as people
from tests.samples import pdf

pytestmark = pytest.mark.django_db
BAD = b"this stands for a virus"


class Clamd(threading.Thread):
    """Takes chunks by their length until an empty one, and finds `BAD` in them."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self) -> None:
        while True:
            try:
                channel, _peer = self.listener.accept()
            except OSError:
                return
            with channel, channel.makefile("rb") as lines:
                assert lines.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack(">I", lines.read(4))[0]:
                    content += lines.read(size)
                channel.sendall(b"stream: Test.Virus FOUND\0" if BAD in content else b"stream: OK\0")

    def stop(self) -> None:
        if self.is_alive():
            self.listener.shutdown(socket.SHUT_RDWR)
            self.join()
        self.listener.close()


@pytest.fixture
def clamd(settings) -> Iterator[Clamd]:
    scanner = Clamd()
    scanner.start()
    settings.CLAMD_ADDRESS = scanner.address
    yield scanner
    scanner.stop()


def upload(content: bytes) -> StoredFile:
    return store_upload(SimpleUploadedFile("offer.pdf", content), by=people.user())


def test_what_the_scanner_finds_is_refused_by_its_name_and_the_rest_is_clean(clamd) -> None:
    assert upload(pdf()).scan == "clean"
    with pytest.raises(DomainError, match=r"refuses “offer.pdf”: it found Test.Virus") as refused:
        upload(pdf() + b"%" + BAD)
    assert (refused.value.field, StoredFile.objects.count()) == ("file", 1)


def test_a_file_waits_while_the_scanner_is_away_and_nobody_opens_it_before(clamd, settings) -> None:
    clamd.stop()
    clean, bad = upload(pdf()), upload(pdf() + b"%" + BAD)
    assert {clean.scan, bad.scan} == {"waiting"}
    with pytest.raises(DomainError, match="waits for the virus scanner"):
        serve_private(clean)
    assert scan_waiting_files() == 0
    again = Clamd()
    again.start()
    settings.CLAMD_ADDRESS = again.address
    assert scan_waiting_files() == 2
    again.stop()
    clean.refresh_from_db()
    bad.refresh_from_db()
    assert (clean.scan, bad.scan, serve_private(clean).status_code) == ("clean", "refused", 200)
    with pytest.raises(DomainError, match="nobody can open it"):
        serve_private(bad)


def test_without_a_scanner_files_are_taken_as_they_are(settings) -> None:
    settings.CLAMD_ADDRESS = ""
    assert (upload(pdf()).scan, scan_waiting_files()) == ("", 0)
