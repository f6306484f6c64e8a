"""The evaluation summary that an applicant receives: scores and words without names. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from evaluation.scoring import Result, Scheme, combined_result, format_score


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
