"""QR14: what is due follows from what is stored: after hours without a beat it happens once, with two beats no twice."""

from datetime import timedelta

import pytest
from django.conf import settings

from core import clock
from core.models import AuditEvent, OutgoingMessage
from evaluation.models import Round
from funding.celery import app
from tests import world
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls

pytestmark = pytest.mark.django_db


def tick() -> None:
    """Everything that beat starts, once."""
    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        app.tasks[entry["task"]]()


def traces() -> tuple[int, int, int]:
    """Letters, events and rounds there are."""
    return OutgoingMessage.objects.count(), AuditEvent.objects.count(), Round.objects.count()


def test_qr_14_what_was_due_while_no_beat_ran_happens_once_and_two_beats_do_nothing_twice(now) -> None:
    scene = world.build()
    call = calls.call(scene.team, closes_at=now + timedelta(hours=30))
    steps.start(call, people.user("Dora Draft"))
    tick()
    before = traces()

    with clock.stopped_at(now + timedelta(hours=33)):  # three hours after the deadline
        tick()
        after = traces()
        tick()
        tick()
        assert traces() == after

    letters, events, rounds = (late - early for late, early in zip(after, before, strict=True))
    newest = OutgoingMessage.objects.order_by("-pk")[:letters]
    assert [(one.kind, one.recipient.full_name) for one in newest] == [("draft_not_submitted", "Dora Draft")]
    assert (rounds, events >= 1) == (1, True)
