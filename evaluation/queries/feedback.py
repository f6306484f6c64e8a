"""What an applicant reads of the evaluation of the own file, after the release and not before."""

from dataclasses import dataclass
from decimal import Decimal

from applicants.models import Application
from evaluation.feedback import Figures, figures_of
from evaluation.models import Assignment, Decision, DecisionCondition, EvaluationSummary, Reexamination
from evaluation.queries.consensus import closed_reports
from evaluation.queries.ranked import result_of, rules_of, scheme_of, sheets_of, shifts_of
from evaluation.queries.redress import told
from evaluation.scoring import Result, combined_result
from evaluation.states import DecisionState, Matter


@dataclass(frozen=True)
class Feedback:
    """The decision on one file as released, with the figures behind it (None where nobody scored it)."""

    decision: Decision
    conditions: list[DecisionCondition]
    figures: Figures | None
    is_anew: bool
    is_levelled: bool

    @property
    def has_words(self) -> bool:
        """Do the words stand beside their criteria? Otherwise the summary is shown as it was written."""
        return self.figures is not None and any(line.words for line in self.figures.lines)


def feedback_of(application: Application) -> Feedback | None:
    """The feedback on a file whose applicant was told the decision; None before that, whatever is decided (QR16)."""
    found = told(application)
    if found is None or found[0] != Matter.DECISION:
        return None
    decision = (
        Decision.objects.filter(application=application, state=DecisionState.RELEASED)
        .select_related("round__call__project", "round__cut_off", "version")
        .prefetch_related("shares__organisation")
        .order_by("pk")
        .last()
    )
    if decision is None:
        return None
    anew = Reexamination.objects.filter(objection__application=application, confirmed_at__isnull=False).last()
    result = _result(application, decision, anew)
    scheme = scheme_of(decision.round.call) if result is not None else None
    return Feedback(
        decision=decision,
        conditions=list(decision.conditions.all()),
        figures=figures_of(scheme, result, decision.feedback) if scheme and result else None,
        is_anew=anew is not None,
        is_levelled=decision.round.call.normalise and not (anew and anew.scores),
    )


def _result(application: Application, decision: Decision, anew: Reexamination | None) -> Result | None:
    """Of the scores given anew after an objection, of the consensus, or of every sheet; None where nobody scored."""
    round = decision.round
    if not round.call.is_scored:
        return None
    if anew is not None and anew.scores:
        scores = {code: Decimal(value) for code, value in anew.scores.items()}
        return combined_result(scheme_of(round.call), [scores])
    counted = Assignment.objects.counted().filter(round=round, application=application)
    sheets = sheets_of(counted).get(application.pk, [])
    if not sheets:
        return None
    rules = rules_of(round.call, budget_cents=0)
    return result_of(rules, sheets, closed_reports(round).get(application.pk), shifts_of(round, rules))


def kept_summary(application: Application, language: str, mark: str) -> EvaluationSummary | None:
    """The printed summary that says what is known now, if it was made."""
    rows = EvaluationSummary.objects.filter(application=application, language=language, fingerprint=mark)
    return rows.select_related("file").first()
