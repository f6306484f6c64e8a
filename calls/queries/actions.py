"""What waits for the managers of a project: calls to finish, to confirm, opening or closing soon."""

from datetime import timedelta
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, When
from django.urls import reverse
from django.utils.translation import gettext as _

from calls.models import Call, Channel
from calls.publication import Part
from calls.states import CallPhase, CallState
from core import clock
from core.actions import NextAction
from funding.models import Project

SOON = timedelta(days=14)


def next_actions(user: Any) -> list[NextAction]:
    """Drafts to finish, proposals waiting for a second manager, calls that open or close within two weeks, and those
    whose publication on the portal is not proven yet. One query."""
    now = clock.now()
    soon = Q(opens_at__gt=now, opens_at__lte=now + SOON) | Q(closes_at__gt=now, closes_at__lte=now + SOON)
    unproven = Channel.objects.filter(
        call=OuterRef("pk"), kind=Channel.Kind.PORTAL, published_on__isnull=True
    )
    running = Q(state=CallState.PUBLISHED, closes_at__gte=now)
    found = (
        Call.objects.filter(project__in=Project.objects.managed_by(user).values("pk"))
        .annotate(is_soon=Case(When(soon, then=True), default=False), is_unproven=Exists(unproven))
        .filter(Q(state=CallState.DRAFT) | running & (Q(is_soon=True) | Q(is_unproven=True)))
        .select_related("project", "publication_proposed_by")
    )
    actions = [_action(call, user) for call in found if call.state == CallState.DRAFT or call.is_soon]
    return actions + [_evidence(call) for call in found if call.state != CallState.DRAFT and call.is_unproven]


def _evidence(call: Call) -> NextAction:
    return NextAction(
        _("Record where %(call)s is published") % {"call": str(call)},
        reverse("calls:call_part", args=[call.slug, Part.CHANNELS.value]),
        _("the day and the link on the EU portal"),
        call.opens_at,
    )


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
