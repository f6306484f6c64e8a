"""The verbs about an organisation's data."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from core.audit import record
from core.errors import DomainError

NUMBERS = ("country", "registration_number", "vat", "pic", "euid")
"""What a firm is recognised by."""


class AlreadyRegistered(DomainError):
    """The number belongs to an organisation that somebody speaks for; the person may ask to join it."""

    def __init__(self, organisation: Organisation, *, field: str) -> None:
        told = {"name": organisation.legal_name}
        super().__init__(
            _("This number belongs to “%(name)s”, which is already registered.") % told, field=field
        )
        self.organisation = organisation


@transaction.atomic(durable=True)
def register_organisation(*, by: User, **data: Any) -> Organisation:
    """Enter an organisation once and become its signatory.

    The number of an entry that was merged leads to the one that goes on, which keeps its own numbers. Raises
    AlreadyRegistered when one of its numbers is known and somebody speaks for it: they have to admit the person.
    """
    known = find_organisation(data)
    if known is not None and Membership.objects.filter(organisation=known, ended_at__isnull=True).exists():
        same = (one for one in ("vat", "pic", "euid") if data.get(one) and getattr(known, one) == data[one])
        field = next(same, "registration_number")
        raise AlreadyRegistered(known, field=field)
    organisation = known or Organisation(created_by=by)
    is_merged = known is not None and known.aliases.exists()
    for name, value in data.items():
        if not (is_merged and name in NUMBERS and getattr(organisation, name)):
            setattr(organisation, name, value)
    _save(organisation)
    Membership.objects.create(user=by, organisation=organisation, role=Membership.Role.SIGNATORY)
    record(organisation, "organisation.registered", by=by)
    return organisation


@transaction.atomic(durable=True)
def change_organisation(organisation: Organisation, *, by: User, **data: Any) -> Organisation:
    """Correct an organisation's data. What was frozen with an application or an agreement stays as it was."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    before = {name: str(getattr(organisation, name)) for name in data}
    for name, value in data.items():
        setattr(organisation, name, value)
    _save(organisation)
    changed = {n: [before[n], str(v)] for n, v in data.items() if before[n] != str(v)}
    record(organisation, "organisation.changed", by=by, data=changed)
    return organisation


def find_or_create_organisation(*, by: User | None, **data: Any) -> Organisation:
    """The organisation with these identifiers, or a new one that nobody speaks for yet (a consortium partner).

    One third party is recognised by registration number and country, or by VAT number, whatever its name (cap-28).
    A known organisation's data are left as they are. Runs in the caller's transaction.
    """
    known = find_organisation(data)
    if known is not None:
        return known
    organisation = Organisation(created_by=by, **data)
    _save(organisation)
    record(organisation, "organisation.named_as_partner", by=by)
    return organisation


def find_organisation(data: Mapping[str, Any]) -> Organisation | None:
    """The organisation that has this country and registration number, or this VAT number, PIC or EUID (cap-28); the one
    that goes on, where these are the numbers of an entry that was merged into it."""
    entries = Organisation.objects.select_related("merged_into").order_by(
        F("merged_into").desc(nulls_first=True)
    )
    found = None
    if data.get("registration_number"):
        found = entries.filter(
            country=data.get("country", ""), registration_number__iexact=data["registration_number"]
        ).first()
    for name in ("vat", "pic", "euid"):
        if found is None and data.get(name):
            found = entries.filter(**{name: data[name]}).first()
    return found.goes_on_as if found is not None else None


def _require_free(organisation: Organisation) -> None:
    """The numbers of an entry that was merged stay those of its firm; among entries that go on PostgreSQL sees to it."""
    merged = Organisation.objects.filter(merged_into__isnull=False)
    merged = merged.exclude(merged_into=organisation.pk) if organisation.pk else merged
    same = Q(country=organisation.country, registration_number__iexact=organisation.registration_number)
    for name in ("vat", "pic", "euid"):
        if getattr(organisation, name):
            same |= Q(**{name: getattr(organisation, name)})
    taken = merged.filter(same).first()
    if taken is not None:
        equal = (
            one for one in ("vat", "pic", "euid") if getattr(taken, one) == getattr(organisation, one) != ""
        )
        raise DomainError(
            _("Another organisation already has this number."), field=next(equal, "registration_number")
        )


def _save(organisation: Organisation) -> None:
    _require_free(organisation)
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        told = str(error)
        field = next((one for one in ("vat", "pic", "euid") if f"{one}_once" in told), "registration_number")
        raise DomainError(_("Another organisation already has this number."), field=field) from error
