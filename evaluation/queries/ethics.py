"""What has to be checked for ethics and security, how far it is, and who could do it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.queries import works_for
from applicants.models import Partner, Recusal
from applicants.queries import Dossier
from applicants.states import ApplicationState
from calls.selection import EthicsScope
from evaluation import ethics
from evaluation.ethics import Reviewer, Subject
from evaluation.listing import Place
from evaluation.models import Assignment, ConflictDeclaration, Decision, EthicsCheck, Evaluator, Round
from evaluation.queries.checks import checks_of
from evaluation.queries.files import PASSED, round_files
from evaluation.queries.interests import matches_of, silent_users
from evaluation.queries.ranked import panel_of, ranking_of
from evaluation.states import AssignmentState, EthicsState, EvaluatorState, Outcome, RoundState
from funding.models import ProjectMember

LISTED = (RoundState.RANKED, RoundState.DECIDED, RoundState.CONFIRMED, RoundState.RELEASED)
_PLACES = {Outcome.FUND: Place.FUNDED, Outcome.RESERVE: Place.RESERVE, Outcome.REJECT: Place.BELOW}


@dataclass(frozen=True)
class CheckLine:
    """A file with where it stands on the list (None: not on it), whether its check is due, and the check that stands."""

    file: Any
    place: Place | None
    is_due: bool
    check: EthicsCheck | None

    @property
    def is_open(self) -> bool:
        """Is its check due and not closed?"""
        return self.is_due and (self.check is None or self.check.is_open)


@dataclass(frozen=True)
class EthicsStanding:
    """How far the checks of a round are, over all its files, whoever looks."""

    due: int = 0
    unnamed: int = 0
    at_work: int = 0
    put: tuple[EthicsCheck, ...] = ()

    @property
    def open(self) -> int:
        """Checks that are due and not closed."""
        return self.unnamed + self.at_work + len(self.put)

    @property
    def closed(self) -> int:
        return self.due - self.open


def due_of(round: Round) -> list[str]:
    """The references of the files whose check is due now, in the order of the list."""
    scope = round.call.ethics_check
    if scope == EthicsScope.OFF or round.state not in LISTED:
        return []
    named = [check.application.ref for check in checks_of(round).values()]
    panel = panel_of(round) if scope == EthicsScope.PANEL else []
    return ethics.due(scope, _places(round), panel, named)


def open_refs(round: Round) -> list[str]:
    """The files whose check is due and not closed: they keep the decisions from being proposed."""
    closed = {one.application.ref for one in checks_of(round).values() if not one.is_open}
    return [ref for ref in due_of(round) if ref not in closed]


def ethics_standing(round: Round) -> EthicsStanding:
    """How far the checks of the round are; nothing where the call has none."""
    due = due_of(round)
    if not due:
        return EthicsStanding()
    found = {one.application.ref: one for one in checks_of(round).values()}
    there = [found[ref] for ref in due if ref in found]
    at_work = [one for one in there if one.state in (EthicsState.NAMED, EthicsState.OPEN)]
    put = tuple(one for one in there if one.state == EthicsState.PUT)
    return EthicsStanding(len(due), len(due) - len(there), len(at_work), put)


def check_lines(round: Round, user: Any) -> tuple[list[CheckLine], list[CheckLine]]:
    """The files that the person may see: those whose check is due, in the order of the list, and the others."""
    checks, due, places = checks_of(round), due_of(round), _places(round)
    files = {file.ref: file for file in round_files(round, user).filter(state__in=_states(round))}
    order = [ref for ref in [*due, *places] if ref in files]
    order = list(dict.fromkeys([*order, *sorted(files)]))
    lines = [CheckLine(files[ref], places.get(ref), ref in due, checks.get(files[ref].pk)) for ref in order]
    return [line for line in lines if line.is_due], [line for line in lines if not line.is_due]


def _states(round: Round) -> Sequence[str]:
    """After the release a file that joins by an objection may be checked too."""
    return [*PASSED, ApplicationState.INELIGIBLE] if round.state == RoundState.RELEASED else PASSED


def _places(round: Round) -> dict[str, Place]:
    if round.state == RoundState.RANKED:
        return {row.key: row.place for row in ranking_of(round).rows}
    rows = Decision.objects.filter(round=round).exclude(application__state=ApplicationState.WITHDRAWN)
    told = rows.order_by("rank", "pk").values_list("application__ref", "outcome")
    return {ref: _PLACES[Outcome(outcome)] for ref, outcome in told}


def reviewers_of(round: Round) -> list[Reviewer]:
    """Who could check files: the people of the project, and the evaluators of the round who accepted; each once."""
    return people_of(round.call.project_id, Evaluator.objects.filter(round=round))


def people_of(project: int, evaluators: QuerySet[Evaluator]) -> list[Reviewer]:
    """The people of a project and those of the evaluators who accepted, each once, with whom they work for."""
    members = ProjectMember.objects.filter(project=project, ended_at__isnull=True)
    people: dict[int, tuple[str, str]] = {}
    for user in User.objects.filter(pk__in=members.values("user"), is_active=True).order_by("pk"):
        people[user.pk] = (str(user), "")
    accepted = evaluators.filter(state=EvaluatorState.ACCEPTED, user__is_active=True)
    for row in accepted.order_by("name", "pk"):
        if row.user_id is not None:
            people[row.user_id] = (row.name, row.organisation_name)
    theirs = works_for(list(people))
    return [
        Reviewer(key, name, frozenset(theirs[key]), organisation)
        for key, (name, organisation) in sorted(people.items(), key=lambda item: (item[1][0], item[0]))
    ]


def subject_of(round: Round, file: Any) -> Subject:
    """Who takes part in a file (with `version_pk`), and who is out."""
    parties = Partner.objects.filter(version=file.version_pk).values_list(
        "organisation_id", "organisation__legal_name"
    )
    judged = Assignment.objects.filter(application=file.pk)
    conflicts = ConflictDeclaration.objects.filter(assignment__application=file.pk, has_conflict=True)
    declined = EthicsCheck.objects.filter(application=file.pk, state=EthicsState.DECLINED)
    named = matches_of(round, [file.version_pk]).get(file.version_pk, {}) if round.call.blind else {}
    matched = Evaluator.objects.filter(pk__in=named).values_list("user_id", flat=True)
    out = [
        *matched,
        *conflicts.values_list("by_id", flat=True),
        *declined.values_list("reviewer_id", flat=True),
    ]
    scored = judged.exclude(state__in=[AssignmentState.REVOKED, AssignmentState.DECLINED])
    return Subject(
        ref=file.ref,
        parties=list(parties),
        recused=frozenset(Recusal.objects.filter(application=file.pk).values_list("user_id", flat=True)),
        conflicted=frozenset(out),
        scored=frozenset(scored.values_list("evaluator__user_id", flat=True)) - {None},
        silent=silent_users(round),
    )


def own_checks(user: Any) -> list[EthicsCheck]:
    """Everything the person was named to check and still may see, open ones first."""
    rows = EthicsCheck.objects.visible_to(user).select_related("round__call", "application", "version")
    found = rows.defer("version__payload").order_by("-round", "ref")
    return sorted(found, key=lambda one: one.state not in (EthicsState.NAMED, EthicsState.OPEN))


def ethics_first(dossier: Dossier, form: Any) -> Dossier:
    """The same with the sections that ask about ethics or security before the others. `form`: its definition."""
    about = {section.key for section in form.sections if _is_about_ethics(section)}
    return replace(dossier, sections=sorted(dossier.sections, key=lambda one: one.key not in about))


def _is_about_ethics(section: Any) -> bool:
    keys = [section.key, *(question.key for question in section.questions)]
    return any(word in key for key in keys for word in ("ethic", "security"))
