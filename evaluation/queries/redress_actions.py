"""What waits for a person about objections: lines of the home pages, of both sides."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.actions import NextAction
from evaluation.models import Objection
from evaluation.states import ObjectionState
from funding.models import ProjectMember

ENDED = (ObjectionState.INADMISSIBLE, ObjectionState.REJECTED, ObjectionState.REDECIDED)


def objection_actions(user: Any) -> list[NextAction]:
    """Objections to name a handler for, to answer, to decide again; and own ones that others examine. One query."""
    managed = ProjectMember.objects.filter(
        user=user,
        role=ProjectMember.Role.MANAGER,
        ended_at__isnull=True,
        project=OuterRef("application__call__project"),
    )
    staff, own = Objection.objects.visible_to_staff(user), Objection.objects.visible_to(user)
    rows = (
        Objection.objects.exclude(state__in=ENDED)
        .annotate(
            manages=Exists(managed),
            is_own=Exists(own.filter(pk=OuterRef("pk"))),
            is_staff=Exists(staff.filter(pk=OuterRef("pk"))),
        )
        .filter(Q(is_own=True) | Q(is_staff=True, manages=True) | Q(is_staff=True, handler=user))
        .select_related("application__call", "handler", "reexamination")
        .order_by("answer_by")
    )
    lines = []
    for one in rows:
        lines += _own_line(one) if one.is_own else _staff_line(one, user, one.manages)
    return lines


def _own_line(one: Objection) -> list[NextAction]:
    if one.state == ObjectionState.UPHELD:
        text = _("Your application %s is being examined again") % one.application.ref
    else:
        text = _("Your objection about %s is being examined") % one.application.ref
    due = one.answer_by if one.state != ObjectionState.UPHELD else None
    page = reverse("evaluation:application_objection", args=[one.application.ref])
    return [NextAction(text, page, str(one.application.call.title), due, waiting_for_others=True)]


def _staff_line(one: Objection, user: Any, manages: bool) -> list[NextAction]:
    ref, title, mine = one.application.ref, str(one.application.call.title), one.handler_id == user.pk
    page, due = one.get_absolute_url(), one.answer_by
    tone = "bad" if one.is_overdue else "warn" if (due - clock.now()).days < 7 else ""
    if one.state == ObjectionState.FILED:
        text = _("Name who examines the objection about %s")
        return [NextAction(text % ref, page, title, due, tone)] if manages else []
    if one.state == ObjectionState.HANDLING and mine:
        return [NextAction(_("Answer the objection about %s") % ref, page, title, due, tone)]
    if one.state == ObjectionState.HANDLING:
        text = _("The objection about %s is being examined")
        return [NextAction(text % ref, page, title, due, tone, waiting_for_others=True)]
    made = getattr(one, "reexamination", None)
    if made is None and mine:
        return [NextAction(_("Examine %s again: its objection is upheld") % ref, page, title)]
    if made is None:
        return [NextAction(_("%s is being examined again") % ref, page, title, waiting_for_others=True)]
    if made.proposed_by_id == user.pk:
        text = _("A manager confirms the new decision on %s")
        return [NextAction(text % ref, page, title, waiting_for_others=True)]
    return [NextAction(_("Confirm the new decision on %s") % ref, page, title)]
