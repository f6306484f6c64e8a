"""What organisations state about their size, and how it goes with what they declare."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Organisation, OwnershipStatement
from accounts.queries import entries_of_firms
from applicants import sme
from core.prepared import Prepared, columns_of, put_together


@dataclass(frozen=True)
class Standing:
    """The declared size of an organisation beside the one worked out from its newest statement, if there is one."""

    organisation: Organisation
    statement: OwnershipStatement | None

    @property
    def differs(self) -> bool:
        """Whether both are known and are not the same: a person has to look."""
        return bool(self.statement and self.statement.size and self.statement.size != self.organisation.size)


_STATEMENT = columns_of(OwnershipStatement)


def _statements(firm: int) -> "QuerySet[OwnershipStatement, Any]":
    of_firm = OwnershipStatement.objects.filter(organisation__in=entries_of_firms([firm]))
    return of_firm.order_by("-pk").values_list(*_STATEMENT)[:1]


_newest_statement = Prepared(_statements, firm=int)


def newest_statements(organisations: Collection[Organisation]) -> dict[int, OwnershipStatement]:
    """The newest statement of each of these organisations that has one, by its primary key, under whichever entry of the
    firm it was made: one query."""
    firms = {one.pk: one.firm_id for one in organisations}
    if len(firms) == 1:
        ((pk, firm),) = firms.items()
        found = _newest_statement.rows(firm=firm)
        return {pk: put_together(OwnershipStatement, _STATEMENT, found[0])} if found else {}
    rows = OwnershipStatement.objects.filter(organisation__in=entries_of_firms(firms.values()))
    made = rows.annotate(firm=Coalesce("organisation__merged_into", "organisation"))
    newest = {one.firm: one for one in made.order_by("firm", "-pk").distinct("firm")}
    return {pk: newest[firm] for pk, firm in firms.items() if firm in newest}


def size_of(organisation: Organisation) -> Standing:
    """How the organisation stands: one query."""
    return Standing(organisation, newest_statements([organisation]).get(organisation.pk))


def sheet_of(statement: OwnershipStatement | None) -> sme.Sheet | None:
    """What was entered, as it was."""
    return sme.restored(statement.sheet) if statement else None


def frozen_size(statement: OwnershipStatement | None, *, whole: bool) -> dict[str, Any] | None:
    """The result as it is frozen with an application: for the applicant itself with all that led to it, for a partner
    only the outcome, since its figures are not the applicant's to read (A14)."""
    if statement is None:
        return None
    names = ("size", "is_sme", "independence", "is_estimate", "is_public")
    told = statement.result if whole else {name: statement.result[name] for name in names}
    return {"stated_at": statement.made_at.isoformat(timespec="milliseconds"), **told}
