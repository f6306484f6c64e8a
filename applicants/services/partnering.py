"""Partners are asked to confirm that they take part; their own people answer, and fill in their own part."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation
from accounts.permissions import may_sign_for
from accounts.services import invite_colleague
from applicants import notifications, queries
from applicants.models import Application, Participation, Partner, Version
from applicants.services._drafts import locked_draft
from applicants.services.partners import save_partners
from core import clock
from core.audit import record
from core.errors import DomainError
from core.locks import lock_row


def ask_partner(
    application: Application,
    *,
    organisation: Organisation,
    by: Any,
    email: str = "",
    arrived: datetime | None = None,
) -> Participation:
    """Ask a partner to confirm that it takes part, or ask again. Its people here are written to; where nobody speaks for
    it yet the person at `email` is invited to.

    Raises DomainError where there is neither, or the organisation does not take part, DeadlinePassed after the deadline.
    """
    known = Membership.objects.of(organisation).filter(ended_at=None).exists()
    if not known and not email.strip():
        raise DomainError(
            _("Nobody speaks for %(name)s here yet. Give the e-mail address of somebody who does.")
            % {"name": organisation},
            field="email",
        )
    asked = _ask(application, organisation, by, "" if known else email.strip().lower(), arrived)
    if not known:
        invite_colleague(organisation.goes_on_as, email=email, role=Membership.Role.SIGNATORY, by=by)
    return asked


@transaction.atomic(durable=True)
def _ask(
    application: Application, organisation: Organisation, by: Any, email: str, arrived: datetime | None
) -> Participation:
    draft = locked_draft(application, at=arrived)
    partner = draft.partners.filter(organisation=organisation, is_lead=False).first()
    if partner is None:
        raise DomainError(_("This organisation does not take part any more."))
    values = {"asked_at": clock.now(), "asked_by": by, "answer": "", "words": "", "terms": {}}
    values |= {"answered_at": None, "answered_by": None}
    asked, _new = Participation.objects.update_or_create(
        application=draft.application, organisation=organisation, defaults=values
    )
    data = {"organisation": organisation.ref}
    record(draft.application, "application.partner_asked", by=by, data=data)
    notifications.partner_asked(asked, email=email)
    return asked


@transaction.atomic(durable=True)
def answer_participation(
    participation: Participation, *, confirms: bool, by: Any, words: str = "", arrived: datetime | None = None
) -> Participation:
    """A partner says yes or no, by somebody who signs for it; the applicant's people are told. It may say otherwise until
    the application is submitted. What it says yes to is kept.

    Raises DomainError for who does not sign, for a no without a word, when it does not stand in the draft.
    """
    draft, partner = _place(participation, arrived)
    asked = lock_row(participation)
    if not may_sign_for(by, asked.organisation):
        raise DomainError(
            _("Only somebody who signs for %(name)s may answer.") % {"name": asked.organisation}
        )
    if not confirms and not words.strip():
        raise DomainError(_("Say in a few words why; the applicant reads it."), field="words")
    asked.answer = Participation.Answer.CONFIRMED if confirms else Participation.Answer.DECLINED
    asked.words, asked.answered_at, asked.answered_by = words.strip(), clock.now(), by
    asked.terms = queries.terms_of(partner) if confirms else {}
    asked.save()
    verb = "application.partner_confirmed" if confirms else "application.partner_declined"
    data = {"version": draft.number, "organisation": asked.organisation.ref}
    record(draft.application, verb, by=by, note=asked.words, data=data)
    notifications.partner_answered(asked)
    return asked


def save_own_part(
    participation: Participation,
    *,
    values: dict[str, Any],
    bases: dict[str, int],
    by: Any,
    arrived: datetime | None = None,
) -> None:
    """Save a partner's own task and amounts (cents), by its people. Where its yes was given and who saves signs for it,
    the yes holds for what was saved.

    Raises Conflict like `save_partners`; DomainError where the call leaves this to the applicant.
    """
    if not participation.application.call.partners_write:
        raise DomainError(_("In this call the applicant writes for its partners."))
    ref = participation.organisation.ref
    save_partners(participation.application, values={ref: values}, bases={ref: bases}, by=by, arrived=arrived)
    if may_sign_for(by, participation.organisation):
        _confirm_anew(participation, set(values))


@transaction.atomic(durable=True)
def _confirm_anew(participation: Participation, names: set[str]) -> None:
    asked = lock_row(participation)
    found = queries.invited_with(asked)
    if found is not None and asked.answer == Participation.Answer.CONFIRMED:
        saved = queries.terms_of(found[1])
        asked.terms |= {name: saved[name] for name in names if name in saved}
        asked.save(update_fields=["terms"])


def _place(participation: Participation, arrived: datetime | None) -> tuple[Version, Partner]:
    draft = locked_draft(participation.application, at=arrived)
    partner = draft.partners.filter(organisation=participation.organisation_id, is_lead=False).first()
    if partner is None:
        raise DomainError(_("%(name)s does not take part any more.") % {"name": participation.organisation})
    return draft, partner
