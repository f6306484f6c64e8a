"""The evaluation summary that an applicant receives: scores and words without names. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from evaluation.scoring import Result, Scheme, combined_result, format_score, total_of


@dataclass(frozen=True)
class Opinion:
    """One evaluator's scores and words by code of criterion."""

    scores: Mapping[str, Decimal]
    reasons: Mapping[str, str]


def summary(
    scheme: Scheme, opinions: Sequence[Opinion], *, joint: bool = False, levelled: Result | None = None
) -> str:
    """Criterion by criterion: the score, the threshold, and what each evaluator wrote, numbered and never named.

    Within a criterion the words stand in the order of the sheets; `joint`: the one opinion is their consensus;
    `levelled`: the result after the scores were normalised. Raises ValueError when there is no sheet.
    """
    result = levelled or combined_result(scheme, [opinion.scores for opinion in opinions])
    parts = [
        _("Total: %(total)s of %(best)s.")
        % {"total": format_score(result.total), "best": format_score(scheme.highest_total)}
    ]
    if scheme.overall_threshold is not None:
        parts[0] += " " + _("At least %(threshold)s is needed.") % {
            "threshold": format_score(scheme.overall_threshold)
        }
    if levelled is not None:
        parts[0] += " " + _("The scores of strict and generous evaluators are put on one scale.")
    for item in scheme.criteria:
        head = _("%(name)s: %(score)s of %(best)s") % {
            "name": item.name,
            "score": format_score(result.scores[item.code]),
            "best": format_score(item.scale.highest),
        }
        if item.threshold is not None:
            head += " " + _("(at least %(threshold)s)") % {"threshold": format_score(item.threshold)}
        form = _("Consensus: %(words)s") if joint else _("Evaluator %(number)d: %(words)s")
        words = [
            form % {"number": number, "words": " ".join(opinion.reasons[item.code].split())}
            for number, opinion in enumerate(opinions, start=1)
        ]
        parts.append("\n".join([head, *words]))
    return "\n\n".join(parts)


@dataclass(frozen=True)
class Line:
    """One criterion as the applicant reads it; `missing` is what lacks to its threshold (None: nothing, or there is none)."""

    name: str
    score: str
    best: str
    threshold: str
    missing: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """Score by criterion, the total, and what would have helped, as words and figures for the applicant."""

    lines: tuple[Line, ...]
    total: str
    best: str
    threshold: str
    missing: str
    help: tuple[str, ...]


def figures_of(scheme: Scheme, result: Result, text: str = "") -> Figures:
    """The result by criterion. The words come from the summary as it was released (`text`), where it has its usual shape;
    one that somebody wrote anew gives none."""
    below = {item.criterion: item.threshold - item.score for item in result.shortfalls}
    words = _words_in(text, len(scheme.criteria))
    lines = tuple(
        Line(
            name=item.name,
            score=format_score(result.scores[item.code]),
            best=format_score(item.scale.highest),
            threshold=format_score(item.threshold) if item.threshold is not None else "",
            missing=format_score(below[item.code]) if item.code in below else "",
            words=words[index] if words else (),
        )
        for index, item in enumerate(scheme.criteria)
    )
    return Figures(
        lines=lines,
        total=format_score(result.total),
        best=format_score(scheme.highest_total),
        threshold=format_score(scheme.overall_threshold) if scheme.overall_threshold is not None else "",
        missing=format_score(below[""]) if "" in below else "",
        help=tuple(_help(scheme, result)),
    )


def _words_in(text: str, criteria: int) -> list[tuple[str, ...]]:
    """The words of each criterion in a summary of the usual shape (`summary`); empty for another."""
    parts = text.split("\n\n")
    if len(parts) != criteria + 1 or any("\n" not in part for part in parts[1:]):
        return []
    return [tuple(part.split("\n")[1:]) for part in parts[1:]]


def _help(scheme: Scheme, result: Result) -> list[str]:
    """What would have helped: each threshold with what lacked, then where most points of the total were lost."""
    told = []
    for item in result.shortfalls:
        facts = {"n": format_score(item.threshold - item.score)}
        if item.criterion:
            facts["name"] = scheme.criterion(item.criterion).name
            told.append(_("%(n)s more for %(name)s would have reached its threshold.") % facts)
        else:
            told.append(_("%(n)s more in all would have reached the threshold of the total.") % facts)
    lost = {item.code: _lost(scheme, result, item.code) for item in scheme.criteria}
    most = max(lost.values(), default=Decimal(0))
    if most > 0:
        names = ", ".join(item.name for item in scheme.criteria if lost[item.code] == most)
        told.append(
            _("Most points of the total, %(n)s, were lost in: %(names)s.")
            % {"n": format_score(most), "names": names}
        )
    return told


def _lost(scheme: Scheme, result: Result, code: str) -> Decimal:
    """The points of the total that the best score of this criterion alone would have added."""
    better = {**result.scores, code: scheme.criterion(code).scale.highest}
    return total_of(scheme, better) - total_of(scheme, result.scores)
