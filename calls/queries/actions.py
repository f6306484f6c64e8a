"""What waits for the managers of a project: calls to finish, to confirm, opening or closing soon."""

from datetime import timedelta
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.models import Call, Channel, CutOff, Enquiry, FormRevision
from calls.publication import Part
from calls.states import CallPhase, CallState
from core import clock
from core.actions import NextAction
from funding.models import Project

SOON = timedelta(days=14)
ANSWER_WITHIN = timedelta(days=5)
"""In this time a question should have its answer; a habit of the product, no rule."""


def next_actions(user: Any) -> list[NextAction]:
    """Drafts to finish, proposals waiting for a second manager, calls that open or close within two weeks, and those
    whose publication on the portal is not proven yet; changed forms that wait for a second manager; questions that wait for an answer. One query."""
    now = clock.now()
    cut_off = CutOff.objects.filter(call=OuterRef("pk"), closes_at__gte=now).order_by("closes_at")
    soon = Q(opens_at__gt=now, opens_at__lte=now + SOON) | Q(closes_next__gt=now, closes_next__lte=now + SOON)
    unproven = Channel.objects.filter(
        call=OuterRef("pk"), kind=Channel.Kind.PORTAL, published_on__isnull=True
    )
    waiting = Enquiry.objects.filter(call=OuterRef("pk"), answer=None, aside_at=None).order_by("asked_at")
    counted = waiting.order_by().values("call").annotate(n=Count("pk")).values("n")
    proposed = FormRevision.objects.filter(call=OuterRef("pk"), frozen_at=None, proposed_at__isnull=False)
    running = Q(state=CallState.PUBLISHED, closes_at__gte=now, exhausted_at=None)
    found = (
        Call.objects.filter(project__in=Project.objects.managed_by(user).values("pk"))
        .annotate(closes_next=Coalesce(Subquery(cut_off.values("closes_at")[:1]), "closes_at"))
        .annotate(is_soon=Case(When(soon, then=True), default=False), is_unproven=Exists(unproven))
        .annotate(asked=Subquery(counted), asked_since=Subquery(waiting.values("asked_at")[:1]))
        .annotate(form_by=Subquery(proposed.values("proposed_by")[:1]))
        .annotate(form_by_name=Subquery(proposed.values("proposed_by__full_name")[:1]))
        .filter(
            Q(state=CallState.DRAFT)
            | running & (Q(is_soon=True) | Q(is_unproven=True) | Q(form_by__isnull=False))
            | Q(state=CallState.PUBLISHED, asked__gt=0)
        )
        .select_related("project", "publication_proposed_by")
    )
    actions = [_action(call, user) for call in found if call.state == CallState.DRAFT or call.is_soon]
    published = [call for call in found if call.state != CallState.DRAFT]
    actions += [
        _evidence(call) for call in published if call.is_unproven and call.phase(now) != CallPhase.CLOSED
    ]
    actions += [
        _form(call, user) for call in published if call.form_by and call.phase(now) != CallPhase.CLOSED
    ]
    return actions + [_questions(call) for call in published if call.asked]


def _questions(call: Any) -> NextAction:
    """To be answered within ANSWER_WITHIN, and in any case before the deadline."""
    return NextAction(
        ngettext("Answer %(n)d question about %(call)s", "Answer %(n)d questions about %(call)s", call.asked)
        % {"n": call.asked, "call": str(call)},
        reverse("calls:enquiry_list", args=[call.slug]),
        call.project.acronym,
        min(call.asked_since + ANSWER_WITHIN, call.closes_at),
    )


def _form(call: Any, user: Any) -> NextAction:
    """A change of the form helps only those who still write: the sooner the better, at the latest at the deadline."""
    names, url = {"call": str(call)}, reverse("applicants:staff_form_change", args=[call.slug])
    if call.form_by == user.pk:
        title = _("Another manager confirms the changed form of %(call)s") % names
        return NextAction(title, url, call.project.acronym, call.closes_at, waiting_for_others=True)
    return NextAction(
        _("Put the changed form of %(call)s in force, or say what is missing") % names,
        url,
        _("%(name)s proposes the change") % {"name": call.form_by_name},
        call.closes_at,
    )


def _evidence(call: Call) -> NextAction:
    return NextAction(
        _("Record where %(call)s is published") % {"call": str(call)},
        reverse("calls:call_part", args=[call.slug, Part.CHANNELS.value]),
        _("the day and the link on the EU portal"),
        call.opens_at,
    )


def _action(call: Any, user: Any) -> NextAction:
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
    title = (
        _("A cut-off of %(call)s passes")
        if call.closes_next != call.closes_at
        else _("%(call)s closes for applicants")
    )
    return NextAction(
        title % names,
        call.get_absolute_url(),
        call.project.acronym,
        call.closes_next,
        waiting_for_others=True,
    )
