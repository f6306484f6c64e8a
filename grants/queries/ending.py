"""What waits for a person at the end of agreements: closing, recovery orders, repayments."""

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from core.actions import NextAction
from core.money import with_currency
from grants.debts import RecoveryOrder
from grants.models import Agreement, Milestone
from grants.queries.debts import waits_for_closing
from grants.queries.sheets import end_of, today
from grants.states import UNSETTLED, AgreementState, MilestoneState, RecoveryState


def to_close(user: Any, projects: set[int]) -> list[NextAction]:
    """Agreements whose last report was refused and whose advance waits for a word: few, so each is a line."""
    refused = Milestone.objects.filter(agreement=OuterRef("pk"), state=MilestoneState.REFUSED)
    still = Milestone.objects.filter(
        agreement=OuterRef("pk"),
        state__in=[MilestoneState.PLANNED, MilestoneState.REPORTED, MilestoneState.RETURNED],
    )
    found = (
        Agreement.objects.visible_to_staff(user)
        .filter(Exists(refused), ~Exists(still), state=AgreementState.IN_FORCE)
        .filter(application__call__project__in=projects)
        .select_related("application__call")
        .defer("data")
    )
    return [
        NextAction(
            _("Close the agreement: say what of the advance is accepted"),
            reverse("grants:agreement_end", args=[one.application.call.slug, one.ref]),
            one.ref,
        )
        for one in found
        if waits_for_closing(one)
    ]


def recoveries(user: Any, projects: set[int]) -> list[NextAction]:
    """Recovery orders to confirm, waivers to decide, and orders that are not repaid in time."""
    found = (
        RecoveryOrder.objects.visible_to_staff(user)
        .filter(agreement__application__call__project__in=projects)
        .filter(state__in=[RecoveryState.PROPOSED, *UNSETTLED])
        .select_related("organisation", "agreement__application__call")
        .defer("agreement__data")
    )
    lines = []
    for order in found:
        told = f"{order.organisation}, {with_currency(order.open_cents or order.amount_cents)}"
        page, call = order.get_absolute_url(), order.agreement.application.call
        if order.state == RecoveryState.PROPOSED:
            own = order.proposed_by_id == user.pk
            text = _("A second person confirms a recovery order") if own else _("Confirm a recovery order")
            lines.append(NextAction(text, page, told, waiting_for_others=own))
            continue
        if order.waiver_by_id is not None:
            own = order.waiver_by_id == user.pk
            text = _("A second person decides on a waiver") if own else _("Decide on a waiver")
            lines.append(NextAction(text, page, told, waiting_for_others=own))
        if order.is_overdue(today(call.zone)):
            lines.append(NextAction(_("A repayment is overdue"), page, told, tone="warn"))
    return lines


def to_repay(user: Any) -> list[NextAction]:
    """What the person's organisations have to pay back."""
    found = (
        RecoveryOrder.objects.visible_to(user)
        .unsettled()
        .select_related("agreement__application__call")
        .defer("agreement__data")
    )
    lines = []
    for order in found:
        zone = order.agreement.application.call.zone or settings.DEFAULT_ZONE
        late = order.is_overdue(today(zone))
        text = _("Repay what was asked back: it is overdue") if late else _("Repay what was asked back")
        due = end_of(order.due_on, zone) if order.due_on else None
        url = order.own_url()
        told = f"{with_currency(order.open_cents)}, {order.ref}"
        lines.append(NextAction(text, url, told, due, "warn" if late else ""))
    return lines
