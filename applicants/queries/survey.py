"""What applicants of a call said about applying, told so that nobody is recognisable."""

from applicants.models import Application, SurveyAnswer
from applicants.states import ApplicationState
from calls.models import Call
from core.surveys import Answers, together


def takes_survey(application: Application) -> bool:
    """Does it take answers now: something submitted counts, and nothing is decided yet?"""
    undecided = {ApplicationState.OPEN, ApplicationState.ELIGIBLE}
    return application.state in undecided and application.last_final_id is not None


def survey_answer_of(application: Application) -> SurveyAnswer | None:
    """What the application's people said, if anything."""
    return SurveyAnswer.objects.filter(application=application).first()


def survey_of(call: Call) -> Answers:
    """All answers of a call, also of files withdrawn later (so that no answer is told by taking it away). One query."""
    return together(SurveyAnswer.objects.filter(application__call=call), "ease")
