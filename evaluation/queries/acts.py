"""The part of an application's timeline that evaluation knows: that evaluators read it. Who they are, what they gave and
what is decided stays here until the release, which `applicants` tells."""

from django.utils.translation import gettext as _

from applicants.models import Application
from applicants.states import ApplicationState
from core.audit import history
from core.timeline import Act
from evaluation.queries.files import round_of_file
from evaluation.states import RoundState


def acts(application: Application) -> list[Act]:
    """When the evaluators of a file that passed the check began: two queries."""
    left = (ApplicationState.OPEN, ApplicationState.INELIGIBLE, ApplicationState.WITHDRAWN)
    round = None if application.state in left else round_of_file(application)
    if round is None:
        return []
    begun = history(round).filter(to_state=RoundState.SCORING).order_by("pk").first()
    return [Act(begun.at, _("Independent evaluators began to read it"))] if begun else []
