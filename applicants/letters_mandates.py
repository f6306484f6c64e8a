"""What we write to both sides of a mandate: one function for each message, stored in the caller's transaction."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.notifications import signatories
from applicants.models import Mandate
from applicants.queries.mandates import scope_of
from core.outbox import write_message


def mandate_given(mandate: Mandate) -> None:
    """To who is asked: for whom, for what, until when, and the link to answer, which proves the address."""
    known = User.objects.filter(email__iexact=mandate.email).first()
    path = mandate.get_absolute_url()
    with translation.override(known.language if known else None):
        context = {"path": path, "sender": mandate.given_by.full_name, **_about(mandate)}
    write_message(
        "mandate_given",
        "applicants/email/mandate_given",
        to=known,
        context=context,
        about=mandate,
        email=mandate.email,
    )


def mandate_answered(mandate: Mandate) -> None:
    """To everybody who signs for the organisation: accepted, by whom, or declined."""
    _write("applicants/email/mandate_answered", mandate, signatories(mandate.organisation), _given(mandate))


def mandate_ended(mandate: Mandate, *, by: Any) -> None:
    """To the other side: it is over, and who ended it."""
    both = [*signatories(mandate.organisation), *_holders(mandate)]
    for person in both:
        if person != by:
            path = reverse("applicants:mandate_list") if person == mandate.holder else _given(mandate)
            _write("applicants/email/mandate_ended", mandate, [person], path, by_name=str(by))


def mandate_withdrawn(mandate: Mandate) -> None:
    """To who was asked and has not answered: it is taken back, the link is dead."""
    known = User.objects.filter(email__iexact=mandate.email).first()
    write_message(
        "mandate_withdrawn",
        "applicants/email/mandate_withdrawn",
        to=known,
        context={"path": "", **_about(mandate)},
        about=mandate,
        email=mandate.email,
    )


def mandate_ends_soon(mandate: Mandate) -> None:
    """To both sides, 14 days before its last day."""
    _write("applicants/email/mandate_ends_soon", mandate, signatories(mandate.organisation), _given(mandate))
    _write(
        "applicants/email/mandate_ends_soon", mandate, _holders(mandate), reverse("applicants:mandate_list")
    )


def _holders(mandate: Mandate) -> list[User]:
    """Who accepted it, and where it was given to an organisation everybody who signs for that."""
    people = [mandate.holder] if mandate.holder else []
    if mandate.firm is not None:
        people += [one for one in signatories(mandate.firm) if one != mandate.holder]
    return [one for one in people if one.is_active]


def _given(mandate: Mandate) -> str:
    return reverse("applicants:organisation_mandates", args=[mandate.organisation.ref])


def _about(mandate: Mandate) -> dict[str, Any]:
    return {"mandate": mandate, "organisation": mandate.organisation, "scope": scope_of(mandate)}


def _write(template: str, mandate: Mandate, people: Iterable[User], path: str, **more: Any) -> None:
    for person in people:
        with translation.override(person.language or None):
            context = {"path": path, **_about(mandate), **more}
        write_message(template.rpartition("/")[2], template, to=person, context=context, about=mandate)
