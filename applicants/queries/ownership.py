"""What organisations state about their size, and how it goes with what they declare."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation, OwnershipStatement
from applicants import sme


@dataclass(frozen=True)
class Standing:
    """The declared size of an organisation beside the one worked out from its newest statement, if there is one."""

    organisation: Organisation
    statement: OwnershipStatement | None

    @property
    def differs(self) -> bool:
        """Whether both are known and are not the same: a person has to look."""
        return bool(self.statement and self.statement.size and self.statement.size != self.organisation.size)


def newest_statements(organisations: Collection[int]) -> dict[int, OwnershipStatement]:
    """The newest statement of each of these organisations (by primary key) that has one: one query."""
    rows = OwnershipStatement.objects.filter(organisation__in=organisations)
    return {
        one.organisation_id: one
        for one in rows.order_by("organisation_id", "-pk").distinct("organisation_id")
    }


def size_of(organisation: Organisation) -> Standing:
    """How the organisation stands: one query."""
    return Standing(organisation, newest_statements([organisation.pk]).get(organisation.pk))


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
