"""A project, a draft that is ready, and people who are signed in."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from calls.models import Call, Channel
from core.localised import localised
from tests.calls import factories
from tests.funding import factories as funding
from tests.funding.factories import Team

TEXTS = ("summary", "description", "eligibility", "process", "redress", "privacy", "activities")


@pytest.fixture
def team(db, now) -> Team:
    return funding.team()


@pytest.fixture
def ready(team, now) -> Call:
    """A draft that may be published: opens in a week, closes two months and a day later."""
    return ready_call(team, now)


def ready_call(team: Team, now: Any, **fields: Any) -> Call:
    texts = {name: localised(f"The {name}.") for name in TEXTS}
    dates = {
        "opens_at": now + timedelta(days=7),
        "closes_at": now + timedelta(days=70),
        "decision_by": date(2027, 7, 1),
        "agreement_by": date(2027, 8, 1),
    }
    made = factories.call(team, published=False, **{**texts, **dates, **fields})
    Channel.objects.create(call=made, kind="portal")
    Channel.objects.create(call=made, kind="website", position=1)
    return made


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    """A browser in which this person has just given the password."""

    def sign_in(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
        return client

    return sign_in


@pytest.fixture
def mia(team, signed_in) -> Client:
    """The browser of the manager Mia."""
    return signed_in(team.mia)
