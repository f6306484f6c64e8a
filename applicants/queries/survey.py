"""What applicants of a call said about applying, told so that nobody is recognisable."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median

from applicants.models import Application, SurveyAnswer
from applicants.models.survey import EASE, LEAST_ANSWERS
from applicants.states import ApplicationState
from calls.models import Call


@dataclass(frozen=True)
class Survey:
    """The answers of a call together. Below LEAST_ANSWERS it holds their number alone."""

    answered: int
    mean_ease: str = ""  # one decimal, rounded half up
    counts: list[tuple[str, int, str]] = field(default_factory=list)  # rows of a picture, 1 to 5
    median_hours: str = ""  # empty while fewer than LEAST_ANSWERS told their hours
    words: list[str] = field(default_factory=list)  # by the alphabet: their order tells nothing

    @property
    def is_shown(self) -> bool:
        return self.answered >= LEAST_ANSWERS


def takes_survey(application: Application) -> bool:
    """Does it take answers now: something submitted counts, and nothing is decided yet?"""
    undecided = {ApplicationState.OPEN, ApplicationState.ELIGIBLE}
    return application.state in undecided and application.last_final_id is not None


def survey_answer_of(application: Application) -> SurveyAnswer | None:
    """What the application's people said, if anything."""
    return SurveyAnswer.objects.filter(application=application).first()


def survey_of(call: Call) -> Survey:
    """All answers of a call, also of files withdrawn later (so that no answer is told by taking it away). One query."""
    given = list(
        SurveyAnswer.objects.filter(application__call=call).order_by().values_list("ease", "hours", "words")
    )
    answered = len(given)
    if answered < LEAST_ANSWERS:
        return Survey(answered)
    often = Counter(ease for ease, _hours, _words in given)
    hours = [Fraction(told) for _ease, told, _words in given if told is not None]
    return Survey(
        answered,
        mean_ease=_one_decimal(Fraction(sum(ease for ease, _hours, _words in given), answered)),
        counts=[(str(ease), often[ease], str(often[ease])) for ease in EASE],
        median_hours=_one_decimal(median(hours)).removesuffix(".0") if len(hours) >= LEAST_ANSWERS else "",
        words=sorted(said for _ease, _hours, said in given if said),
    )


def _one_decimal(figure: Fraction) -> str:
    exact = Decimal(figure.numerator) / Decimal(figure.denominator)
    return f"{exact.quantize(Decimal('0.1'), ROUND_HALF_UP):f}"
