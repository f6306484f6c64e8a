"""Who could judge what: the facts that `evaluation.assignment` needs, read in a few queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.queries import works_for
from applicants.models import Application, Partner, Recusal, Version
from applicants.queries import consulted
from applicants.states import VersionStatus
from calls.selection import CountryRule
from evaluation.assignment import File, Party, Person, Proposal, propose
from evaluation.models import Assignment, ConflictDeclaration, Evaluator, Round
from evaluation.queries.early import gave_feedback
from evaluation.queries.files import eligible_files
from evaluation.queries.interests import matches_of
from evaluation.states import AssignmentState, EvaluatorState


@dataclass(frozen=True)
class Situation:
    """Files and persons of a round as the rules see them, with the active pairs behind them."""

    files: dict[str, File]
    people: dict[int, Person]
    pairs: dict[str, list[Assignment]]


def situation(round: Round, files: Sequence[Application]) -> Situation:
    """The facts about these files (each with `version_pk`) and about everyone who accepted: a constant number of queries."""
    people = assignment_people(round)
    given = _assignments(files)
    made = assignment_files(
        files,
        given,
        {p.key for p in people},
        round.call.country_rule,
        advised=round.call.feedback_days is not None,
    )
    if round.call.blind:
        versions = {file.ref: file.version_pk for file in files}  # type: ignore[attr-defined]  # annotated
        named = matches_of(round, list(versions.values()))
        found = {ref: named.get(version, {}) for ref, version in versions.items()}
        made = [replace(one, named={key: m.party for key, m in found[one.ref].items()}) for one in made]
    active = {
        ref: [a for a in rows if a.state not in (AssignmentState.DECLINED, AssignmentState.ABSTAINED)]
        for ref, rows in given.items()
    }
    return Situation({file.ref: file for file in made}, {person.key: person for person in people}, active)


def proposal_for(round: Round) -> Proposal:
    """Who should get the files that still lack an evaluator: as even as the rules allow."""
    files = list(eligible_files(round).order_by("ref"))
    facts = situation(round, files)
    return propose(
        [facts.files[file.ref] for file in files],
        list(facts.people.values()),
        round.call.evaluators_per_file,
        seed=round.call.code,
        profiles={one.code: one.number for one in round.call.selection.profiles},
    )


def assignment_people(round: Round) -> list[Person]:
    """The evaluators who accepted, with the organisations they belong to, or hold or ever held a mandate of (A7)."""
    evaluators = list(Evaluator.objects.filter(round=round, state=EvaluatorState.ACCEPTED))
    people = [e.user_id for e in evaluators if e.user_id]
    theirs = works_for(people)
    for user, organisations in consulted(people).items():
        theirs[user] |= organisations
    return [
        Person(
            key=evaluator.pk,
            name=evaluator.name,
            country=evaluator.country,
            organisations=frozenset(theirs[evaluator.user_id or 0]),
            organisation_name=evaluator.organisation_name,
            profile=evaluator.profile,
            is_silent=round.call.blind and evaluator.interests_named_at is None,
        )
        for evaluator in evaluators
    ]


def assignment_files(
    files: Sequence[Application],
    given: dict[str, list[Assignment]],
    known: set[int],
    country_rule: str = CountryRule.EVERY,
    *,
    advised: bool = False,
) -> list[File]:
    """The files with their parties, whom they have, and who is out; `known` are the persons who may be asked. `advised`: may
    somebody have given feedback on them before the deadline?"""
    parties = parties_of([file.version_pk for file in files], country_rule)  # type: ignore[attr-defined]
    conflicts = _conflicts(files)
    recused = _recused(files)
    gave = _advised(files) if advised else {}
    return [
        File(
            ref=file.ref,
            parties=tuple(parties[file.version_pk]),  # type: ignore[attr-defined]
            assigned=_keys(given[file.ref], AssignmentState.INVITED, AssignmentState.ACCEPTED, AssignmentState.SCORED),
            conflicted=_keys(given[file.ref], AssignmentState.DECLINED) | frozenset(conflicts[file.pk]),
            abstained=_keys(given[file.ref], AssignmentState.ABSTAINED),
            recused=frozenset(recused[file.pk] & known),
            advised=frozenset(gave.get(file.pk, set()) & known),
        )
        for file in files
    ]  # fmt: skip


def parties_of(versions: Sequence[int], country_rule: str = CountryRule.EVERY) -> dict[int, list[Party]]:
    """The organisations of each version, each with whether its country bars evaluators by the rule of the call."""
    found: dict[int, list[Party]] = defaultdict(list)
    rows = Partner.objects.filter(version__in=versions).select_related("organisation")
    for row in rows:
        organisation = row.organisation
        found[row.version_id].append(
            Party(
                organisation.pk,
                organisation.legal_name,
                str(organisation.country),
                country_rule == CountryRule.EVERY or (country_rule == CountryRule.LEAD and row.is_lead),
            )
        )
    return found


def applying_parties(round: Round) -> dict[int, tuple[str, str]]:
    """Every organisation that takes part in a submitted file of the call: its name and the reference of that file."""
    finals = Version.objects.filter(application__call=round.call_id, status=VersionStatus.FINAL)
    rows = Partner.objects.filter(
        version__in=finals, version__application__in=Application.objects.submitted()
    )
    found = rows.values_list("organisation_id", "organisation__legal_name", "version__application__ref")
    return {key: (name, ref) for key, name, ref in found}


def _assignments(files: Sequence[Application]) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = defaultdict(list)
    rows = Assignment.objects.filter(application__in=files).exclude(state=AssignmentState.REVOKED)
    for row in rows.select_related("evaluator", "application"):
        found[row.application.ref].append(row)
    return found


def _conflicts(files: Sequence[Application]) -> dict[int, set[int]]:
    """Persons who ever declared a conflict, also on an assignment that was taken back since."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = ConflictDeclaration.objects.filter(assignment__application__in=files, has_conflict=True)
    for file, evaluator in rows.values_list("assignment__application_id", "assignment__evaluator_id"):
        found[file].add(evaluator)
    return found


def _recused(files: Sequence[Application]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = Recusal.objects.filter(application__in=files, user__evaluator_in__isnull=False)
    for file, evaluator in rows.values_list("application_id", "user__evaluator_in"):
        found[file].add(evaluator)
    return found


def _advised(files: Sequence[Application]) -> dict[int, set[int]]:
    """Evaluators who gave feedback on a file before the deadline: they do not score it."""
    pairs = gave_feedback(file.pk for file in files)
    rows = Evaluator.objects.filter(user__in={who for _file, who in pairs})
    by_user: dict[int, set[int]] = defaultdict(set)
    for pk, user in rows.values_list("pk", "user_id"):
        by_user[user or 0].add(pk)
    found: dict[int, set[int]] = defaultdict(set)
    for file, who in pairs:
        found[file] |= by_user[who]
    return found


def _keys(rows: Sequence[Assignment], *states: str) -> frozenset[int]:
    return frozenset(row.evaluator_id for row in rows if row.state in states)
