"""Consensus reports: which files need one, what it says, who has answered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evaluation.feedback import Opinion
from evaluation.models import Assignment, Consensus, ConsensusAnswer, ConsensusScore, Round
from evaluation.states import ConsensusState


@dataclass(frozen=True)
class Report:
    """A consensus as its pages show it: its text by criterion, and each other evaluator with the answer given."""

    consensus: Consensus
    opinion: Opinion
    others: list[tuple[Assignment, ConsensusAnswer | None]]

    @property
    def dissents(self) -> list[tuple[Assignment, ConsensusAnswer]]:
        """Who does not agree, with their words."""
        return [(sheet, answer) for sheet, answer in self.others if answer is not None and not answer.agrees]

    @property
    def is_answered(self) -> bool:
        return all(answer is not None for _sheet, answer in self.others)


def closed_reports(round: Round) -> dict[int, Opinion]:
    """The reports that count, by the file's number: one query."""
    scores: dict[int, dict[str, Decimal]] = defaultdict(dict)
    reasons: dict[int, dict[str, str]] = defaultdict(dict)
    rows = ConsensusScore.objects.filter(consensus__round=round, consensus__state=ConsensusState.CLOSED)
    for file, code, value, reason in rows.values_list(
        "consensus__application", "criterion__code", "value", "reason"
    ):
        scores[file][code], reasons[file][code] = value, reason
    return {file: Opinion(scores[file], reasons[file]) for file in scores}


def report_of(round: Round, file: int) -> Report | None:
    """The consensus of a file with its answers: four queries; None when nobody has begun one."""
    found = (
        Consensus.objects.filter(round=round, application=file)
        .select_related("rapporteur__evaluator", "application")
        .first()
    )
    if found is None:
        return None
    rows = {row.criterion.code: row for row in found.scores.select_related("criterion")}
    opinion = Opinion(
        {code: row.value for code, row in rows.items()}, {code: row.reason for code, row in rows.items()}
    )
    sheets = Assignment.objects.counted().filter(round=round, application=file).select_related("evaluator")
    answers = {answer.assignment_id: answer for answer in found.answers.all()}
    others = [(sheet, answers.get(sheet.pk)) for sheet in sheets if sheet.pk != found.rapporteur_id]
    return Report(found, opinion, others)


def without_report(round: Round, files: Mapping[str, int]) -> Sequence[str]:
    """Of these files (number by reference) those without a closed report: one query."""
    closed = set(
        Consensus.objects.filter(round=round, state=ConsensusState.CLOSED).values_list(
            "application", flat=True
        )
    )
    return [ref for ref, file in files.items() if file not in closed]
