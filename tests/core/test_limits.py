"""Limits for requests without an account, and exact numbers as people type them."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from core import clock
from core.forms import ExactField
from core.limits import client_address, within_limit
from core.middleware import is_trusted

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def request_from(address, forwarded=""):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)


@pytest.mark.django_db
def test_within_limit_counts_by_address_and_name_and_forgets_after_the_span():
    cache.clear()
    mine, other = request_from("10.0.0.1"), request_from("10.0.0.2")
    with clock.stopped_at(NOON):
        assert [within_limit(mine, "check", most=2, seconds=60) for _time in range(3)] == [True, True, False]
        assert within_limit(other, "check", most=2, seconds=60)
        assert within_limit(mine, "else", most=2, seconds=60)
    with clock.stopped_at(NOON.replace(minute=1)):
        assert within_limit(mine, "check", most=2, seconds=60)


def test_forwarded_address_is_believed_only_from_a_trusted_proxy(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    is_trusted.cache_clear()
    given = [
        client_address(request_from("10.0.0.1", "1.1.1.1, 2.2.2.2")),
        client_address(request_from("9.9.9.9", "2.2.2.2")),
        client_address(request_from("10.0.0.1")),
    ]
    is_trusted.cache_clear()
    assert given == ["2.2.2.2", "9.9.9.9", "10.0.0.1"]


@pytest.mark.parametrize(
    ("typed", "value"),
    [("10.5", Fraction(21, 2)), (" 33,34 % ", Fraction(1667, 50)), ("1 000", Fraction(1000)), ("", None)],
)
def test_exact_field_reads_what_people_write(typed, value):
    assert ExactField(most=1000, required=False).clean(typed) == value


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1e3", "“1e3” is not a number."),
        ("-1", "“-1” is not a number."),
        ("٣", "“٣” is not a number."),
        ("0.001", "Give at most 2 decimals."),
        ("100.01", "Give at most 100."),
    ],
)
def test_exact_field_refuses_with_a_sentence(typed, reason):
    with pytest.raises(ValidationError) as caught:
        ExactField(most=100).clean(typed)
    assert caught.value.messages == [reason]
