"""The applicant's steps through the services, for tests: start, fill, submit."""

import io
import uuid
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from accounts.models import Organisation, User
from applicants import services
from applicants.declarations import DECLARATIONS
from applicants.models import Application, Version
from calls.models import Call
from core import clock
from tests.accounts import factories as people

ALL = [declaration.key for declaration in DECLARATIONS]
ANSWERS = {"problem": "Parts are checked by hand.", "trl": 5}


def start(call: Call, alice: User, organisation: Organisation | None = None) -> Application:
    """A draft of Alice's organisation."""
    return services.start_application(call, organisation or people.organisation(members=[alice]), by=alice)


def fill(
    application: Application,
    alice: User,
    *,
    asked: int = 20_000_00,
    cost: int = 40_000_00,
    title: str = "Vision control for short steel series",
    shares: list[tuple[Organisation, int]] | None = None,
) -> Application:
    """Everything the test call asks for. `shares`: further organisations with what they ask for (cents)."""
    services.save_title(application, title=title, base=0, by=alice)
    services.save_answers(application, section="idea", values=ANSWERS, bases={}, by=alice)
    for party, cents in shares or []:
        services.add_partner(
            application,
            by=alice,
            cost_cents=cents * 2,
            requested_cents=cents,
            country=str(party.country),
            registration_number=party.registration_number,
            legal_name=party.legal_name,
        )
    amounts = {"cost_cents": cost, "requested_cents": asked}
    services.save_partners(application, values={application.organisation.ref: amounts}, bases={}, by=alice)
    return application


def submit(
    application: Application, alice: User, *, arrived: datetime | None = None, key: uuid.UUID | None = None
) -> Version:
    """Submit with all declarations, now or at `arrived`."""
    return services.submit_application(
        application, by=alice, arrived=arrived or clock.now(), declarations=ALL, key=key
    )


def submitted(call: Call, alice: User, organisation: Organisation | None = None, **more: Any) -> Application:
    """An application that counts."""
    application = fill(start(call, alice, organisation), alice, **more)
    submit(application, alice)
    application.refresh_from_db()
    return application


def extend(call: Call, closes_at: datetime) -> Call:
    """Move the deadline, as the call's verb does."""
    with transaction.atomic():
        Call.objects.filter(pk=call.pk).update(closes_at=closes_at)
    call.refresh_from_db()
    return call


def pdf(name: str = "offer.pdf", *, words: str = "Offer") -> SimpleUploadedFile:
    """A small real PDF; other words are other bytes."""
    import pikepdf

    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Title"] = words
    content = io.BytesIO()
    document.save(content, static_id=True)
    return SimpleUploadedFile(name, content.getvalue(), content_type="application/pdf")


def png(name: str = "photo.png") -> SimpleUploadedFile:
    """A small real picture."""
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/png")
