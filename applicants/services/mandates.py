"""The verbs about mandates: given by who signs, accepted by who writes, ended by either side at once."""

import secrets
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from accounts.permissions import may_sign_for
from accounts.services import create_proven_user
from applicants import letters_mandates as letters
from applicants import permissions, queries
from applicants.mandating import LONGEST, instants
from applicants.models import Application, Mandate, Preparation, Version
from calls.models import Call
from core import clock
from core.audit import record
from core.errors import DomainError, InvalidTransition
from core.locks import lock_row


@transaction.atomic(durable=True)
def give_mandate(
    organisation: Organisation,
    *,
    email: str,
    first_on: date,
    last_on: date,
    by: User,
    to_firm: bool = False,
    call: Call | None = None,
    words: str = "",
) -> Mandate:
    """Let the person at this address, or the organisation they sign for (`to_firm`), write the organisation's applications,
    in all calls or in one, from a day to a day (both included, in the zone of who gives it). It holds once accepted.

    One that still waits for the same address and scope is renewed: its old link is dead. Raises DomainError for who does
    not sign, days that are over, in disorder or too many, and an address of somebody who belongs to the organisation.
    """
    organisation = lock_row(organisation)
    email = email.strip().lower()
    _require_signatory(organisation, by)
    _require_days(first_on, last_on, zone=by.zone)
    people = Membership.objects.of(organisation).filter(ended_at__isnull=True)
    there = people.filter(user__email__iexact=email).select_related("user").first()
    if there is not None:
        raise DomainError(
            _("%(name)s belongs to %(organisation)s and needs no mandate.")
            % {"name": there.user, "organisation": organisation},
            field="email",
        )
    waiting = Mandate.objects.filter(
        organisation=organisation, email__iexact=email, call=call, answer="", ended_at=None
    )
    mandate = waiting.select_for_update().first() or Mandate(
        organisation=organisation, email=email, call=call
    )
    mandate.token, mandate.to_firm, mandate.words = secrets.token_urlsafe(16), to_firm, words.strip()
    mandate.first_on, mandate.last_on = first_on, last_on
    mandate.starts_at, mandate.ends_at = instants(first_on, last_on, by.zone)
    mandate.given_by, mandate.given_at = by, clock.now()
    mandate.save()
    record(
        organisation, "mandate.given", by=by, data={"mandate": mandate.ref, "email": email, **_facts(mandate)}
    )
    letters.mandate_given(mandate)
    return mandate


@transaction.atomic(durable=True)
def accept_mandate(mandate: Mandate, *, by: User, firm: Organisation | None = None) -> Mandate:
    """The person at the address accepts; a mandate given to an organisation for `firm`, which they sign for.

    Raises DomainError for another address, an organisation they do not sign for, or the one that gives it, and for its own
    people; InvalidTransition when it was answered, taken back, or is over.
    """
    organisation = lock_row(mandate.organisation)
    mandate = _locked_waiting(mandate)
    if not mandate.is_for(by):
        raise DomainError(
            _("This mandate is for %(invited)s; you are signed in as %(email)s.")
            % {"invited": mandate.email, "email": by.email}
        )
    if Membership.objects.of(organisation).filter(user=by, ended_at__isnull=True).exists():
        raise DomainError(_("You belong to %(name)s and need no mandate.") % {"name": organisation})
    if mandate.to_firm:
        if firm is None or firm.firm_id == organisation.firm_id or not may_sign_for(by, firm):
            raise DomainError(
                _("Choose the organisation that you accept it for: one that you sign for."), field="firm"
            )
        mandate.firm = firm
    mandate.holder = by
    _answer(mandate, Mandate.Answer.ACCEPTED)
    data = {"mandate": mandate.ref, "firm": mandate.firm.ref if mandate.firm else "", **_facts(mandate)}
    record(organisation, "mandate.accepted", by=by, data=data)
    letters.mandate_answered(mandate)
    return mandate


@transaction.atomic(durable=True)
def decline_mandate(mandate: Mandate, *, by: User | None = None) -> Mandate:
    """The person asked says no, without an account too: the link is enough. Who signs is told."""
    organisation = lock_row(mandate.organisation)
    mandate = _locked_waiting(mandate)
    _answer(mandate, Mandate.Answer.DECLINED)
    record(organisation, "mandate.declined", by=by, data={"mandate": mandate.ref})
    letters.mandate_answered(mandate)
    return mandate


@transaction.atomic(durable=True)
def end_mandate(mandate: Mandate, *, by: User) -> Mandate:
    """Either side ends it: from this instant on nothing is seen or written under it. One that waits is taken back. What was
    written stays, with the fact of who wrote it. The other side is told.

    Raises DomainError for who is on neither side, InvalidTransition when there is nothing to end.
    """
    organisation = lock_row(mandate.organisation)
    mandate = lock_row(mandate)
    if not permissions.can_end_mandate(by, mandate):
        raise DomainError(_("Only who signs for one of the two sides may end this mandate."))
    if not (mandate.is_waiting() or mandate.is_live()):
        raise InvalidTransition(_("This mandate has ended already."))
    mandate.ended_at, mandate.ended_by = clock.now(), by
    mandate.save(update_fields=["ended_at", "ended_by"])
    verb = "mandate.ended" if mandate.answer else "mandate.withdrawn"
    record(organisation, verb, by=by, data={"mandate": mandate.ref})
    if mandate.answer:
        letters.mandate_ended(mandate, by=by)
    else:
        letters.mandate_withdrawn(mandate)
    return mandate


@transaction.atomic(durable=True)
def register_mandated(mandate: Mandate, *, full_name: str, password: str) -> User:
    """Make the account of somebody who was given a mandate and has none: the link proves the address. They accept in a
    second step. Raises DomainError when the address has an account, InvalidTransition when it does not wait any more."""
    mandate = _locked_waiting(mandate)
    user = create_proven_user(mandate.email, full_name=full_name, password=password)
    record(user, "user.registered_by_invitation", by=user, data={"mandate": mandate.ref})
    return user


def mandates_to_tell(limit: int = 100) -> list[int]:
    """Mandates of which both sides are to hear that they end within 14 days."""
    return list(queries.mandates_to_remind(clock.now()).values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def tell_mandate_ends(pk: int) -> bool:
    """Tell both sides once that a mandate will end. Returns whether this call did."""
    due = queries.mandates_to_remind(clock.now()).filter(pk=pk)
    mandate = due.select_for_update(skip_locked=True, of=("self",)).first()
    if mandate is None:
        return False
    mandate.reminded_at = clock.now()
    mandate.save(update_fields=["reminded_at"])
    letters.mandate_ends_soon(mandate)
    return True


def note_preparation(application: Application, draft: Version, *, by: Any) -> None:
    """Keep that the person writes in this draft under a mandate, once; nothing for the organisation's own people."""
    mandate = queries.mandate_of(by, application)
    if mandate is not None:
        Preparation.objects.get_or_create(version=draft, mandate=mandate, user=by)


def _facts(mandate: Mandate) -> dict[str, Any]:
    return {
        "to_firm": mandate.to_firm,
        "call": mandate.call.code if mandate.call else "",
        "first_on": mandate.first_on.isoformat(),
        "last_on": mandate.last_on.isoformat(),
    }


def _answer(mandate: Mandate, answer: str) -> None:
    mandate.answer, mandate.answered_at = answer, clock.now()
    mandate.save(update_fields=["answer", "answered_at", "holder", "firm"])


def _locked_waiting(mandate: Mandate) -> Mandate:
    found = lock_row(mandate)
    if found.answer or found.ended_at is not None:
        raise InvalidTransition(_("This mandate was answered or taken back already."))
    if not found.is_waiting():
        raise InvalidTransition(_("The last day of this mandate is over."))
    return found


def _require_signatory(organisation: Organisation, by: User) -> None:
    if not may_sign_for(by, organisation):
        raise DomainError(_("Only somebody who signs for %(name)s gives a mandate.") % {"name": organisation})


def _require_days(first_on: date, last_on: date, *, zone: str) -> None:
    if last_on < first_on:
        raise DomainError(_("The last day comes before the first one."), field="last_on")
    if last_on < clock.now().astimezone(ZoneInfo(zone)).date():
        raise DomainError(_("This day is over. Give a day to come."), field="last_on")
    if (last_on - first_on).days > LONGEST:
        raise DomainError(_("A mandate holds for three years at most; renew it then."), field="last_on")
