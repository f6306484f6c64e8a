"""Scores: scales, totals, several evaluators, thresholds and spread. Pure; exact decimals, never floats (N2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from django.utils.translation import gettext as _

from core.money import round_half_up

PLACES = 3
"""A mean or total that does not end is rounded half up here; that figure is the score: shown, stored and compared."""


class SchemeError(ValueError):
    """The call's scoring is not configured rightly. `problems` are sentences for the one who writes the call."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


class ScoresRefused(ValueError):
    """Scores that cannot stand. `problems` maps the code of a criterion to a sentence for the evaluator."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class TotalMethod(StrEnum):
    """How the scores of the criteria become one total."""

    SUM = "sum"  # each score times its weight (1 unless said), added
    WEIGHTED = "weighted"  # weights are percentages; the result is out of 100


class CombineMethod(StrEnum):
    """How the scores of several evaluators become one score per criterion."""

    MEAN = "mean"
    MEDIAN = "median"  # of each criterion
    CLOSEST = (
        "closest"  # the mean of the two whose totals are closest; the higher pair when two are equally close
    )


@dataclass(frozen=True)
class Scale:
    """What may be given: from `lowest` to `highest` in steps of `step`, e.g. 0 to 5 by 0.5."""

    lowest: Decimal
    highest: Decimal
    step: Decimal

    def allows(self, score: Decimal) -> bool:
        """Whether the score lies on the scale, exactly on a step counted from the lowest."""
        if not score.is_finite() or not self.lowest <= score <= self.highest:
            return False
        return (Fraction(score) - Fraction(self.lowest)) % Fraction(self.step) == 0

    def problems(self) -> list[str]:
        """What is wrong with the scale itself, as sentences."""
        if not all(number.is_finite() for number in (self.lowest, self.highest, self.step)):
            return [_("the scale needs numbers.")]
        if not 0 <= self.lowest < self.highest:
            return [_("the scale must start at zero or above and end higher than it starts.")]
        if self.step <= 0 or not self.allows(self.highest):
            return [_("the steps must lead from the lowest score exactly to the highest.")]
        return []


@dataclass(frozen=True)
class Criterion:
    """One award criterion as the scoring sees it; `code` is short and unique in the call ("E"), `name` is shown."""

    code: str
    name: str
    scale: Scale
    weight: Decimal = Decimal(1)
    threshold: Decimal | None = None


@dataclass(frozen=True)
class Shortfall:
    """A threshold that is not reached; `criterion` is the criterion's code, empty for the total."""

    criterion: str
    score: Decimal
    threshold: Decimal


@dataclass(frozen=True)
class Result:
    """The scores of one file: one per criterion, their total, and the thresholds that are not reached."""

    scores: Mapping[str, Decimal]
    total: Decimal
    shortfalls: tuple[Shortfall, ...]


@dataclass(frozen=True)
class Spread:
    """How far the evaluators are apart: highest minus lowest, per criterion and of their totals."""

    scores: Mapping[str, Decimal]
    total: Decimal


@dataclass(frozen=True)
class Scheme:
    """How a call is scored; without criteria it is not. Cannot be built wrongly: raises SchemeError with every problem (rank-12)."""

    criteria: tuple[Criterion, ...]
    method: TotalMethod = TotalMethod.SUM
    combine: CombineMethod = CombineMethod.MEAN
    overall_threshold: Decimal | None = None

    def __post_init__(self) -> None:
        problems = _scheme_problems(self)
        if problems:
            raise SchemeError(problems)

    @property
    def highest_total(self) -> Decimal:
        """The best total there can be: 100 when weighted."""
        return total_of(self, {criterion.code: criterion.scale.highest for criterion in self.criteria})

    def criterion(self, code: str) -> Criterion:
        """The criterion with this code. Raises KeyError."""
        return {criterion.code: criterion for criterion in self.criteria}[code]


def score_problems(
    scheme: Scheme, scores: Mapping[str, Decimal | None], *, complete: bool = True
) -> dict[str, str]:
    """What is wrong with one evaluator's scores, by code of criterion; empty when they can stand (rank-07).

    With `complete` a missing score is a problem; without it (a draft) it is not. Raises TypeError for a float.
    """
    problems = {}
    for criterion in scheme.criteria:
        score = scores.get(criterion.code)
        if score is None:
            if complete:
                problems[criterion.code] = _("Give a score for %(name)s.") % {"name": criterion.name}
        elif not criterion.scale.allows(_decimal(score)):
            problems[criterion.code] = _off_scale(criterion, score)
    for code in scores.keys() - {criterion.code for criterion in scheme.criteria}:
        problems[code] = _("“%(code)s” is not a criterion of this call.") % {"code": code}
    return problems


def check_scores(scheme: Scheme, scores: Mapping[str, Decimal | None]) -> None:
    """Refuse scores that are missing, off the scale, between two steps, or for no criterion. Raises ScoresRefused."""
    problems = score_problems(scheme, scores)
    if problems:
        raise ScoresRefused(problems)


def total_of(scheme: Scheme, scores: Mapping[str, Decimal]) -> Decimal:
    """The total of one score per criterion, by the scheme's method (rank-10). Raises KeyError when one is missing."""
    return _rounded(_exact_total(scheme, {code: Fraction(score) for code, score in scores.items()}))


UNSCORED = Result({}, Decimal(0), ())
"""The result of a file that nobody scores, in a call that draws."""


def combined_result(
    scheme: Scheme,
    sheets: Sequence[Mapping[str, Decimal]],
    shifts: Sequence[Mapping[str, Fraction]] = (),
) -> Result:
    """The result of a file from the scores of its evaluators, one mapping each; of a consensus from that one alone.

    The evaluators are combined per criterion, exactly; the total is taken from the exact combined scores. With `shifts`,
    one for each sheet (`evaluation.levelling`), its scores move by them first, within the scale. Raises
    ScoresRefused when a sheet cannot stand, ValueError when there is none.
    """
    if not sheets:
        raise ValueError("A result needs the scores of at least one evaluator.")
    for sheet in sheets:
        check_scores(scheme, sheet)
    given = [
        _moved(scheme, sheet, shift)
        for sheet, shift in zip(sheets, shifts or [{}] * len(sheets), strict=True)
    ]
    if scheme.combine == CombineMethod.CLOSEST:
        given = _closest_two(scheme, given)
    combine = _COMBINE[scheme.combine]
    exact = {item.code: combine([sheet[item.code] for sheet in given]) for item in scheme.criteria}
    scores = {code: _rounded(score) for code, score in exact.items()}
    total = _rounded(_exact_total(scheme, exact))
    return Result(scores=scores, total=total, shortfalls=shortfalls(scheme, scores, total))


def shortfalls(scheme: Scheme, scores: Mapping[str, Decimal], total: Decimal) -> tuple[Shortfall, ...]:
    """The thresholds not reached, per criterion in the order of the call, then of the total; reached means >=."""
    missed = [
        Shortfall(item.code, scores[item.code], item.threshold)
        for item in scheme.criteria
        if item.threshold is not None and scores[item.code] < item.threshold
    ]
    if scheme.overall_threshold is not None and total < scheme.overall_threshold:
        missed.append(Shortfall("", total, scheme.overall_threshold))
    return tuple(missed)


def spread(scheme: Scheme, sheets: Sequence[Mapping[str, Decimal]]) -> Spread:
    """How far complete sheets are apart; zero everywhere for a single one. Raises ValueError when there is none."""
    if not sheets:
        raise ValueError("A spread needs the scores of at least one evaluator.")
    totals = [total_of(scheme, sheet) for sheet in sheets]
    scores = {
        item.code: max(sheet[item.code] for sheet in sheets) - min(sheet[item.code] for sheet in sheets)
        for item in scheme.criteria
    }
    return Spread(scores=scores, total=max(totals) - min(totals))


def format_score(score: Decimal) -> str:
    """The score as people read it, without zeros that say nothing: "4", "12.5", "4.333"."""
    if abs(score.adjusted()) > 20:
        return str(score)
    text = f"{score:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _mean(scores: Sequence[Fraction]) -> Fraction:
    return sum(scores, Fraction(0)) / len(scores)


def _median(scores: Sequence[Fraction]) -> Fraction:
    ordered, half = sorted(scores), len(scores) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


_COMBINE = {CombineMethod.MEAN: _mean, CombineMethod.MEDIAN: _median, CombineMethod.CLOSEST: _mean}


def _moved(
    scheme: Scheme, sheet: Mapping[str, Decimal], shift: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """The scores of a sheet, exactly, moved by its shift as far as the scale goes."""
    return {
        item.code: min(
            max(Fraction(sheet[item.code]) + shift.get(item.code, 0), Fraction(item.scale.lowest)),
            Fraction(item.scale.highest),
        )
        for item in scheme.criteria
    }


def _closest_two(scheme: Scheme, sheets: list[dict[str, Fraction]]) -> list[dict[str, Fraction]]:
    """The neighbours in the order of totals that are least apart (rank-19); all sheets when there are no more than two."""
    if len(sheets) <= 2:
        return sheets
    totals = [(_exact_total(scheme, sheet), sheet) for sheet in sheets]
    totals.sort(key=lambda pair: (pair[0], sorted(pair[1].items())))
    pairs = list(pairwise(totals))
    low, high = min(reversed(pairs), key=lambda pair: pair[1][0] - pair[0][0])
    return [low[1], high[1]]


def _exact_total(scheme: Scheme, scores: Mapping[str, Fraction]) -> Fraction:
    if scheme.method == TotalMethod.WEIGHTED:
        parts = (
            Fraction(item.weight) * scores[item.code] / Fraction(item.scale.highest)
            for item in scheme.criteria
        )
    else:
        parts = (Fraction(item.weight) * scores[item.code] for item in scheme.criteria)
    return sum(parts, Fraction(0))


def _rounded(exact: Fraction) -> Decimal:
    return Decimal(round_half_up(exact * 10**PLACES)).scaleb(-PLACES)


def _decimal(score: Decimal | int) -> Decimal:
    if isinstance(score, bool) or not isinstance(score, Decimal | int):
        raise TypeError(f"A score is a Decimal, not {score!r}.")
    return Decimal(score)


def _off_scale(criterion: Criterion, score: Decimal) -> str:
    scale = criterion.scale
    return _(
        "%(score)s is not a score for %(name)s: give %(lowest)s to %(highest)s in steps of %(step)s."
    ) % {
        "score": format_score(_decimal(score)),
        "name": criterion.name,
        "lowest": format_score(scale.lowest),
        "highest": format_score(scale.highest),
        "step": format_score(scale.step),
    }


def _scheme_problems(scheme: Scheme) -> list[str]:
    codes = [item.code for item in scheme.criteria]
    problems = [
        _("The code “%(code)s” is used for more than one criterion.") % {"code": code}
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    for item in scheme.criteria:
        problems.extend(_("%(name)s: %(problem)s") % {"name": item.name, "problem": problem}
                        for problem in _criterion_problems(item))  # fmt: skip
    if problems:
        return problems
    if not codes:
        return []
    weights = sum(Fraction(item.weight) for item in scheme.criteria)
    if scheme.method == TotalMethod.WEIGHTED and weights != 100:
        found = sum((item.weight for item in scheme.criteria), Decimal(0))
        return [
            _("The weights add up to %(found)s; they must add up to 100.") % {"found": format_score(found)}
        ]
    highest = scheme.highest_total
    overall = scheme.overall_threshold
    if overall is not None and not (overall.is_finite() and 0 <= overall <= highest):
        return [
            _("The overall threshold must lie between 0 and %(highest)s.")
            % {"highest": format_score(highest)}
        ]
    return []


def _criterion_problems(item: Criterion) -> list[str]:
    problems = item.scale.problems()
    if not item.weight.is_finite() or item.weight <= 0:
        problems.append(_("the weight must be above zero."))
    if not problems and item.threshold is not None:
        lowest, highest = item.scale.lowest, item.scale.highest
        if not item.threshold.is_finite() or not lowest <= item.threshold <= highest:
            problems.append(_("the threshold must lie on the scale."))
    return problems
