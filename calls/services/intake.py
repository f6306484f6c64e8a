"""How a draft takes its applications: its model, its cut-offs, what waits when the money is held."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from calls import intake
from calls.calendar import in_words, stamp
from calls.intake import FEEDBACK_ANSWER_DAYS, CallModel, CutOffPlan, Intake
from calls.models import Call, CallChange, CutOff
from calls.publication import Part, around
from calls.queries import cut_off_plans, planned
from calls.services._common import check_seen, lock_draft, record_part, set_columns
from core import audit, clock
from core.errors import DomainError


@transaction.atomic(durable=True)
def change_intake(
    call: Call,
    *,
    call_model: str,
    by: Any,
    cut_offs: Sequence[CutOffPlan] = (),
    carry_over: bool = False,
    waiting_most: int = 0,
    answer_days: int | None = None,
    final_at_once: bool = False,
    feedback_days: int | None = None,
    feedback_answer_days: int = FEEDBACK_ANSWER_DAYS,
    extension_days: int | None = None,
    seen: str = "",
) -> Call:
    """Set how a draft takes its applications (`CallModel`); with several cut-offs the last one is the call's deadline.

    Raises DomainError for cut-offs that contradict one another or the call, with the figure.
    """
    call = lock_draft(call, Part.INTAKE)
    check_seen(call, Part.INTAKE, seen)
    wanted = Intake(
        call_model,
        cut_offs,
        carry_over,
        waiting_most,
        answer_days,
        final_at_once,
        feedback_days,
        feedback_answer_days,
        extension_days,
    )
    if faults := intake.faults(wanted, around(planned(call))):
        raise DomainError(faults[0].message, field=faults[0].setting)
    values = {
        "call_model": call_model,
        "carry_over": carry_over and call_model == CallModel.CUT_OFFS,
        "waiting_most": waiting_most if call_model == CallModel.CLAIM else 0,
        "answer_days": answer_days if wanted.is_rolling else None,
        "final_at_once": final_at_once and not wanted.is_rolling,
        "feedback_days": feedback_days,
        "feedback_answer_days": feedback_answer_days,
        "extension_days": extension_days,
    }
    dated = [one.closes_at for one in cut_offs if one.closes_at is not None]
    if dated and call.opens_at is not None:
        values["closes_at"] = dated[-1]
    before = [str(one.closes_at) for one in cut_off_plans(call)]
    changed = set_columns(call, values)
    CutOff.objects.filter(call=call).delete()
    _write_cut_offs(call, cut_offs)
    if changed or before or cut_offs:
        told = {"cut_offs": [before, [str(one.closes_at) for one in cut_offs]]}
        record_part(call, Part.INTAKE, by=by, changed={**changed, **told})
    return call


def _write_cut_offs(call: Call, cut_offs: Sequence[CutOffPlan]) -> None:
    CutOff.objects.bulk_create(
        CutOff(
            call=call,
            position=position,
            closes_at=one.closes_at,
            name=one.name,
            decision_by=one.decision_by,
            countries=sorted(set(one.countries)),
            answers=list(one.answers),
            budget_cents=one.budget_cents,
        )
        for position, one in enumerate(cut_offs)
    )


def check_last_cut_off(call: Call, closes_at: Any) -> None:
    """Raise DomainError when the deadline is another than the last cut-off, or a cut-off is not before it."""
    dated = [one.closes_at for one in cut_off_plans(call) if one.closes_at is not None]
    if dated and closes_at != dated[-1]:
        sentence = _(
            "The deadline of this call is its last cut-off, %s: change it on “How applications are taken”."
        )
        raise DomainError(sentence % in_words(dated[-1], call.zone), field="closes_day")


def record_exhausted(call: Call, *, at: Any, by: Any) -> Call:
    """The money of a first come, first served call is used up: it takes nothing that arrives after `at` (UTC), and that
    stays (rank-48). Everybody reads it; who has a draft is told as after a deadline (applicants.jobs). Told by later
    stages, in their transaction; telling it twice changes nothing."""
    if call.exhausted_at is not None:
        return call
    call.exhausted_at = at
    call.save(update_fields=["exhausted_at"])
    audit.record(call, "call.exhausted", by=by, data={"exhausted_at": at.isoformat()})
    with translation.override(settings.LANGUAGE_CODE):
        text = _("The money of this call is used. The last application that was taken arrived on %s.")
        CallChange.objects.create(
            call=call,
            kind=CallChange.Kind.EXHAUSTED,
            text=text % stamp(at, call.zone),
            announced_at=clock.now(),
        )
    return call
