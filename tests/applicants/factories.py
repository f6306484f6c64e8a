"""Applications for tests: rows written directly, in the shape that submission gives them."""

import hashlib
import json
from typing import Any

from accounts.models import Organisation, User
from applicants import declarations
from applicants.models import Application, Partner, SectionAnswers, Version
from calls.models import Call
from core import clock
from tests.accounts import factories as people


def application(
    call: Call,
    *,
    by: User | None = None,
    organisation: Organisation | None = None,
    submitted: bool = True,
    title: str = "Vision control for short steel series",
    shares: list[tuple[Organisation, int]] | None = None,
    requested_cents: int = 20_000_00,
    **fields: Any,
) -> Application:
    """An application with one version: submitted now, or a draft. `shares` names further partners and amounts."""
    by = by or people.user("Alice Bianchi")
    organisation = organisation or people.organisation(members=[by])
    number = Application.objects.filter(call=call).count() + 1
    made = Application.objects.create(
        call=call,
        number=number,
        ref=f"{call.code}-{number:04d}",
        organisation=organisation,
        created_by=by,
        **fields,
    )
    version = Version.objects.create(
        application=made, number=1, form_revision=call.current_form(), title=title
    )
    SectionAnswers.objects.create(
        version=version,
        section="idea",
        answers={"problem": "Parts are checked by hand.", "trl": 5},
        field_versions={"problem": 1, "trl": 1},
    )
    parts = [(organisation, requested_cents), *(shares or [])]
    for index, (party, cents) in enumerate(parts):
        Partner.objects.create(
            version=version,
            organisation=party,
            is_lead=index == 0,
            cost_cents=cents * 2,
            requested_cents=cents,
        )
    if submitted:
        finish(version, by)
    return made


def finish(version: Version, by: User) -> Version:
    """Make a draft final, as submission does."""
    version.payload = {
        "application": version.application.ref,
        "version": version.number,
        "title": version.title,
        "sections": {row.section: row.answers for row in version.answers.all()},
        "partners": [
            {
                "organisation": {
                    "ref": p.organisation.ref,
                    "legal_name": p.organisation.legal_name,
                    "country": str(p.organisation.country),
                    "town": p.organisation.town,
                },
                "is_lead": p.is_lead,
                "task": p.task,
                "cost_cents": p.cost_cents,
                "requested_cents": p.requested_cents,
            }
            for p in version.partners.select_related("organisation")
        ],
        "files": [],
        "declarations": declarations.frozen(declarations.DECLARATIONS),
    }
    version.sha256 = hashlib.sha256(json.dumps(version.payload, sort_keys=True).encode()).hexdigest()
    version.status, version.arrived_at, version.submitted_by = "final", clock.now(), by
    version.cut_off = version.application.call.cut_off_at(clock.now())
    version.save()
    return version
