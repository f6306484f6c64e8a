"""The organisations that take part, with their costs and what they ask for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.services import find_or_create_organisation
from applicants import merging, notifications
from applicants.models import Application, Participation, Partner, Version
from applicants.services._drafts import locked_draft, partner_mark, require_marked
from applicants.services.writing import CHANGED_ELSEWHERE
from core import clock
from core.audit import record
from core.errors import Conflict, DomainError
from funding.queries import runs_as_partner

FIELDS = ("task", "cost_cents", "requested_cents")
"""What may be changed of a partner in a draft."""


@transaction.atomic(durable=True)
def add_partner(
    application: Application,
    *,
    by: Any,
    task: str = "",
    cost_cents: int | None = None,
    requested_cents: int | None = None,
    arrived: datetime | None = None,
    **organisation: Any,
) -> Partner:
    """Add an organisation to the draft. One that is known by its numbers is recognised, whatever name was typed
    (cap-28); its stored data stay as they are.

    Raises DomainError when it takes part already, when it runs the project, or when one organisation applies alone.
    """
    draft = locked_draft(application, at=arrived)
    if draft.application.call.is_single:
        raise DomainError(_("In this call one organisation applies alone; no partner can be added."))
    party = find_or_create_organisation(by=by, **organisation)
    _require_possible(draft, party)
    partner = Partner.objects.create(
        version=draft,
        organisation=party,
        task=task,
        cost_cents=cost_cents or 0,
        requested_cents=requested_cents or 0,
    )
    _touch(draft)
    record(
        draft.application,
        "application.partner_added",
        by=by,
        data={"version": draft.number, "organisation": party.ref},
    )
    return partner


def save_partners(
    application: Application,
    *,
    values: Mapping[str, Mapping[str, Any]],
    bases: Mapping[str, Mapping[str, int]],
    by: Any,
    arrived: datetime | None = None,
) -> list[Partner]:
    """Save costs, support asked (cents) and tasks; both arguments by the organisation's reference, then by field.

    What nobody else changed is saved; then raises Conflict with `theirs` as {"<ref>": {field: stored value}}.
    Rules about amounts do not stop a draft: they are shown beside it and stop the submission.
    """
    partners, conflicts = _save_partners(application, values, bases, arrived)
    if conflicts:
        raise Conflict(str(CHANGED_ELSEWHERE), theirs=conflicts)
    return partners


@transaction.atomic(durable=True)
def _save_partners(
    application: Application,
    values: Mapping[str, Mapping[str, Any]],
    bases: Mapping[str, Mapping[str, int]],
    arrived: datetime | None,
) -> tuple[list[Partner], dict[str, dict[str, Any]]]:
    draft = locked_draft(application, at=arrived, marks=True)
    partners = list(draft.partners.select_related("organisation"))
    conflicts: dict[str, dict[str, Any]] = {}
    for partner in partners:
        ref = partner.organisation.ref
        stored = {name: getattr(partner, name) for name in FIELDS}
        incoming = {
            name: _whole(name, value) for name, value in values.get(ref, {}).items() if name in FIELDS
        }
        merged = merging.merge(stored, partner.field_versions, incoming, bases.get(ref, {}))
        if merged.conflicts:
            conflicts[ref] = merged.conflicts
        if merged.changed:
            require_marked(draft, [partner_mark(ref)])
            for name in merged.changed:
                setattr(partner, name, _whole(name, merged.values.get(name)))
            partner.field_versions = merged.numbers
            partner.save(update_fields=[*merged.changed, "field_versions"])
            _touch(draft)
    return partners, conflicts


@transaction.atomic(durable=True)
def remove_partner(
    application: Application, *, organisation: str, by: Any, arrived: datetime | None = None
) -> None:
    """Take an organisation (by its reference) out of the draft. The applicant itself stays."""
    draft = locked_draft(application, at=arrived)
    partner = draft.partners.select_related("organisation").filter(organisation__ref=organisation).first()
    if partner is None:
        raise DomainError(_("This organisation does not take part any more."))
    if partner.is_lead:
        raise DomainError(_("The applicant itself cannot be removed."))
    partner.delete()
    _touch(draft)
    for asked in Participation.objects.filter(
        application=draft.application, organisation=partner.organisation
    ):
        notifications.partner_removed(asked)
        asked.delete()
    record(
        draft.application,
        "application.partner_removed",
        by=by,
        data={"version": draft.number, "organisation": organisation},
    )


def _require_possible(draft: Version, party: Organisation) -> None:
    if runs_as_partner(party, draft.application.call.project):
        raise DomainError(
            _("“%(name)s” runs this project; it cannot receive support from its calls.")
            % {"name": party.legal_name},
            field="registration_number",
        )
    if draft.partners.filter(Q(organisation=party) | Q(organisation__merged_into=party)).exists():
        raise DomainError(
            _("“%(name)s” takes part already: this number is its own.") % {"name": party.legal_name},
            field="registration_number",
        )


def _whole(name: str, value: Any) -> Any:
    """An emptied amount is zero, an emptied text is empty."""
    return ("" if name == "task" else 0) if value is None else value


def _touch(draft: Version) -> None:
    draft.changed_at = clock.now()
    draft.save(update_fields=["changed_at"])
