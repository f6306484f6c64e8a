"""Types of project in one call, each with money rules of its own (Pioneer and Orbital, prototype and demonstrator). Pure.

The applicant chooses a type by an answer to the question of the call by which limits are counted. What a type sets stands
within what the call sets: the call's own figures hold for all types together. How many of a type are funded, and with how
much money, is a limit of the selection. Amounts in EUR cents; rates exact.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls import words
from calls.awards import Award, AwardUnit, Fault, faults, in_short
from core.money import format_eur, format_rate

MOST_TYPES = 12


@dataclass(frozen=True)
class ProjectType:
    """One type of project: the answer that chooses it, and what it sets. None is as the call says."""

    value: str
    project_min_cents: int | None = None
    project_max_cents: int | None = None
    sme_max_cents: int | None = None
    rate: Fraction | None = None
    partners_min: int | None = None
    partners_max: int | None = None
    months: int | None = None

    def award(self, call: Award) -> Award:
        """The money rules of a project of this type, from those of the call."""
        own: dict[str, Any] = {
            "project_min_cents": self.project_min_cents,
            "project_max_cents": self.project_max_cents,
            "party_max_cents": self.sme_max_cents,
            "rate": self.rate,
            "parties_min": self.partners_min,
            "parties_max": self.partners_max,
        }
        told = replace(call, **{name: value for name, value in own.items() if value is not None})
        return replace(told, party_max_cents=min(told.party_max_cents, told.project_max_cents))


COUNTS = ("project_min_cents", "project_max_cents", "sme_max_cents", "partners_min", "partners_max", "months")


def types_of(stored: Sequence[Mapping[str, Any]]) -> list[ProjectType]:
    """The types as a call keeps them."""
    return [
        ProjectType(
            one["value"],
            rate=Fraction(one["rate"]) if "rate" in one else None,
            **{name: one[name] for name in COUNTS if name in one},
        )
        for one in stored
    ]


def as_data(types: Sequence[ProjectType]) -> list[dict[str, Any]]:
    """The types as a call keeps them: what is as the call says is left out."""
    kept = []
    for one in types:
        figures = {name: getattr(one, name) for name in COUNTS if getattr(one, name) is not None}
        rate = {} if one.rate is None else {"rate": str(one.rate)}
        kept.append({"value": one.value, **figures, **rate})
    return kept


def type_named(types: Sequence[ProjectType], answer: str) -> ProjectType | None:
    """The type that an answer chooses; None while there is none."""
    return next((one for one in types if one.value == answer), None)


def faults_of_types(types: Sequence[ProjectType], award: Award, months: int) -> list[Fault]:
    """What contradicts itself in the types, or goes beyond the call's own figures, with the figure."""
    found = [Fault("types", _("There are two types “%s”.") % value) for value in _twice(types)]
    if types and award.unit == AwardUnit.NONE:
        found.append(Fault("types", _("In a call without money there are no amounts by type of project.")))
    if award.no_sme_rate is not None and any(one.rate is not None for one in types):
        told = _("A type of project has a share of its own, and so have those who are no SME: take one out.")
        found.append(Fault("types", told))
    for one in types:
        beyond = list(_beyond(one, award, months))
        own = [] if beyond else [fault.message for fault in faults(one.award(award))]
        reach = [] if beyond or own else _unreachable(one.award(award))
        told = _("Type “%(type)s”: %(fault)s")
        found += [
            Fault("types", told % {"type": one.value, "fault": fault}) for fault in [*beyond, *own, *reach]
        ]
    return found


def faults_against_answers(
    types: Sequence[ProjectType], question: str, choices: Mapping[str, Collection[str]]
) -> list[Fault]:
    """What contradicts the form: every type is an answer to the question, and every answer a type."""
    if not types:
        return []
    if not question:
        return [Fault("topic_question", _("Name the question whose answers are the types of project."))]
    answers, named = choices.get(question, ()), {one.value for one in types}
    found = [
        Fault("types", _("The type “%s” is no answer to that question.") % one.value)
        for one in types
        if one.value not in answers
    ]
    return found + [
        Fault("types", _("The answer “%s” has no type: say what such a project gets.") % answer)
        for answer in answers
        if answer not in named
    ]


def faults_against_form(types: Sequence[ProjectType], question: str, form: Mapping[str, Any]) -> list[Fault]:
    """What contradicts the form of a call that is to be published: besides the answers, everybody answers the question."""
    choices: dict[str, Collection[str]] = {}
    unsure = False
    for section in form.get("sections", []):
        for one in section.get("questions", []):
            if one.get("key") == question:
                choices[question] = [str(choice.get("value")) for choice in one.get("choices") or ()]
                asked_always = not (one.get("shown_if") or section.get("shown_if") or one.get("per_partner"))
                unsure = not (one.get("required") and asked_always)
    found = faults_against_answers(types, question, choices)
    if types and unsure and not found:
        told = _("The answer to “%s” chooses the type of project: everybody has to be asked, and to answer.")
        found.append(Fault("topic_question", told % question))
    return found


def of_one(kind: ProjectType, award: Award, months: int, awards: int | None) -> str:
    """What a type is, for people who read the call: "up to 20 000 EUR; one organisation applies alone; at most 6 months;
    at most 22 projects". `awards`: the limit of the selection, if there is one."""
    own = kind.award(award)
    told = [in_short(own), words.organisations(own.parties_min, own.parties_max)]
    if own.parties_max > 1 and own.party_max_cents < own.project_max_cents:
        told.insert(1, _("at most %s for each organisation") % words.euros(own.party_max_cents))
    if kind.rate is not None and own.unit == AwardUnit.RATE:
        told.insert(1, _("up to %(rate)s of the costs") % {"rate": format_rate(own.rate)})
    most = kind.months or months
    told.append(ngettext("at most %(n)d month", "at most %(n)d months", most) % {"n": most})
    if awards is not None:
        told.append(words.number_of_projects(0, 0, awards))
    return "; ".join(told)


def _twice(types: Sequence[ProjectType]) -> list[str]:
    values = [one.value for one in types]
    return sorted({value for value in values if values.count(value) > 1})


def _beyond(one: ProjectType, award: Award, months: int) -> Iterator[str]:
    """Each figure that goes beyond that of the call."""
    amounts = (
        (one.project_max_cents, award.project_max_cents, _("up to %(own)s EUR per project; the call gives up to %(call)s.")),
        (one.sme_max_cents, award.party_max_cents, _("up to %(own)s EUR per SME; the call gives up to %(call)s.")),
    )  # fmt: skip
    for own, most, told in amounts:
        if own is not None and own > most:
            yield told % {"own": format_eur(own), "call": format_eur(most)}
    if one.project_min_cents is not None and one.project_min_cents < award.project_min_cents:
        told = _("at least %(own)s EUR per project; the call gives at least %(call)s.")
        figures = {
            "own": format_eur(one.project_min_cents),
            "call": format_eur(award.project_min_cents),
        }
        yield told % figures
    if one.rate is not None and one.rate > award.rate:
        told = _("a share of %(own)s; the call pays %(call)s at most.")
        yield told % {"own": format_rate(one.rate), "call": format_rate(award.rate)}
    least, most_parties = one.partners_min or award.parties_min, one.partners_max or award.parties_max
    if not award.parties_min <= least <= most_parties <= award.parties_max:
        told = _("%(least)d to %(most)d organisations; the call takes %(call_least)d to %(call_most)d.")
        yield told % {
            "least": least,
            "most": most_parties,
            "call_least": award.parties_min,
            "call_most": award.parties_max,
        }
    if one.months is not None and not 1 <= one.months <= months:
        yield _("%(own)d months; a project of the call takes 1 to %(call)d.") % {
            "own": one.months,
            "call": months,
        }


def _unreachable(award: Award) -> list[str]:
    reachable = award.party_max_cents * award.parties_max
    if award.project_max_cents <= reachable:
        return []
    told = {
        "most": format_eur(award.project_max_cents),
        "number": award.parties_max,
        "each": format_eur(award.party_max_cents),
        "reachable": format_eur(reachable),
    }
    return [
        _(
            "A project cannot reach %(most)s EUR: %(number)d organisations at %(each)s each come to %(reachable)s."
        )
        % told
    ]
