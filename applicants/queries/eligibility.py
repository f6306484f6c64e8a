"""The facts that the rules of a call look at, gathered for one file or for many."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, Sum
from django_countries import countries

from accounts.queries import entries_of
from applicants import eligibility
from applicants.models import Application, Partner, Version
from applicants.states import ApplicationState, VersionStatus
from calls import formkit, rules
from calls.models import Call
from calls.rules import Facts, Rule
from funding.models import LedgerEntry
from funding.queries import HELD

T = TypeVar("T", str, int)


@dataclass(frozen=True)
class History:
    """What organisations had before, and in which other files they are: by primary key of the organisation."""

    awards: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    selected: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[int, frozenset[int]] = field(default_factory=dict)


def history_of(call: Call, call_rules: Sequence[Rule], organisations: Collection[int]) -> History:
    """Looked up only for a call that has such rules: one query for each of the three, and one for all. What a firm had
    under one of its entries, it had under each."""
    needs = {one: rules.needs(call_rules, one) for one in _LOOKED_UP}
    if not any(needs.values()):
        return History()
    entries = entries_of(organisations)
    everybody = frozenset().union(*entries.values())
    awards = _awards(call, everybody) if needs[rules.company.EarlierAward] else {}
    files = _files(call, everybody) if needs[rules.company.Applications] else {}
    selected = _through(call, everybody) if needs[rules.company.EarlierPhase] else {}
    return History(
        awards={pk: tuple(sorted(_of_all(awards, entries[pk]))) for pk in organisations},
        selected={pk: tuple(sorted(_of_all(selected, entries[pk]))) for pk in organisations},
        files={pk: frozenset(_of_all(files, entries[pk])) for pk in organisations},
    )


_LOOKED_UP = (rules.company.EarlierAward, rules.company.Applications, rules.company.EarlierPhase)


def _of_all(found: Mapping[int, Collection[T]], entries: Collection[int]) -> set[T]:
    return {one for entry in entries for one in found.get(entry, ())}


def _through(call: Call, organisations: Collection[int]) -> dict[int, set[str]]:
    through = Application.objects.filter(
        call=call.previous_id, state=ApplicationState.SELECTED, organisation__in=organisations
    )
    return {pk: {code} for pk, code in through.values_list("organisation", "call__code").order_by()}


def _awards(call: Call, organisations: Collection[int]) -> dict[int, set[str]]:
    held = LedgerEntry.objects.filter(
        project=call.project_id, organisation__in=organisations, account__in=HELD, budget_line__isnull=False
    ).exclude(budget_line=call.budget_line_id)
    sums = held.values("organisation", "budget_line").annotate(cents=Sum("amount_cents")).order_by()
    rows = sums.filter(cents__gt=0).values_list("organisation", "budget_line")
    lines = {line for _organisation, line in rows}
    codes = dict(Call.objects.filter(budget_line__in=lines).values_list("budget_line", "code"))
    found: dict[int, set[str]] = defaultdict(set)
    for organisation, line in rows:
        if organisation is not None and line in codes:
            found[organisation].add(codes[line])
    return found


def _files(call: Call, organisations: Collection[int]) -> dict[int, set[int]]:
    later = Version.objects.filter(
        application=OuterRef("version__application"),
        status=VersionStatus.FINAL,
        number__gt=OuterRef("version__number"),
    )
    rows = (
        Partner.objects.filter(
            Q(is_lead=True) | Q(requested_cents__gt=0),
            version__application__call=call,
            version__status=VersionStatus.FINAL,
            organisation__in=organisations,
        )
        .exclude(version__application__state=ApplicationState.WITHDRAWN)
        .exclude(Exists(later))
        .values_list("organisation", "version__application")
        .order_by()
    )
    found: dict[int, set[int]] = defaultdict(set)
    for organisation, application in rows:
        found[organisation].add(application)
    return found


def facts_of(
    call: Call,
    partners: Sequence[Partner],
    *,
    application: int,
    history: History,
    trl: tuple[int, ...] | None = None,
    deadline: datetime | None = None,
) -> Facts:
    """One file as the rules see it. `application` is its primary key, so that it is not counted against itself; `deadline`
    (UTC) is that of its cut-off, where that is not the call's."""
    closes_at = deadline or call.closes_at
    return Facts(
        parties=[_party(partner, application, history) for partner in partners],
        deadline=closes_at.astimezone(call.zoneinfo).date() if closes_at else None,
        cost_cents=sum(partner.cost_cents for partner in partners),
        trl=trl,
    )


def _party(partner: Partner, application: int, history: History) -> eligibility.Party:
    organisation = partner.organisation
    others = history.files.get(organisation.pk, frozenset()) - {application}
    return eligibility.Party(
        key=organisation.ref,
        name=organisation.legal_name,
        country=str(organisation.country),
        country_name=str(countries.name(str(organisation.country))),
        size=organisation.size,
        size_name=organisation.get_size_display(),
        is_lead=partner.is_lead,
        is_funded=partner.is_lead or partner.requested_cents > 0,
        founded_on=organisation.founded_on,
        nuts=organisation.nuts,
        nace=(f"{organisation.nace_revision}:{organisation.nace}",) if organisation.nace else (),
        awarded_in=history.awards.get(organisation.pk, ()),
        selected_in=history.selected.get(organisation.pk, ()),
        applications=len(others),
        town=organisation.town,
        registration_number=organisation.registration_number,
    )


def trl_of(definition: Any, answers: Mapping[str, Mapping[str, Any]]) -> tuple[int, ...] | None:
    """The levels at the start and at the end of a project, from the first question of the form that asks for them.

    None when no question does, () as long as the answer is not whole.
    """
    for section in definition.sections:
        for question in section.questions:
            if question.type == formkit.QuestionType.TRL:
                given = answers.get(section.key, {}).get(question.key) or {}
                start, end = given.get("from"), given.get("to")
                return () if start is None or end is None else (int(start), int(end))
    return None
