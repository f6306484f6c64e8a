"""How files are judged and chosen: the criteria of a draft, its evaluators, and what decides."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from calls import selection
from calls.models import Call, Criterion
from calls.plans import CriterionPlan
from calls.profiles import Profile
from calls.profiles import as_data as profiles_as_data
from calls.publication import Part, choices_of
from calls.queries import working_form
from calls.selection import (
    Combine,
    CountryRule,
    Cut,
    DivergenceOf,
    DivergenceThen,
    EthicsScope,
    Limit,
    Scheme,
    Selection,
    TotalMethod,
)
from calls.services._common import check_seen, lock_draft, record_part, set_columns
from calls.types import faults_against_answers
from core.errors import DomainError
from core.localised import Localised, localised


@transaction.atomic(durable=True)
def change_criteria(
    call: Call,
    *,
    criteria: Sequence[CriterionPlan],
    by: Any,
    total_method: str = TotalMethod.WEIGHTED,
    overall_threshold: Decimal | None = None,
    seen: str = "",
) -> Call:
    """Set the criteria of a draft and how their scores make a total.

    Weights in percent are together exactly 100 (rank-12); raw points have factors instead. A call whose files are drawn
    has no criteria. Raises DomainError for a
    threshold that is not on its scale.
    """
    call = lock_draft(call, Part.CRITERIA)
    check_seen(call, Part.CRITERIA, seen)
    _check_criteria(criteria)
    scheme = Scheme(
        [(one.code, one.weight, one.max_score) for one in criteria], total_method, overall_threshold
    )
    if faults := selection.faults_of_scheme(scheme):
        raise DomainError(faults[0].message, field=faults[0].setting or None)
    before = list(Criterion.objects.filter(call=call).values_list("code", "weight"))
    changed = set_columns(call, {"total_method": total_method, "overall_threshold": overall_threshold})
    Criterion.objects.filter(call=call).delete()
    write_criteria(call, criteria)
    told = [[f"{code} {weight}" for code, weight in before], [f"{c.code} {c.weight}" for c in criteria]]
    record_part(call, Part.CRITERIA, by=by, changed={**changed, "criteria": told})
    return call


def _check_criteria(criteria: Sequence[CriterionPlan]) -> None:
    codes = [one.code for one in criteria]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice:
        raise DomainError(_("Two criteria have the code “%s”. Each needs its own.") % twice)
    for one in criteria:
        if one.max_score % one.step:
            raise DomainError(_("“%s”: the steps do not lead to the highest score.") % one.name)
        if one.threshold is not None and one.threshold > one.max_score:
            raise DomainError(_("“%s”: the least score is above the highest.") % one.name)


def write_criteria(call: Call, criteria: Sequence[CriterionPlan]) -> None:
    """Store planned criteria in their order."""
    Criterion.objects.bulk_create(
        Criterion(
            call=call,
            position=position,
            code=one.code,
            name=one.name,
            description=one.description,
            weight=one.weight,
            max_score=one.max_score,
            step=one.step,
            threshold=one.threshold,
            min_words=one.min_words,
        )
        for position, one in enumerate(criteria)
    )


@transaction.atomic(durable=True)
def change_selection(
    call: Call,
    *,
    evaluators_per_file: int,
    tie_break: Sequence[str],
    cut_rule: str,
    max_awards: int | None,
    by: Any,
    evaluator_profile: Localised | str = "",
    country_rule: str = CountryRule.EVERY,
    combine: str = Combine.MEAN,
    normalise: bool = False,
    blind: bool = False,
    profiles: Sequence[Profile] = (),
    divergence_limit: Decimal | None = None,
    divergence_of: str = DivergenceOf.POINTS,
    divergence_then: str = DivergenceThen.THIRD,
    panel_percent: int | None = None,
    ethics_check: str = EthicsScope.OFF,
    topic_question: str = "",
    limits: Sequence[Limit] = (),
    seen: str = "",
) -> Call:
    """Set who judges the files of a draft, what counts of several evaluators, and which files are chosen.

    Raises DomainError for what contradicts itself or the other parts of the call, with the figure.
    """
    call = lock_draft(call, Part.SELECTION)
    check_seen(call, Part.SELECTION, seen)
    planned = Selection(
        evaluators=evaluators_per_file,
        combine=combine,
        normalise=normalise,
        blind=blind,
        profiles=list(profiles),
        country_rule=country_rule,
        divergence_limit=divergence_limit,
        divergence_of=divergence_of,
        divergence_then=divergence_then,
        tie_break=list(tie_break),
        cut=Cut(cut_rule),
        max_awards=max_awards,
        panel_percent=panel_percent,
        ethics_check=ethics_check,
        topic_question=topic_question,
        limits=list(limits),
    )
    _check_selection(call, planned)
    values = {
        "evaluators_per_file": evaluators_per_file,
        "evaluator_profile": localised(evaluator_profile),
        "country_rule": country_rule,
        "combine": combine,
        "normalise": normalise,
        "blind": blind,
        "profiles": profiles_as_data(profiles),
        "divergence_limit": divergence_limit,
        "divergence_of": divergence_of,
        "divergence_then": divergence_then,
        "tie_break": list(tie_break),
        "cut_rule": cut_rule,
        "max_awards": max_awards,
        "panel_percent": panel_percent,
        "ethics_check": ethics_check,
        "topic_question": topic_question,
        "limits": selection.as_data(limits),
    }
    if changed := set_columns(call, values):
        record_part(call, Part.SELECTION, by=by, changed=changed)
    return call


def _check_selection(call: Call, planned: Selection) -> None:
    codes = Criterion.objects.filter(call=call).values_list("code", flat=True)
    choices = choices_of(working_form(call).definition)
    faults = [
        *faults_against_answers(call.project_types, planned.topic_question, choices),
        *selection.faults(planned, codes=list(codes)),
        *selection.faults_against(
            planned,
            budget_cents=call.budget_cents,
            eligible=call.countries,
            choices=choices,
        ),
    ]
    if faults:
        raise DomainError(faults[0].message, field=faults[0].setting or None)
