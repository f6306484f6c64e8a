"""Arrival stamps, health, headers, the policy's doors."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import import_module
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from core import clock
from core.middleware import arrival
from tests.accounts import factories as people
from tests.funding.factories import team


def stamp(
    settings, *, header: str = "", address: str = "10.1.2.3", trusted: list[str] | None = None
) -> datetime:
    settings.TRUSTED_PROXIES = trusted if trusted is not None else ["10.0.0.0/8"]
    from core.middleware import is_trusted

    is_trusted.cache_clear()
    request = RequestFactory().post(
        "/", {"a": "b"}, headers={"X-Request-Start": header} if header else {}, REMOTE_ADDR=address
    )
    arrival(lambda r: HttpResponse())(request)
    return request.arrived


def test_arrival_is_the_trusted_proxys_stamp_to_the_millisecond(settings, now) -> None:
    assert stamp(settings, header="t=1801126799.123") == datetime(2027, 1, 28, 8, 59, 59, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    "header", ["", "t=", "t=abc", "t=1.5e9", "1801126799.123", "t=-5", "t=99999999999999"]
)
def test_arrival_without_a_sound_stamp_is_now(settings, now, header: str) -> None:
    assert stamp(settings, header=header) == now


def test_arrival_from_anyone_else_is_now(settings, now) -> None:
    assert stamp(settings, header="t=1801126799.123", address="192.0.2.9") == now
    assert stamp(settings, header="t=1801126799.123", trusted=[]) == now


def test_arrival_is_never_in_the_future(settings, now) -> None:
    later = (now + timedelta(hours=1)).timestamp()
    assert stamp(settings, header=f"t={later:.3f}") == now


def test_livez_asks_no_database(client, django_assert_num_queries) -> None:
    assert client.get("/livez").content == b"alive\n"


@pytest.mark.django_db
def test_readyz_names_what_could_lose_an_acknowledged_submission(client) -> None:
    """The tests' own database is not durable, and readiness says so."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        durable = cursor.fetchone()[0] == "on"
    answer = client.get("/readyz")
    assert (answer.status_code == 200) is durable
    assert ("fsync is off" in answer.text) is not durable


@pytest.mark.django_db
def test_every_answer_carries_the_security_headers(client) -> None:
    headers = client.get("/account/login/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.django_db
def test_a_signed_in_page_asks_a_visitor_to_sign_in_and_remembers_where(client) -> None:
    answer = client.get("/projects/?x=1")
    assert answer.headers["Location"] == "/account/login/?next=%2Fprojects%2F%3Fx%3D1"


@pytest.mark.django_db
def test_a_page_for_a_role_is_not_there_for_others(client) -> None:
    client.force_login(people.user("Alice"))
    assert client.get("/projects/").status_code == 404


@pytest.mark.django_db
def test_a_staff_role_without_a_second_factor_is_led_to_set_one_up(client, settings) -> None:
    settings.REQUIRE_MFA = True
    crew = team()
    client.force_login(crew.mia)
    assert client.get("/projects/").headers["Location"] == "/account/2fa/"


@pytest.mark.django_db
def test_an_undeclared_url_cannot_be_reached(client, settings, monkeypatch) -> None:
    from core import policy

    monkeypatch.delitem(policy.load(), "account_login")
    assert client.get("/account/login/").status_code == 404


def test_the_clock_is_cut_to_the_millisecond() -> None:
    assert clock.now().microsecond % 1000 == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page, back",
    [
        ("http://testserver/applications/X-1/sections/idea/?a=1", "/applications/X-1/sections/idea/?a=1"),
        ("https://elsewhere.example/applications/", ""),
        ("http://testserver//elsewhere.example/", ""),
        ("", ""),
    ],
)
def test_who_was_signed_out_while_writing_comes_back_to_the_page(client, page, back) -> None:
    asked = {"HX-Request": "true", **({"HX-Current-URL": page} if page else {})}
    answer = client.post("/me/", headers=asked)

    target = f"/account/login/?{urlencode({'next': back})}" if back else "/account/login/"
    assert (answer.status_code, answer["HX-Redirect"]) == (204, target)


def test_the_first_requests_of_a_process_read_the_policy_at_once(monkeypatch) -> None:
    """Threads that find no table yet: each gets the whole one, and nothing counts as declared twice."""
    from core import policy

    whole = dict(policy.load())
    monkeypatch.setattr(policy, "_table", {})
    together = threading.Barrier(8)

    def slowly(name: str):
        together.wait(10)
        return import_module(name)

    monkeypatch.setattr(policy, "import_module", slowly)
    monkeypatch.setattr(
        policy, "_exists", lambda name: name in ("core.policy_external", "funding.permissions")
    )
    expected = {**import_module("funding.permissions").POLICY, **import_module("core.policy_external").POLICY}
    with ThreadPoolExecutor(8) as threads:
        found = [one.result(10) for one in [threads.submit(policy.load) for _ in range(8)]]
    assert all(table == expected for table in found)
    assert set(expected) < set(whole)
