"""What an organisation states about its figures, owners and holdings."""

from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Organisation, OrganisationLink, OwnershipStatement
from applicants import sme
from core.audit import record
from core.errors import DomainError
from core.locks import lock_row


@transaction.atomic(durable=True)
def state_ownership(organisation: Organisation, *, sheet: sme.Sheet, by: Any) -> OwnershipStatement:
    """Keep a sheet as the organisation's newest statement, with the size it gives; earlier ones stay as they were.

    Firms of its linked group that are known here by the number given become links, for ceilings that count by group
    (cap-27). The declared size is not touched: a person compares. Raises DomainError when the sheet contradicts itself.
    """
    organisation = lock_row(organisation)
    found = sme.problems(sheet)
    if found:
        raise DomainError(found[0].message)
    result = sme.assess_sheet(sheet)
    statement = OwnershipStatement.objects.create(
        organisation=organisation,
        sheet=sme.kept(sheet),
        result=sme.told(result),
        size=result.size or "",
        made_by=by,
    )
    others = _known(organisation, sme.linked_numbers(sheet))
    OrganisationLink.objects.bulk_create(
        OrganisationLink(statement=statement, organisation=organisation, other=other) for other in others
    )
    record(
        organisation,
        "organisation.ownership_stated",
        by=by,
        data={"size": statement.size, "links": [other.ref for other in others]},
    )
    return statement


def _known(organisation: Organisation, numbers: list[str]) -> list[Organisation]:
    found = Organisation.objects.filter(Q(vat__in=numbers) | Q(euid__in=numbers) | Q(pic__in=numbers))
    return list(found.exclude(pk=organisation.pk).order_by("pk")) if numbers else []
