"""What waits for the managers of a project: calls to finish, to confirm, opening or closing soon."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from calls.models import Call
from calls.states import CallPhase, CallState
from core import clock
from core.actions import NextAction
from funding.models import Project

SOON = timedelta(days=14)


def next_actions(user: Any) -> list[NextAction]:
    """Drafts to finish, proposals waiting for a second manager, calls that open or close within two weeks. One query."""
    now = clock.now()
    soon = Q(opens_at__gt=now, opens_at__lte=now + SOON) | Q(closes_at__gt=now, closes_at__lte=now + SOON)
    found = (
        Call.objects.filter(project__in=Project.objects.managed_by(user).values("pk"))
        .filter(Q(state=CallState.DRAFT) | Q(state=CallState.PUBLISHED) & soon)
        .select_related("project", "publication_proposed_by")
    )
    return [_action(call, user) for call in found]


def _action(call: Call, user: Any) -> NextAction:
    names = {"call": str(call)}
    workshop = reverse("calls:call_edit", args=[call.slug])
    if call.state == CallState.DRAFT and call.publication_proposed_at:
        if call.publication_proposed_by_id == user.pk:
            title = _("Another manager confirms the publication of %(call)s") % names
            return NextAction(title, workshop, call.project.acronym, call.opens_at, waiting_for_others=True)
        return NextAction(
            _("Publish %(call)s, or say what is missing") % names,
            reverse("calls:call_publication", args=[call.slug]),
            _("%(name)s proposes to publish it") % {"name": call.publication_proposed_by},
            call.opens_at,
        )
    if call.state == CallState.DRAFT:
        return NextAction(
            _("Finish the call %(call)s") % names, workshop, call.project.acronym, call.opens_at
        )
    if call.phase() == CallPhase.UPCOMING:
        title = _("%(call)s opens by itself") % names
        return NextAction(
            title, call.get_absolute_url(), call.project.acronym, call.opens_at, waiting_for_others=True
        )
    title = _("%(call)s closes for applicants") % names
    return NextAction(
        title, call.get_absolute_url(), call.project.acronym, call.closes_at, waiting_for_others=True
    )
