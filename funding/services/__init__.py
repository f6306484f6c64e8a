"""The verbs about projects and money. Later stages tell the ledger through the `record_*` functions here."""

import uuid
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.audit import record
from core.errors import BudgetExceeded, DomainError, FourEyesRequired
from core.locks import lock_exclusive
from core.money import format_eur
from funding import queries
from funding.models import (
    DEFAULT_CEILING_CENTS,
    Account,
    BudgetLine,
    ConsortiumPartner,
    Indicator,
    KpiEvent,
    LedgerEntry,
    LedgerMovement,
    Project,
    ProjectMember,
    SupportCeiling,
    VoucherType,
)
from funding.services.bank import change_bank
from funding.services.ceilings import check_ceilings
from funding.services.look import change_look
from funding.services.retention import approve_final_payment, record_final_payment, set_losers_term

__all__ = [
    "add_indicator",
    "add_kpi_event",
    "add_member",
    "add_partner",
    "add_voucher_type",
    "approve_ceiling",
    "approve_final_payment",
    "change_bank",
    "change_look",
    "create_project",
    "lock_money",
    "open_budget_line",
    "record_accrued",
    "record_award_released",
    "record_awarded",
    "record_ceiling",
    "record_committed",
    "record_decommitted",
    "record_final_payment",
    "record_kpi",
    "record_not_owed",
    "record_paid",
    "record_recovered",
    "record_reserved",
    "release_reserved",
    "set_envelope",
    "set_losers_term",
]

Leg = tuple[Account, int, BudgetLine | None, Organisation | None]

_NONE: Mapping[int, int] = MappingProxyType({})


@transaction.atomic(durable=True)
def create_project(*, coordinator: Organisation, by: Any = None, **data: Any) -> Project:
    """Open a project with its coordinator. Its envelope, people and partners follow by their own verbs."""
    if Project.objects.filter(models.Q(slug=data["slug"]) | models.Q(code=data["code"])).exists():
        raise DomainError(_("Another project already has this address or code."), field="slug")
    project = Project.objects.create(**data)
    ConsortiumPartner.objects.create(project=project, organisation=coordinator, is_coordinator=True)
    record(project, "project.created", by=by)
    return project


@transaction.atomic(durable=True)
def add_partner(project: Project, organisation: Organisation, *, by: Any = None) -> ConsortiumPartner:
    """Add an organisation to the consortium. Its staff may not apply to the project's calls (rank-54)."""
    partner, added = ConsortiumPartner.objects.get_or_create(
        project=project, organisation=organisation, defaults={"position": project.partners.count()}
    )
    if added:
        record(project, "project.partner_added", by=by, data={"organisation": organisation.legal_name})
    return partner


@transaction.atomic(durable=True)
def add_member(
    project: Project, user: Any, *, role: str, organisation: Organisation | None = None, by: Any = None
) -> ProjectMember:
    """Give a person a role in the project."""
    if role not in ProjectMember.Role.values:
        raise DomainError(_("There is no role “%s”.") % role, field="role")
    member, added = ProjectMember.objects.get_or_create(
        project=project, user=user, role=role, ended_at=None, defaults={"organisation": organisation}
    )
    if added:
        record(project, "project.member_added", by=by, data={"user": user.email, "role": role})
    return member


@transaction.atomic(durable=True)
def add_voucher_type(project: Project, *, by: Any = None, **data: Any) -> VoucherType:
    """Add a kind of support, with what its calls start from (`defaults`)."""
    made = VoucherType.objects.create(project=project, **data)
    record(project, "project.voucher_type_added", by=by, data={"voucher_type": made.slug})
    return made


@transaction.atomic(durable=True)
def add_indicator(project: Project, *, by: Any = None, **data: Any) -> Indicator:
    """Add a promised result with its target."""
    made = Indicator.objects.create(project=project, position=project.indicators.count(), **data)
    record(project, "project.indicator_added", by=by, data={"indicator": made.code, "target": made.target})
    return made


@transaction.atomic(durable=True)
def set_envelope(project: Project, *, amount_cents: int, by: Any, why: str) -> LedgerMovement:
    """Bring the project's envelope for SMEs to `amount_cents`; the difference is one movement.

    Raises BudgetExceeded when less than what is already reserved would remain.
    """
    lock_money(project)
    delta = amount_cents - queries.envelope_cents(project)
    if delta == 0:
        raise DomainError(_("The envelope already has this amount."), field="amount_cents")
    if -delta > queries.balance(project, Account.BUDGET):
        raise BudgetExceeded(
            _("Only %(free)s EUR are free; the envelope cannot shrink by %(by)s.")
            % {"free": format_eur(queries.balance(project, Account.BUDGET)), "by": format_eur(-delta)},
            field="amount_cents",
        )
    count = LedgerMovement.objects.filter(project=project).count()
    legs: list[Leg] = [(Account.ENVELOPE, -delta, None, None), (Account.BUDGET, delta, None, None)]
    movement = _move(project, f"envelope:{project.pk}:{count}", why, legs, by=by, source=project)
    record(project, "project.envelope_set", by=by, note=why, data={"amount_cents": amount_cents})
    return movement


@transaction.atomic(durable=True)
def record_ceiling(
    project: Project,
    *,
    limit_cents: int,
    legal_basis: str,
    by: Any,
    scope: str = SupportCeiling.Scope.ENTITY,
    net_of_release: bool = True,
    sisters: Iterable[Project] = (),
) -> SupportCeiling:
    """Record a maximum per third party; it holds once a second person approves it.

    Raises DomainError above 60 000 EUR without a legal basis; never counts the project as its own sister.
    """
    if limit_cents > DEFAULT_CEILING_CENTS and not legal_basis.strip():
        raise DomainError(
            _("Above 60 000 EUR name the legal basis in the grant agreement."), field="legal_basis"
        )
    counted = [sister for sister in sisters if sister.pk != project.pk]
    ceiling = SupportCeiling.objects.create(
        project=project,
        limit_cents=limit_cents,
        legal_basis=legal_basis.strip(),
        scope=scope,
        net_of_release=net_of_release,
        recorded_by=by,
    )
    ceiling.sisters.set(counted)
    data = {
        "limit_cents": limit_cents,
        "scope": str(scope),
        "net_of_release": net_of_release,
        "sisters": [sister.slug for sister in counted],
    }
    record(project, "ceiling.recorded", by=by, note=legal_basis, data=data)
    return ceiling


@transaction.atomic(durable=True)
def approve_ceiling(ceiling: SupportCeiling, *, by: Any) -> SupportCeiling:
    """The second pair of eyes on a recorded maximum. Raises FourEyesRequired for the person who recorded it."""
    ceiling = SupportCeiling.objects.select_for_update().get(pk=ceiling.pk)
    if ceiling.recorded_by_id == by.pk:
        raise FourEyesRequired(_("You recorded this ceiling yourself; another manager has to approve it."))
    ceiling.approved_by = by
    ceiling.save(update_fields=["approved_by"])
    record(ceiling.project, "ceiling.approved", by=by, data={"limit_cents": ceiling.limit_cents})
    return ceiling


def open_budget_line(voucher_type: VoucherType, *, name: str, path: str = "") -> BudgetLine:
    """A line that a call's money will stand on; empty until it is reserved. In the caller's transaction."""
    return BudgetLine.objects.create(
        project=voucher_type.project, voucher_type=voucher_type, name=name, url_name=path
    )


def record_reserved(line: BudgetLine, *, amount_cents: int, by: Any, source: models.Model) -> LedgerMovement:
    """Set free money of the project aside for a call. Raises BudgetExceeded when it is not there (cap-24, cap-25)."""
    lock_money(line.project)
    free = queries.balance(line.project, Account.BUDGET)
    if amount_cents > free:
        raise BudgetExceeded(
            _("The call asks for %(asked)s EUR; %(free)s are free in the project: %(over)s too much.")
            % {
                "asked": format_eur(amount_cents),
                "free": format_eur(free),
                "over": format_eur(amount_cents - free),
            },
            field="budget_cents",
        )
    count = LedgerMovement.objects.filter(entries__budget_line=line).distinct().count()
    legs: list[Leg] = [
        (Account.BUDGET, -amount_cents, None, None),
        (Account.RESERVED, amount_cents, line, None),
    ]
    return _move(
        line.project, f"reserve:{line.pk}:{count}", _("Reserved for %s") % line, legs, by=by, source=source
    )


def release_reserved(line: BudgetLine, *, amount_cents: int, by: Any, source: models.Model) -> LedgerMovement:
    """Give reserved money that a call does not need back to the project."""
    lock_money(line.project)
    count = LedgerMovement.objects.filter(entries__budget_line=line).distinct().count()
    legs: list[Leg] = [
        (Account.RESERVED, -amount_cents, line, None),
        (Account.BUDGET, amount_cents, None, None),
    ]
    return _move(
        line.project, f"release:{line.pk}:{count}", _("Released from %s") % line, legs, by=by, source=source
    )


def record_awarded(
    line: BudgetLine,
    shares: Iterable[tuple[Organisation, int]],
    *,
    by: Any,
    source: models.Model,
    outside: Mapping[int, int] = _NONE,
) -> LedgerMovement:
    """A decision gives each organisation its share (cents). It counts under the ceiling from now on. `outside`: what each
    organisation, by primary key, declares to hold from elsewhere, in cents (cap-14, cap-15).

    Raises BudgetExceeded when the call's money or an organisation's ceiling would be passed.
    """
    return _shift(line, Account.RESERVED, Account.AWARDED, shares, _("Awarded"), "award", by, source, outside)


def record_award_released(
    line: BudgetLine, shares: Iterable[tuple[Organisation, int]], *, by: Any, source: models.Model
) -> LedgerMovement:
    """An award that will not become an agreement gives its money back to the call."""
    return _shift(line, Account.AWARDED, Account.RESERVED, shares, _("Award released"), "unaward", by, source)


def record_committed(
    line: BudgetLine,
    shares: Iterable[tuple[Organisation, int]],
    *,
    by: Any,
    source: models.Model,
    outside: Mapping[int, int] = _NONE,
) -> LedgerMovement:
    """An agreement is in force: the awarded money is bound by it. `outside` as for an award."""
    return _shift(
        line, Account.AWARDED, Account.COMMITTED, shares, _("Committed"), "commit", by, source, outside
    )


def record_decommitted(
    line: BudgetLine, shares: Iterable[tuple[Organisation, int]], *, by: Any, source: models.Model
) -> LedgerMovement:
    """Committed money that will never be owed (a refused milestone, an early end) goes back to the call (cap-30)."""
    return _shift(line, Account.COMMITTED, Account.RESERVED, shares, _("Decommitted"), "decommit", by, source)


def record_accrued(
    line: BudgetLine, shares: Iterable[tuple[Organisation, int]], *, by: Any, source: models.Model
) -> LedgerMovement:
    """A milestone is accepted: its money is owed."""
    return _shift(line, Account.COMMITTED, Account.ACCRUED, shares, _("Owed"), "accrue", by, source)


def record_paid(
    line: BudgetLine, shares: Iterable[tuple[Organisation, int]], *, by: Any, source: models.Model
) -> LedgerMovement:
    """A payment left the bank account."""
    return _shift(line, Account.ACCRUED, Account.PAID, shares, _("Paid"), "pay", by, source)


def record_not_owed(
    line: BudgetLine, shares: Iterable[tuple[Organisation, int]], *, by: Any, source: models.Model
) -> LedgerMovement:
    """What was owed and not paid is owed no more, because the work for it was not accepted (cap-43). It is committed
    again; `record_decommitted` gives it back to the call."""
    return _shift(line, Account.ACCRUED, Account.COMMITTED, shares, _("Not owed"), "unaccrue", by, source)


def record_recovered(
    line: BudgetLine, shares: Iterable[tuple[Organisation, int]], *, by: Any, source: models.Model
) -> LedgerMovement:
    """Money that was paid came back (cap-43). What was paid stays in the books; the account of what was recovered stands
    against it with a minus, so that there is room under the ceiling again, and the call has the money."""
    return _shift(line, Account.RECOVERED, Account.RESERVED, shares, _("Repaid"), "recover", by, source)


def record_kpi(project: Project, code: str, *, key: str, delta: int = 1, by: Any, note: str = "") -> None:
    """Count something towards the project's indicator `code`, once per `key`; nothing if it has no such indicator."""
    indicator = Indicator.objects.filter(project=project, code=code).first()
    if indicator is not None:
        KpiEvent.objects.get_or_create(
            key=f"{indicator.pk}:{key}",
            defaults={"indicator": indicator, "delta": delta, "by": by, "note": note},
        )


@transaction.atomic(durable=True)
def add_kpi_event(indicator: Indicator, *, delta: int, note: str, by: Any) -> KpiEvent:
    """Count something by hand, with what an auditor needs to believe it; a mistake is undone by a negative number."""
    if delta == 0:
        raise DomainError(_("Zero changes nothing."), field="delta")
    return KpiEvent.objects.create(
        indicator=indicator, key=f"{indicator.pk}:hand:{uuid.uuid4()}", delta=delta, note=note, by=by
    )


def lock_money(project: Project) -> None:
    """Everything that moves a project's money waits for its turn; the database takes the same lock itself."""
    lock_exclusive("ledger", project.pk)


def _shift(
    line: BudgetLine,
    source_account: Account,
    target_account: Account,
    shares: Iterable[tuple[Organisation, int]],
    what: str,
    kind: str,
    by: Any,
    source: models.Model,
    outside: Mapping[int, int] = _NONE,
) -> LedgerMovement:
    _lock_all(line.project, with_sisters=target_account in {Account.AWARDED, Account.COMMITTED})
    legs: list[Leg] = []
    for organisation, cents in shares:
        holder = None if source_account == Account.RESERVED else organisation
        receiver = None if target_account == Account.RESERVED else organisation
        legs += [(source_account, -cents, line, holder), (target_account, cents, line, receiver)]
    if source_account == Account.RESERVED:
        _check_reserved(line, legs)
        check_ceilings(line.project, [(holder, cents) for _a, cents, _l, holder in legs if holder], outside)
    elif (source_account, target_account) == (Account.AWARDED, Account.COMMITTED):
        check_ceilings(line.project, [(holder, 0) for _a, _c, _l, holder in legs if holder], outside)
    key = f"{kind}:{source._meta.label_lower}:{source.pk}"
    return _move(line.project, key, f"{what}: {source}"[:200], legs, by=by, source=source)


def _check_reserved(line: BudgetLine, legs: list[Leg]) -> None:
    asked = sum(cents for account, cents, _line, _org in legs if account == Account.AWARDED)
    left = queries.line_balance(line, Account.RESERVED)
    if asked > left:
        raise BudgetExceeded(
            _("%(asked)s EUR do not fit into what is left of this call, %(left)s.")
            % {"asked": format_eur(asked), "left": format_eur(left)}
        )


def _lock_all(project: Project, *, with_sisters: bool) -> None:
    """The project's money and, where a ceiling counts them, that of its sisters: always in the same order."""
    sisters = queries.ceiling(project).sisters if with_sisters else ()
    for pk in sorted({project.pk, *sisters}):
        lock_exclusive("ledger", pk)


def _move(
    project: Project, key: str, what: str, legs: Iterable[Leg], *, by: Any, source: models.Model
) -> LedgerMovement:
    """Write one movement and let PostgreSQL judge it at once, so that a refusal is told here and not at commit. One that
    is told again with the same key is there already; raises DomainError when it is told with other amounts."""
    legs = [leg for leg in legs if leg[1]]
    known = LedgerMovement.objects.filter(key=key).first()
    if known is not None:
        if _legs_of(known) != sorted(map(_plain, legs)):
            raise DomainError(_("The books hold another amount for this already: look at the entries."))
        return known
    try:
        with transaction.atomic():
            movement = LedgerMovement.objects.create(
                key=key,
                project=project,
                what=what,
                by=by,
                source_type=ContentType.objects.get_for_model(source),
                source_id=source.pk,
            )
            LedgerEntry.objects.bulk_create(
                LedgerEntry(
                    movement=movement,
                    account=account,
                    amount_cents=cents,
                    project=project,
                    budget_line=line,
                    voucher_type_id=line.voucher_type_id if line else None,
                    organisation=organisation,
                )
                for account, cents, line, organisation in legs
            )
            queries.check_now()
    except DatabaseError as error:
        raise BudgetExceeded(_("The books refuse this: %s") % str(error).splitlines()[0]) from error
    return movement


def _plain(leg: Leg) -> tuple[str, int, int, int]:
    """A leg by its numbers, to compare it."""
    account, cents, line, organisation = leg
    return str(account), cents, line.pk if line else 0, organisation.pk if organisation else 0


def _legs_of(movement: LedgerMovement) -> list[tuple[str, int, int, int]]:
    """The legs of a movement as they are written, in order: one query."""
    rows = LedgerEntry.objects.filter(movement=movement).values_list(
        "account", "amount_cents", "budget_line", "organisation"
    )
    return sorted(
        (account, cents, line or 0, organisation or 0) for account, cents, line, organisation in rows
    )
