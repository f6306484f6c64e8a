"""Calls for tests: rows written directly, so that a test of a later stage does not depend on the call's screens."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from calls.models import Call, Criterion, FormRevision, Instalment
from core import clock
from core.localised import localised
from funding import services as funding
from tests.funding.factories import Team

_numbers = count(1)
SEED = "0f" * 16
WITHOUT_MONEY: dict[str, Any] = {
    "award_unit": "none",
    **dict.fromkeys(("budget_cents", "project_min_cents", "project_max_cents", "sme_max_cents"), 0),
    "partners_max": 1,
}

DEFINITION: dict[str, Any] = {
    "sections": [
        {
            "key": "idea",
            "title": {"en": "Project idea"},
            "guidance": {"en": "What you will do, in plain words."},
            "questions": [
                {
                    "key": "problem",
                    "type": "long_text",
                    "label": {"en": "What problem do you solve, and for whom?"},
                    "help": {"en": "Two or three sentences."},
                    "required": True,
                    "max_length": 500,
                },
                {
                    "key": "trl",
                    "type": "number",
                    "label": {"en": "TRL now"},
                    "required": True,
                    "min": 1,
                    "max": 9,
                },
                {
                    "key": "field",
                    "type": "choice",
                    "label": {"en": "Field"},
                    "required": False,
                    "choices": [
                        {"value": "ai", "label": {"en": "Artificial intelligence"}},
                        {"value": "iot", "label": {"en": "Internet of things"}},
                    ],
                },
            ],
        },
        {
            "key": "files",
            "title": {"en": "Files"},
            "questions": [
                {
                    "key": "offer",
                    "type": "file",
                    "label": {"en": "Offer of the technology provider"},
                    "required": False,
                    "accept": ["application/pdf"],
                }
            ],
        },
    ]
}


def call(team: Team, *, published: bool = True, **fields: Any) -> Call:
    """A call open from yesterday for 60 days, two criteria of 60 and 40 %, 40/60 instalments; published by two."""
    number = next(_numbers)
    now: datetime = clock.now()
    form = fields.pop("form", DEFINITION)
    made = Call.objects.create(
        **{
            "project": team.project,
            "voucher_type": team.voucher_type,
            "slug": f"call-{number}",
            "code": f"TST-{number}",
            "title": localised(f"Call number {number}"),
            "summary": localised("Vouchers for small companies."),
            "opens_at": now - timedelta(days=1),
            "closes_at": now + timedelta(days=60),
            "budget_cents": 100_000_00,
            "project_min_cents": 10_000_00,
            "project_max_cents": 30_000_00,
            "sme_max_cents": 30_000_00,
            "rate_numerator": 70,
            "partners_max": 3,
            "countries": ["FR", "IT", "BE", "RO"],
            "sizes": ["micro", "small", "medium"],
            "tie_break": ["impact", "excellence"],
            "created_by": team.mia,
            **fields,
        }
    )
    scored = [("excellence", 60), ("impact", 40)] if made.is_scored else []
    for position, (code, weight) in enumerate(scored):
        Criterion.objects.create(
            call=made,
            position=position,
            code=code,
            name=localised(code.title()),
            weight=Decimal(weight),
            threshold=Decimal(3),
            min_words=3,
        )
    parts = [("Advance", 40, "signature", 0), ("Final report", 60, "report", 9)] if made.gives_money else []
    for position, (label, percent, due, month) in enumerate(parts):
        Instalment.objects.create(
            call=made,
            position=position,
            label=localised(label),
            percent=Decimal(percent),
            due=due,
            month=month,
        )
    FormRevision.objects.create(call=made, number=1, definition=form)
    if published:
        publish(made, team)
    return made


@transaction.atomic
def publish(made: Call, team: Team) -> Call:
    """Freeze and publish without the screens' checks."""
    if made.gives_money:
        made.budget_line = funding.open_budget_line(
            made.voucher_type, name=str(made), path=made.get_absolute_url()
        )
        funding.record_reserved(made.budget_line, amount_cents=made.budget_cents, by=team.mia, source=made)
    made.form_revisions.filter(frozen_at__isnull=True).update(frozen_at=clock.now())
    made.state = "published"
    made.draw_seed = SEED if "draw" in made.tie_break else ""
    made.publication_proposed_by, made.published_by, made.published_at = team.mia, team.luc, clock.now()
    made.save()
    return made
