"""VIES, tried against a small server that knows, does not know, refuses, talks nonsense, and hangs."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from accounts import services, vies
from accounts.jobs import check_vat_numbers
from accounts.models import Organisation
from core import clock
from core.audit import history
from tests.accounts import factories as people

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN, AWAY, NONSENSE, HANGS = (
    "IT00743110157", "IT00000010215", "FR61954506077", "DE136695976", "BE0403019261",
)  # fmt: skip


class Vies(BaseHTTPRequestHandler):
    """Answers as VIES does; `hold` is what a hanging answer waits for."""

    asked: list[str] = []
    hold = threading.Event()

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = told["countryCode"] + told["vatNumber"]
        self.asked.append(f"{self.path} {number}")
        if number == HANGS:
            self.hold.wait(20)
        body = {
            KNOWN: b'{"valid": true, "name": "ROSSI"}',
            UNKNOWN: b'{"valid": false}',
            NONSENSE: b"<html>",
        }.get(number, b'{"actionSucceed": false, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}')
        self.send_response(500 if number == AWAY else 200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def server(settings, monkeypatch) -> Iterator[type[Vies]]:
    Vies.asked, Vies.hold = [], threading.Event()
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Vies)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    settings.VIES_URL = f"http://127.0.0.1:{listening.server_port}/rest-api"
    monkeypatch.setattr(vies, "SECONDS", 0.5)
    yield Vies
    Vies.hold.set()
    listening.shutdown()
    listening.server_close()


def answer(firm: Organisation) -> bool | None:
    firm.refresh_from_db()
    return firm.vat_answer


def test_the_answer_is_kept_with_its_time_and_asked_once(now, server):
    known = people.organisation(vat=KNOWN)
    unknown = people.organisation(vat=UNKNOWN)
    foreign = people.organisation(vat="CHE123456788")
    assert check_vat_numbers() == 2
    assert [answer(firm) for firm in (known, unknown, foreign)] == [True, False, None]
    assert (known.vat_asked_at, foreign.vat_asked_at) == (now, None)
    assert history(known).last().data == {"vat": KNOWN, "found": True}
    assert check_vat_numbers() == 0
    assert server.asked == [f"/rest-api/check-vat-number {number}" for number in (KNOWN, UNKNOWN)]


def test_what_was_not_found_is_asked_again_after_a_week(now, server):
    people.organisation(vat=KNOWN)
    people.organisation(vat=UNKNOWN)
    check_vat_numbers()
    server.asked.clear()
    with clock.stopped_at(now + timedelta(days=7)):
        check_vat_numbers()
    assert [one.split()[1] for one in server.asked] == [UNKNOWN]


@pytest.mark.parametrize("number", [AWAY, NONSENSE, HANGS])
def test_who_gives_no_answer_is_asked_again_later_and_nothing_waits(now, server, number):
    firm = people.organisation(vat=number)
    assert check_vat_numbers() == 0
    assert (answer(firm), firm.vat_ask_again_at) == (None, now + timedelta(minutes=15))
    assert (check_vat_numbers(), len(server.asked)) == (0, 1)
    with clock.stopped_at(now + timedelta(minutes=15)):
        check_vat_numbers()
    assert len(server.asked) == 2


def test_nobody_listens(now, settings):
    settings.VIES_URL = "http://127.0.0.1:1/"
    firm = people.organisation(vat=KNOWN)
    assert (check_vat_numbers(), answer(firm)) == (0, None)


def test_off_without_an_address(settings):
    settings.VIES_URL = ""
    firm = people.organisation(vat=KNOWN)
    assert (check_vat_numbers(), answer(firm), firm.vat_asked) == (0, None, "")


def test_an_answer_belongs_to_its_number_alone(now, server):
    firm = people.organisation(vat=KNOWN)
    check_vat_numbers()
    Organisation.objects.filter(pk=firm.pk).update(vat=AWAY)
    assert answer(firm) is None
    check_vat_numbers()
    assert answer(firm) is None
    assert services.record_vat_check(firm, number=KNOWN, found=True) is False


@pytest.mark.parametrize(
    ("number", "told"), [(KNOWN, "Checked"), (UNKNOWN, "Not found"), (AWAY, "Not checked")]
)
def test_the_page_of_the_organisation_says_so_beside_the_number(client, server, number, told):
    alice = people.user("Alice")
    firm = people.organisation(vat=number, members=[alice])
    check_vat_numbers()
    client.force_login(alice)
    page = client.get(firm.get_absolute_url()).text
    assert [word for word in ("Checked", "Not checked", "Not found") if f">{word}<" in page] == [told]
