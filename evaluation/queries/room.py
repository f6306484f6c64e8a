"""What a round may give, where a call has several: its own money, what earlier ones left, and what they gave already."""

from django.db.models import QuerySet, Sum

from applicants.states import ApplicationState
from calls.intake import CallModel, room_cents
from evaluation.listing import Before, Candidate, Rules
from evaluation.models import Decision, Round
from evaluation.queries.facts import facts_of
from evaluation.queries.files import round_files
from evaluation.scoring import Result
from evaluation.states import DecisionState, Outcome, RoundState
from funding.models import Account
from funding.queries import line_balance

DECIDED = (RoundState.CONFIRMED, RoundState.RELEASED)


def room_of(round: Round) -> int:
    """What the round may still give, in cents: what stands in the call's line, for a cut-off within its own money."""
    call = round.call
    left = line_balance(call.budget_line, Account.RESERVED) if call.budget_line else 0
    if round.cut_off is None:
        return left
    cut_offs = list(call.cut_offs.all())
    given = dict(
        _standing(round).values_list("round__cut_off").annotate(cents=Sum("amount_cents")).order_by()
    )
    return room_cents(
        [one.budget_cents for one in cut_offs],
        [given.get(one.pk, 0) for one in cut_offs],
        round.cut_off.position,
        carry_over=call.carry_over,
        left=left,
    )


def undecided_before(round: Round) -> Round | None:
    """An earlier round of the call whose files are not decided, where this one gives what that one leaves."""
    call = round.call
    if call.call_model == CallModel.CLAIM:
        return None  # its money is held already
    shares_money = (
        call.carry_over or call.is_rolling or (round.cut_off and round.cut_off.budget_cents is None)
    )
    if not shares_money:
        return None
    earlier = Round.objects.filter(call=call, number__lt=round.number).exclude(state__in=DECIDED)
    pending = (ApplicationState.OPEN, ApplicationState.ELIGIBLE)
    for one in earlier.select_related("call", "cut_off").order_by("number"):
        if round_files(one).filter(state__in=pending).exists():
            return one
    return None


def before(round: Round, rules: Rules) -> Before:
    """What the other rounds of the call have given, and, first come, first served, who waits since an earlier one."""
    call = round.call
    if not call.has_cut_offs and not call.is_rolling:
        return Before()
    rows = list(_standing(round).exclude(round=round).select_related("application", "version"))
    facts = facts_of(call, rules, [row.version_id for row in rows])
    kept = [
        (
            Candidate(
                key=row.application.ref,
                result=Result({}, row.total or 0, ()),  # type: ignore[arg-type]
                arrived=row.version.arrived_at or row.decided_at,
                amount_cents=row.amount_cents,
                facts=facts[row.version_id],
            ),
            row.amount_cents,
        )
        for row in rows
    ]
    return Before(tuple(kept), tuple(waiting_before(round).values_list("application__ref", flat=True)))


def waiting_before(round: Round) -> QuerySet[Decision]:
    """The files of earlier batches that passed and still wait for money, first come first."""
    if not round.call.is_rolling:
        return Decision.objects.none()
    return Decision.objects.filter(
        round__call=round.call_id,
        round__number__lt=round.number,
        outcome=Outcome.RESERVE,
        state__in=[DecisionState.CONFIRMED, DecisionState.RELEASED],
        application__state__in=[ApplicationState.ELIGIBLE, ApplicationState.RESERVE],
    ).order_by("version__arrived_at", "pk")


def _standing(round: Round) -> QuerySet[Decision]:
    """The awards of all rounds of the call that stand in the books."""
    return Decision.objects.filter(
        round__call=round.call_id,
        outcome=Outcome.FUND,
        state__in=[DecisionState.CONFIRMED, DecisionState.RELEASED],
        taken_back_at__isnull=True,
    )
