"""How files are judged and chosen, as the call sets it: settings, contradictions, sentences. Pure.

The numbers are used by `evaluation.scoring`, `evaluation.divergence` and `evaluation.ranking`.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls import countries, profiles
from calls.awards import Fault
from calls.profiles import Profile, fault_of_profiles, profiles_of
from calls.shares import fault_of_shares, plain
from calls.words import and_list
from core.money import format_eur


class TotalMethod(TextChoices):
    """How the scores of the criteria become one total."""

    WEIGHTED = "weighted", gettext_lazy("Weights in percent; the total is out of 100")
    SUM = "sum", gettext_lazy("Raw points: each score times its factor, added up")


class Combine(TextChoices):
    """How the scores of several evaluators become one."""

    MEAN = "mean", gettext_lazy("the mean")
    MEDIAN = "median", gettext_lazy("the median of each criterion")
    CLOSEST = "closest", gettext_lazy("the mean of the two that are closest")


class CountryRule(TextChoices):
    """From which countries an evaluator of a file may not be (rank-52)."""

    EVERY = "every", gettext_lazy("not from a country of any organisation of the file")
    LEAD = "lead", gettext_lazy("not from the country of the applicant")
    NONE = "none", gettext_lazy("from any country")


class DivergenceOf(TextChoices):
    """What the difference of two totals is measured in."""

    POINTS = "points", gettext_lazy("points of the total")
    HIGHER = "higher", gettext_lazy("percent of the higher total")


class DivergenceThen(TextChoices):
    """What follows when evaluators are too far apart."""

    TELL = "tell", gettext_lazy("the managers are told, and decide with reasons")
    THIRD = "third", gettext_lazy("one more evaluator scores the file before there is a list")
    CONSENSUS = "consensus", gettext_lazy("they write one consensus report, whose scores count")


class Cut(TextChoices):
    """What happens at the first file that does not fit into the money left."""

    STOP = "stop", gettext_lazy("Stop at the first file that does not fit")
    SKIP = "skip", gettext_lazy("Pass over a file that does not fit and go on")
    OFFER = "offer", gettext_lazy("Offer it what is left, and stop")


class EthicsScope(TextChoices):
    """Which files are checked for ethics and security between the ranked list and the decisions (Innowwide)."""

    OFF = "off", gettext_lazy("No file: there is no such check")
    SELECTED = "selected", gettext_lazy("Files that are proposed for funding or for the reserve list")
    PANEL = "panel", gettext_lazy("All files that go to the panel, and any other that is to be funded")


TIES = {
    "arrival": gettext_lazy("earlier arrival of the final version"),
    "sme-share": gettext_lazy("larger share of the money for SMEs"),
    "countries": gettext_lazy("more countries"),
    "amount": gettext_lazy("smaller amount"),
    "draw": gettext_lazy("a draw with a sealed seed"),
}
"""What may part equal totals besides criteria. No criterion has one of these codes."""


class LimitBy(TextChoices):
    """What a limit on awards is counted by."""

    COUNTRY = "country", gettext_lazy("country of the applicant")
    ANSWER = "answer", gettext_lazy("answer to the question named above")


@dataclass(frozen=True)
class Limit:
    """At most so many awards, or so much money, for one value (or for each: `value` empty).

    `transfer`: places that stay empty go to the next best files of other values; without, they stay empty (rank-37).
    """

    by: str
    value: str = ""
    most: int | None = None
    most_cents: int | None = None
    transfer: bool = False

    @property
    def name(self) -> str:
        """The value in words; empty for "each"."""
        return countries.name_of(self.value) if self.by == LimitBy.COUNTRY and self.value else self.value


@dataclass(frozen=True)
class Scheme:
    """Criteria and how they make a total: (code, weight or factor, highest score)."""

    criteria: Sequence[tuple[str, Decimal, Decimal]]
    method: str = TotalMethod.WEIGHTED
    overall_threshold: Decimal | None = None

    @property
    def highest(self) -> Decimal:
        """The best total there can be."""
        if self.method == TotalMethod.WEIGHTED:
            return Decimal(100)
        return sum((weight * most for _code, weight, most in self.criteria), Decimal(0))


@dataclass(frozen=True)
class Selection:
    """Everything the part “Evaluation and selection” sets."""

    evaluators: int = 2
    combine: str = Combine.MEAN
    normalise: bool = False
    blind: bool = False
    profiles: Sequence[Profile] = ()
    country_rule: str = CountryRule.EVERY
    divergence_limit: Decimal | None = None
    divergence_of: str = DivergenceOf.POINTS
    divergence_then: str = DivergenceThen.THIRD
    tie_break: Sequence[str] = ()
    cut: str = Cut.STOP
    max_awards: int | None = None
    panel_percent: int | None = None
    ethics_check: str = EthicsScope.OFF
    topic_question: str = ""
    limits: Sequence[Limit] = field(default_factory=tuple)

    @property
    def always_consensus(self) -> bool:
        """Is a consensus report written for every file, however close the scores are (Innowwide)?"""
        return self.divergence_limit is None and self.divergence_then == DivergenceThen.CONSENSUS


def limits_of(stored: Any) -> list[Limit]:
    """The limits as a call keeps them."""
    return [Limit(**{key: one[key] for key in KEYS if key in one}) for one in stored]


def selection_of(call: Any) -> Selection:
    """How a call's files are judged and chosen, from its row, as one value."""
    return Selection(
        evaluators=call.evaluators_per_file,
        combine=call.combine,
        normalise=call.normalise,
        blind=call.blind,
        profiles=tuple(profiles_of(call.profiles)),
        country_rule=call.country_rule,
        divergence_limit=call.divergence_limit,
        divergence_of=call.divergence_of,
        divergence_then=call.divergence_then,
        tie_break=call.tie_break,
        cut=call.cut_rule,
        max_awards=call.max_awards,
        panel_percent=call.panel_percent,
        ethics_check=call.ethics_check,
        topic_question=call.topic_question,
        limits=limits_of(call.limits),
    )


KEYS = ("by", "value", "most", "most_cents", "transfer")


def as_data(limits: Sequence[Limit]) -> list[dict[str, Any]]:
    """The limits as a call keeps them."""
    return [{key: getattr(one, key) for key in KEYS} for one in limits]


def faults_of_scheme(scheme: Scheme) -> list[Fault]:
    """What is wrong with weights and threshold, with the figure (rank-12)."""
    found = []
    if not scheme.criteria:
        sentence = _("Without criteria there is no total that could reach a threshold.")
        return [] if scheme.overall_threshold is None else [Fault("overall_threshold", sentence)]
    weights = [weight for _code, weight, _most in scheme.criteria]
    if scheme.method == TotalMethod.WEIGHTED and (fault := fault_of_shares(weights)):
        found.append(Fault("", fault))
    taken = [code for code, _weight, _most in scheme.criteria if code in TIES]
    if taken:
        sentence = _("No criterion can have the code “%s”: it names a way to part equal totals.")
        found.append(Fault("", sentence % taken[0]))
    overall = scheme.overall_threshold
    if not found and overall is not None and not 0 <= overall <= scheme.highest:
        told = {"least": plain(overall), "most": plain(scheme.highest)}
        sentence = _("The threshold of the total, %(least)s, is not on its scale from 0 to %(most)s.")
        found.append(Fault("overall_threshold", sentence % told))
    return found


def faults(selection: Selection, *, codes: Collection[str]) -> list[Fault]:
    """What contradicts itself in how files are judged and chosen, by setting. `codes`: those of the criteria."""
    return [*_people(selection), *_ties(selection, codes), *_panel(selection), *_limits(selection)]


def faults_against(
    selection: Selection,
    *,
    budget_cents: int,
    eligible: Collection[str],
    choices: Mapping[str, Collection[str]],
) -> list[Fault]:
    """What contradicts the other parts of the call: its money, its countries, its form (`choices`: values by question)."""
    found = []
    for limit in selection.limits:
        told = {"name": limit.name or _("each"), "most": format_eur(limit.most_cents or 0)}
        if limit.most_cents is not None and limit.most_cents > budget_cents:
            told["budget"] = format_eur(budget_cents)
            sentence = _("The limit of %(most)s EUR for %(name)s is above the money in the call, %(budget)s.")
            found.append(Fault("limits", sentence % told))
        if limit.by == LimitBy.COUNTRY and limit.value and limit.value not in eligible:
            found.append(Fault("limits", _("There is a limit for %(name)s, which is not eligible.") % told))
        if limit.by == LimitBy.ANSWER and limit.value not in ("", *choices.get(selection.topic_question, ())):
            sentence = _("There is a limit for “%(name)s”, which is no answer to that question.")
            found.append(Fault("limits", sentence % told))
    if selection.topic_question and selection.topic_question not in choices:
        sentence = _("“%s” is no question of the form with answers to choose from.")
        found.append(Fault("topic_question", sentence % selection.topic_question))
    return found  # fmt: skip


def _people(selection: Selection) -> Iterator[Fault]:
    limit = selection.divergence_limit
    if not selection.evaluators and "draw" not in selection.tie_break:
        sentence = _("Nobody judges the files, so a draw has to decide: put “draw” among what parts equals.")
        yield Fault("tie_break", sentence)
    if selection.always_consensus and selection.evaluators < 2:
        yield Fault("divergence_then", _("A consensus report needs two evaluators or more."))
    if limit is not None and selection.evaluators < 2:
        yield Fault("divergence_limit", _("Only two evaluators or more can differ."))
    if limit is not None and selection.divergence_of == DivergenceOf.HIGHER and limit >= 100:
        sentence = _("A difference of %s %% of the higher total never happens.")
        yield Fault("divergence_limit", sentence % plain(limit))
    if selection.normalise and not selection.evaluators:
        yield Fault("normalise", _("Without evaluators there are no scores to put on one scale."))
    if selection.blind and not selection.evaluators:
        yield Fault("blind", _("Without evaluators there is nobody from whom the names could be kept."))
    if fault := fault_of_profiles(selection.profiles, selection.evaluators):
        yield Fault("profiles", fault)
    if selection.combine == Combine.CLOSEST and selection.evaluators < 2:
        yield Fault("combine", _("The two closest exist only among two evaluators or more."))


def _ties(selection: Selection, codes: Collection[str]) -> Iterator[Fault]:
    ties = list(selection.tie_break)
    unknown = [code for code in ties if code not in codes and code not in TIES]
    if unknown:
        yield Fault("tie_break", _("“%s” is the code of no criterion.") % unknown[0])
    twice = next((code for code in ties if ties.count(code) > 1), None)
    if twice:
        yield Fault("tie_break", _("“%s” stands there twice.") % twice)
    elif "draw" in ties and ties[-1] != "draw":
        sentence = _("A draw always decides: what stands after it, “%s”, never counts.")
        yield Fault("tie_break", sentence % ties[ties.index("draw") + 1])


def _panel(selection: Selection) -> Iterator[Fault]:
    if selection.panel_percent is not None and selection.max_awards is None:
        yield Fault("panel_percent", _("It is a percentage of the largest number of awards: give that too."))
    if selection.panel_percent is not None and not selection.evaluators:
        yield Fault("panel_percent", _("Without evaluators there are no best files for a panel."))
    if selection.ethics_check == EthicsScope.PANEL and selection.panel_percent is None:
        yield Fault(
            "ethics_check", _("This call has no panel whose files could be checked: say how many go to it.")
        )


def _limits(selection: Selection) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for limit in selection.limits:
        name = limit.name or _("each")
        if limit.most is None and limit.most_cents is None:
            yield Fault("limits", _("A limit is a number of awards, an amount, or both: %s.") % name)
        if limit.by == LimitBy.ANSWER and not selection.topic_question:
            yield Fault("topic_question", _("Name the question whose answers are limited."))
        if limit.by == LimitBy.COUNTRY and limit.value and limit.value not in countries.WORLD:
            yield Fault("limits", _("“%s” is no country of this list.") % limit.value)
        if (limit.by, limit.value) in seen:
            yield Fault("limits", _("There are two limits for %s.") % name)
        seen.add((limit.by, limit.value))
        most, number = selection.max_awards, limit.most
        if most is not None and number is not None and number > most:
            sentence = _(
                "The limit of %(number)d for %(name)s is above the largest number of awards, %(most)d."
            )
            yield Fault("limits", sentence % {"number": number, "name": name, "most": most})  # fmt: skip


def sentences(
    selection: Selection, names: Mapping[str, str], seed: str = "", answers: Mapping[str, str] | None = None
) -> list[str]:
    """How files are judged and chosen, for people who read the call. `names`: of criteria, by code; `answers`: words of
    the answers that limits count, by value. Of the seed only its seal is told."""
    told = []
    if not selection.evaluators:
        told.append(
            _(
                "Nobody scores the files: each complete and eligible file has one lot, each organisation one file."
            )
        )
    if selection.evaluators > 1 and selection.combine != Combine.MEAN:
        told.append(_("Of several evaluators %s counts.") % Combine(selection.combine).label)
    if selection.profiles:
        told.append(profiles.sentence(selection.profiles))
    if selection.blind:
        told.append(
            _(
                "Evaluators do not learn who applies: they see no names and places of organisations, no declarations, no names "
                "of files and no answers that the form keeps from them. Do not say who you are in the title, in other answers or "
                "inside files."
            )
        )
    if selection.normalise:
        told.append(
            _(
                "The scores of strict and generous evaluators are put on one scale: for each criterion those of an evaluator "
                "of three files or more are moved so that their mean is that of all evaluators, within the scale. "
                "Thresholds are compared with the result."
            )
        )
    if selection.evaluators and selection.country_rule != CountryRule.NONE:
        told.append(_("An evaluator is %s.") % CountryRule(selection.country_rule).label)
    if selection.divergence_limit is not None:
        what = {
            "limit": plain(selection.divergence_limit),
            "of": DivergenceOf(selection.divergence_of).label,
            "then": DivergenceThen(selection.divergence_then).label,
        }
        told.append(_("If totals differ by more than %(limit)s %(of)s, %(then)s.") % what)
    if selection.always_consensus:
        told.append(_("The evaluators of each file write one consensus report, whose scores count."))
    ties = [
        names.get(code) or str(TIES[code]) for code in selection.tie_break if code in names or code in TIES
    ]
    if ties and selection.evaluators:
        told.append(_("Equal totals are parted by %s.") % and_list(ties))
    if "draw" in selection.tie_break and seed:
        told.append(_("The seed of the draw is fixed and sealed: its SHA-256 is %s.") % seal_of(seed))
    if selection.panel_percent is not None and selection.max_awards is not None:
        number = panel_places(selection.max_awards, selection.panel_percent)
        told.append(_("The best %d files, with all that equal the last of them, go to a panel.") % number)
    if selection.ethics_check != EthicsScope.OFF:
        told.append(_ethics_sentence(selection.ethics_check))
    return [*told, *(_limit_sentence(limit, answers or {}) for limit in selection.limits)]  # fmt: skip


def seal_of(seed: str) -> str:
    """What is published of the seed before the draw: nobody can choose a reference by it, nobody can change it after
    (rank-45). `printf seed | sha256sum` gives the same."""
    return hashlib.sha256(seed.encode()).hexdigest()


def cut_sentence(selection: Selection) -> str:
    """What happens where the money ends, for people who read the call."""
    told = {
        Cut.STOP: _(
            "The list is funded from the top; it ends at the first file that the money left does not cover."
        ),
        Cut.SKIP: _(
            "The list is funded from the top; a file that the money left does not cover is passed over."
        ),
        Cut.OFFER: _(
            "The list is funded from the top; the first file that the money left does not cover is offered the rest."
        ),
    }
    return told[Cut(selection.cut)]


def panel_places(max_awards: int, percent: int) -> int:
    """How many files go to a panel: 150 % of 70 is 105; a part of a file counts as one."""
    return -(-max_awards * percent // 100)


def _ethics_sentence(scope: str) -> str:
    who = {
        EthicsScope.SELECTED: _(
            "Files that are proposed for funding or for the reserve list are checked for ethics and security before the "
            "decision, by persons who did not score them."
        ),
        EthicsScope.PANEL: _(
            "All files that go to the panel, and any other that is to be funded, are checked for ethics and security before "
            "the decision, by persons who did not score them."
        ),
    }
    comes = _(
        "A file is cleared, or cleared with conditions that stand in the decision, or not cleared, for which two persons are "
        "needed: then it is rejected with the reasons."
    )
    return f"{who[EthicsScope(scope)]} {comes}"


def _limit_sentence(limit: Limit, answers: Mapping[str, str]) -> str:
    parts = []
    if limit.most is not None:
        parts.append(_("%d awards") % limit.most)
    if limit.most_cents is not None:
        parts.append(_("%s EUR") % format_eur(limit.most_cents, short=True))
    told = {"what": and_list(parts), "name": limit.name}
    if limit.by == LimitBy.ANSWER:
        told["name"] = answers.get(limit.value, limit.value)
    if not limit.value:
        each = _("each country") if limit.by == LimitBy.COUNTRY else _("each answer")
        told["name"] = each
    rest = _("unused places go to others") if limit.transfer else _("unused places stay empty")
    return _("At most %(what)s for %(name)s; %(rest)s.") % {**told, "rest": rest}
