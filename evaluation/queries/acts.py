"""The part of an application's timeline that evaluation knows: that evaluators read it. Who they are, what they gave and
what is decided stays here until the release, which `applicants` tells."""

from django.urls import reverse
from django.utils.translation import gettext as _

from applicants.models import Application
from applicants.states import ApplicationState
from core import clock
from core.audit import history
from core.timeline import Act, Coming
from evaluation.models import Objection
from evaluation.queries.files import round_of_file
from evaluation.queries.redress import standing_of
from evaluation.states import ObjectionState, RoundState


def acts(application: Application) -> list[Act]:
    """When the evaluators of a file that passed the check began, and what became of objections: three queries."""
    return [*_judged(application), *_objections(application)]


def _objections(application: Application) -> list[Act]:
    page = reverse("evaluation:application_objection", args=[application.ref])
    told = []
    for one in Objection.objects.filter(application=application).order_by("pk"):
        told.append(Act(one.filed_at, _("You objected to the decision"), one.ref, page))
        if one.named_at is not None:
            told.append(Act(one.named_at, _("A person who did not take part examines your objection")))
        if one.answered_at is not None:
            state = one.state if one.state != ObjectionState.REDECIDED else ObjectionState.UPHELD
            told.append(
                Act(one.answered_at, _("Your objection was answered"), str(ObjectionState(state).label), page)
            )
    return told


def coming(application: Application) -> list[Coming]:
    """Until when the applicant may object, or by when an objection is answered."""
    page = reverse("evaluation:application_objection", args=[application.ref])
    found = list(Objection.objects.filter(application=application))
    waits = [one for one in found if one.state in (ObjectionState.FILED, ObjectionState.HANDLING)]
    if waits:
        return [Coming(_("Your objection is answered, with reasons"), waits[0].answer_by, url=page)]
    standing = standing_of(application)
    if standing is None or standing.matter in {one.matter for one in found}:
        return []
    if not standing.is_in_time(clock.now()):
        return []
    return [Coming(_("You may object to the decision, if a rule was not kept"), standing.last_at, url=page)]


def _judged(application: Application) -> list[Act]:
    left = (ApplicationState.OPEN, ApplicationState.INELIGIBLE, ApplicationState.WITHDRAWN)
    round = None if application.state in left else round_of_file(application)
    if round is None:
        return []
    begun = history(round).filter(to_state=RoundState.SCORING).order_by("pk").first()
    return [Act(begun.at, _("Independent evaluators began to read it"))] if begun else []
