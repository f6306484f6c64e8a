"""What the ledger says."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation
from accounts.queries import entries_of, entries_of_firms, linked_groups
from core.pictures import Part
from core.prepared import Prepared
from funding.models import (
    DEFAULT_CEILING_CENTS,
    Account,
    BudgetLine,
    ConsortiumPartner,
    Indicator,
    LedgerEntry,
    Project,
    SupportCeiling,
)

HELD = [Account.AWARDED, Account.COMMITTED, Account.ACCRUED, Account.PAID, Account.RECOVERED]
"""Accounts that count under a ceiling; recovered money stands there with a minus."""

DECOMMITTED = "decommit:"
"""What the key of a movement begins with that gives committed money back."""


def balance(project: Project, account: Account) -> int:
    """What stands on one account of the project, in cents."""
    return _sum(LedgerEntry.objects.filter(project=project, account=account))


def line_balance(line: BudgetLine, account: Account) -> int:
    """What stands on one account of a call's line, in cents."""
    return _sum(LedgerEntry.objects.filter(budget_line=line, account=account))


def envelope_cents(project: Project) -> int:
    """The project's envelope for SMEs."""
    return -balance(project, Account.ENVELOPE)


def held_cents(project: Project, organisation: Organisation) -> int:
    """What the organisation holds in all calls of the project, under whichever of its entries: awarded, committed, owed,
    paid, less recovered. Two queries."""
    entries = entries_of([organisation.pk])[organisation.pk]
    return _sum(LedgerEntry.objects.filter(project=project, organisation__in=entries, account__in=HELD))


@dataclass(frozen=True)
class CeilingRule:
    """The maximum per third party in force, in cents, and what counts under it.

    `by_group`: a linked group is one third party; `net_of_release`: de-committed money makes room again; `sisters`: the
    primary keys of further projects whose support counts.
    """

    limit_cents: int = DEFAULT_CEILING_CENTS
    by_group: bool = False
    net_of_release: bool = True
    sisters: tuple[int, ...] = ()


def _approved(project: int) -> "QuerySet[SupportCeiling, Any]":
    return (
        SupportCeiling.objects.filter(project=project, approved_by__isnull=False)
        .annotate(counted=ArrayAgg("sisters", filter=Q(sisters__isnull=False), default=[]))
        .order_by("-pk")
        .values_list("pk", "limit_cents", "scope", "net_of_release", "counted")[:1]
    )


_approved_ceiling = Prepared(_approved, project=int)


def ceiling(project: Project) -> CeilingRule:
    """The newest approved record, else EUR 60 000 for each legal entity (Article 207). One query."""
    rows = _approved_ceiling.rows(project=project.pk)
    if not rows:
        return CeilingRule()
    _pk, limit_cents, scope, net_of_release, counted = rows[0]
    by_group = scope == SupportCeiling.Scope.GROUP
    return CeilingRule(limit_cents, by_group, net_of_release, tuple(sorted(counted)))


def ceiling_cents(project: Project) -> int:
    """The maximum per third party, in cents."""
    return ceiling(project).limit_cents


def ceilings(project: Project) -> QuerySet[SupportCeiling]:
    """All that was recorded for the project, newest first, with people and sister projects."""
    found = project.ceilings.select_related("recorded_by", "approved_by").prefetch_related("sisters")
    return found.order_by("-pk")


@dataclass(frozen=True)
class Holdings:
    """What third parties hold under a ceiling: `held` in cents and `scope`, the key of its third party, by organisation."""

    held: dict[int, int]
    scope: dict[int, str]


def holdings(project: Project, organisations: Iterable[Organisation], rule: CeilingRule) -> Holdings:
    """What each organisation holds under the ceiling, with all entries of its firm (cap-28), and with its linked group and
    sister projects where they count. One query; two or more for a group, one more where de-committed money counts. The
    organisations as they are now: who decides reads them under the lock of the money."""
    firms = {one.pk: one.firm_id for one in organisations}
    groups = linked_groups(firms) if rule.by_group else {pk: frozenset({firm}) for pk, firm in firms.items()}
    own = _held_by_firm([project.pk, *rule.sisters], frozenset().union(*groups.values()), rule)
    return Holdings(
        held={pk: sum(own.get(member, 0) for member in groups[pk]) for pk in firms},
        scope={pk: f"group {min(groups[pk])}" if rule.by_group else str(firm) for pk, firm in firms.items()},
    )


def _held_by_firm(projects: list[int], firms: Collection[int], rule: CeilingRule) -> dict[int, int]:
    """By the entry that goes on."""
    firm = Coalesce("organisation__merged_into", "organisation")
    entries = LedgerEntry.objects.filter(
        project__in=projects, organisation__in=entries_of_firms(firms)
    ).order_by()
    accounts = HELD if rule.net_of_release else [one for one in HELD if one != Account.RECOVERED]
    counted = entries.filter(account__in=accounts).values_list(firm)
    held = dict(counted.annotate(cents=Sum("amount_cents")))
    if not rule.net_of_release:
        released = entries.filter(
            account=Account.COMMITTED, amount_cents__lt=0, movement__key__startswith=DECOMMITTED
        ).values_list(firm)
        for pk, cents in released.annotate(cents=Sum("amount_cents")):
            held[pk] = held.get(pk, 0) - cents
    return held


@dataclass(frozen=True)
class Money:
    """The state of an envelope or of one call's line, in cents."""

    envelope: int = 0
    free: int = 0
    reserved: int = 0
    awarded: int = 0
    committed: int = 0
    accrued: int = 0
    paid: int = 0
    recovered: int = 0

    @property
    def bound(self) -> int:
        """Committed by agreements and not yet paid, what is owed included."""
        return self.committed + self.accrued

    @property
    def spent(self) -> int:
        """Paid, less what came back: money that was recovered stands in the books with a minus."""
        return self.paid + self.recovered

    def parts(self, link: Callable[[str], str] = lambda account: "") -> list[Part]:
        """The envelope as the parts of one bar; `link` gives the page of an account's entries."""
        return [
            Part("paid", _("Paid, less what came back"), self.spent, link(Account.PAID))
            if self.recovered
            else Part("paid", _("Paid"), self.paid, link(Account.PAID)),
            Part("committed", _("Committed, not yet paid"), self.bound, link(Account.COMMITTED)),
            Part("reserved", _("Awarded"), self.awarded, link(Account.AWARDED)),
            Part("set-aside", _("Reserved for calls"), self.reserved, link(Account.RESERVED)),
            Part("free", _("Free"), self.free, link(Account.BUDGET)),
        ]


def project_money(project: Project) -> Money:
    """The envelope of the project by state: one query."""
    return _envelope(_by_account(LedgerEntry.objects.filter(project=project)))


def projects_money(projects: Iterable[Project]) -> list[tuple[Project, Money]]:
    """The envelopes of several projects, in their order: one query for all."""
    projects = list(projects)
    rows = (
        LedgerEntry.objects.filter(project__in=projects)
        .values_list("project", "account")
        .annotate(cents=Sum("amount_cents"))
        .order_by()
    )
    sums: dict[int, dict[str, int]] = {project.pk: {} for project in projects}
    for project, account, cents in rows:
        sums[project][account] = cents
    return [(project, _envelope(sums[project.pk])) for project in projects]


def lines_money(project: Project) -> list[tuple[BudgetLine, Money]]:
    """Each call's line with its money: two queries."""
    rows = (
        LedgerEntry.objects.filter(project=project, budget_line__isnull=False)
        .values_list("budget_line", "account")
        .annotate(cents=Sum("amount_cents"))
        .order_by()
    )
    sums: dict[int, dict[str, int]] = {}
    for line, account, cents in rows:
        sums.setdefault(line, {})[account] = cents
    lines = project.budget_lines.select_related("voucher_type")
    return [(line, line_money_from(sums.get(line.pk, {}))) for line in lines]


def line_money(line: BudgetLine) -> Money:
    """One call's line."""
    return line_money_from(_by_account(LedgerEntry.objects.filter(budget_line=line)))


def line_money_from(sums: dict[str, int]) -> Money:
    """A line's envelope is all that was ever reserved for it; what is free of it is still reserved."""
    total = sum(cents for account, cents in sums.items())
    return _money(sums, envelope=total, free=sums.get(Account.RESERVED, 0))


def _envelope(sums: dict[str, int]) -> Money:
    return _money(sums, envelope=-sums.get(Account.ENVELOPE, 0), free=sums.get(Account.BUDGET, 0))


def _money(sums: dict[str, int], *, envelope: int, free: int) -> Money:
    rest = {a.value: sums.get(a, 0) for a in Account if a not in (Account.ENVELOPE, Account.BUDGET)}
    return Money(envelope=envelope, free=free, **rest)


def entries(project: Project, *, account: str = "", line: int | None = None) -> QuerySet[LedgerEntry]:
    """The entries behind a figure, newest first."""
    found = LedgerEntry.objects.filter(project=project).select_related(
        "movement", "movement__by", "budget_line", "organisation"
    )
    if account:
        found = found.filter(account=account)
    if line is not None:
        found = found.filter(budget_line_id=line)
    return found.order_by("-pk")


def indicators(project: Project) -> QuerySet[Indicator]:
    """The project's promises, each with what was reached (`reached`)."""
    return Indicator.objects.filter(project=project).annotate(reached=Sum("events__delta", default=0))


def share_percent(part_cents: int, whole_cents: int) -> int:
    """How many whole percent of the EU grant go on to SMEs, rounded down: at least 75 are promised."""
    return part_cents * 100 // whole_cents if whole_cents else 0


def consortium(project: Project) -> QuerySet[ConsortiumPartner]:
    """The organisations that run the project, coordinator first."""
    return project.partners.select_related("organisation").order_by("-is_coordinator", "position", "pk")


def runs_project(user: Any, project: Project) -> bool:
    """Does the person work for a partner of the consortium? Then they may not apply to its calls (rank-54)."""
    partners = Organisation.objects.survivors(project.partners.values("organisation"))
    return (
        project.members.filter(user=user, ended_at__isnull=True).exists()
        or Membership.objects.filter(organisation__in=partners, user=user, ended_at__isnull=True).exists()
    )


def runs_as_partner(organisation: Organisation, project: Project) -> bool:
    """Is the organisation a partner of the consortium, under whichever of its entries? Two queries."""
    entries = entries_of([organisation.pk])[organisation.pk]
    return project.partners.filter(organisation__in=entries).exists()


def check_now() -> None:
    """Run the ledger's deferred checks at this point of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _sum(entries_found: QuerySet[LedgerEntry]) -> int:
    return entries_found.aggregate(cents=Sum("amount_cents"))["cents"] or 0


def _by_account(entries_found: QuerySet[LedgerEntry]) -> dict[str, int]:
    return dict(entries_found.values_list("account").annotate(cents=Sum("amount_cents")).order_by())
