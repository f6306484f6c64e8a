"""A round with files and evaluators for tests, brought as far as a test needs it through the services."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from applicants.models import Application
from calls.models import Call
from core import clock
from evaluation import services
from evaluation.models import Assignment, Evaluator, Round, Score
from tests.accounts import factories as people
from tests.applicants import factories as applications
from tests.calls import factories as calls
from tests.funding import factories as funding
from tests.funding.factories import Team

_numbers = count(1)
WORDS = "Clear and well argued from the first page to the last."


@dataclass
class Scene:
    """A closed call in evaluation: its team, files (best first when scored in order), evaluators, round."""

    team: Team
    call: Call
    round: Round
    files: list[Application] = field(default_factory=list)
    evaluators: list[Evaluator] = field(default_factory=list)

    def reload(self) -> "Scene":
        self.round = Round.objects.get(pk=self.round.pk)
        self.files = [Application.objects.get(pk=file.pk) for file in self.files]
        return self

    @property
    def due(self) -> Any:
        return clock.now() + timedelta(days=14)


def closed_call(team: Team, **fields: Any) -> Call:
    """A published call whose deadline passed an hour ago."""
    dates = {"opens_at": clock.now() - timedelta(days=70), "closes_at": clock.now() - timedelta(hours=1)}
    with transaction.atomic():
        return calls.call(team, **{**dates, **fields})


def scene(*, files: int = 2, evaluators: int = 2, team: Team | None = None, **fields: Any) -> Scene:
    """A round just opened, with submitted files (20 000 EUR each, Italian) and accepted evaluators (Slovenian)."""
    team = team or funding.team()
    call = closed_call(team, **fields)
    made = Scene(team, call, services.open_round(call, by=team.mia))
    made.files = [applications.application(call, title=f"Project {index + 1}") for index in range(files)]
    made.evaluators = [evaluator(made.round, name) for name in _names(evaluators)]
    return made


def evaluator(round: Round, name: str = "Eva Novak", *, country: str = "SI", **fields: Any) -> Evaluator:
    """A person who accepted the invitation."""
    user: User = fields.pop("user", None) or people.user(name)
    return Evaluator.objects.create(
        **{
            "round": round,
            "email": user.email,
            "name": name,
            "user": user,
            "organisation_name": "University of Ljubljana",
            "country": country,
            "state": "accepted",
            "token": f"token-{next(_numbers)}",
            "invited_by": round.call.created_by,
            "answered_at": clock.now(),
            **fields,
        }
    )


def screened(made: Scene) -> Scene:
    """Every file is eligible."""
    for file in made.files:
        services.screen_application(file, is_eligible=True, by=made.team.mia)
    return made.reload()


def assigned(made: Scene) -> Scene:
    """Every file has all evaluators."""
    screened(made)
    keys = [person.pk for person in made.evaluators]
    services.assign_evaluators(made.round, wanted={f.ref: keys for f in made.files}, by=made.team.mia)
    return made.reload()


def scoring(made: Scene) -> Scene:
    """The evaluators may score."""
    assigned(made)
    services.start_scoring(made.round, due_at=made.due, by=made.team.mia)
    return made.reload()


def declared(made: Scene) -> Scene:
    """Nobody has a conflict: every file is open to its evaluators."""
    scoring(made)
    for pair in Assignment.objects.filter(round=made.round):
        services.declare_absence(pair, by=pair.evaluator.user)
    return made.reload()


def give(pair: Assignment, *values: str) -> Assignment:
    """Submit a sheet: one value for each criterion, in order."""
    codes = [item.code for item in pair.round.call.criteria.all()]
    scores = dict(zip(codes, (Decimal(value) for value in values), strict=True))
    return services.submit_scores(
        pair, scores=scores, reasons=dict.fromkeys(codes, WORDS), by=pair.evaluator.user
    )


def scored(made: Scene, sheets: Sequence[tuple[str, ...]] | None = None) -> Scene:
    """Every evaluator gives file n the n-th sheet (default: each file a little worse than the one before)."""
    declared(made)
    steps = [Decimal(5) - Decimal("0.5") * min(index, 4) for index in range(len(made.files))]
    given = sheets or [(str(step), str(step)) for step in steps]
    for file, values in zip(made.files, given, strict=True):
        for pair in Assignment.objects.filter(application=file):
            give(pair, *values)
    return made.reload()


def ranked(made: Scene, sheets: Sequence[tuple[str, ...]] | None = None) -> Scene:
    scored(made, sheets)
    services.rank_round(made.round, by=made.team.mia)
    return made.reload()


def proposed(made: Scene, sheets: Sequence[tuple[str, ...]] | None = None) -> Scene:
    """Mia proposed."""
    ranked(made, sheets)
    services.propose_decisions(made.round, by=made.team.mia)
    return made.reload()


def confirmed(made: Scene, sheets: Sequence[tuple[str, ...]] | None = None) -> Scene:
    """Mia proposed, Luc confirmed."""
    proposed(made, sheets)
    services.confirm_decisions(made.round, by=made.team.luc)
    return made.reload()


def released(made: Scene, sheets: Sequence[tuple[str, ...]] | None = None) -> Scene:
    """Every applicant knows."""
    confirmed(made, sheets)
    services.release_decisions(made.round, by=made.team.mia)
    return made.reload()


def many(files: int, stage: Any, **fields: Any) -> Scene:
    """A big round at a stage (one of the functions above), its rows written directly as far as the sheets."""
    made = scene(files=files, evaluators=3, budget_cents=600_000_00, **fields)
    order = [scene, screened, assigned, scoring, declared, scored, ranked, proposed, confirmed, released]
    at = order.index(stage)
    if at >= 1:
        Application.objects.filter(call=made.call).update(state="eligible")
    if at >= 2:
        _rows(made, state="accepted" if at >= 4 else "invited")
    if at >= 3:
        Round.objects.filter(pk=made.round.pk).update(state="scoring", scoring_due_at=made.due)
    if at >= 5:
        _sheets(made)
    made.reload()
    if at >= 6:
        services.rank_round(made.round, by=made.team.mia)
    if at >= 7:
        services.propose_decisions(made.round, by=made.team.mia)
    if at >= 8:
        services.confirm_decisions(made.round, by=made.team.luc)
    if at >= 9:
        services.release_decisions(made.round, by=made.team.mia)
    return made.reload()


def _rows(made: Scene, *, state: str) -> None:
    Assignment.objects.bulk_create(
        Assignment(
            round=made.round,
            application=file,
            version=file.valid_version(),
            evaluator=person,
            state=state,
            assigned_by=made.team.mia,
        )
        for file in made.files
        for person in made.evaluators
    )


def _sheets(made: Scene) -> None:
    criteria = list(made.call.criteria.all())
    Score.objects.bulk_create(
        Score(
            assignment=pair, criterion=item, value=Decimal("4.5") - Decimal("0.5") * (index % 3), reason=WORDS
        )
        for index, pair in enumerate(Assignment.objects.filter(round=made.round))
        for item in criteria
    )
    Assignment.objects.filter(round=made.round).update(
        state="scored", total=Decimal("80"), submitted_at=clock.now()
    )


def party(name: str, country: str = "FR", *, members: list[User] | None = None) -> Organisation:
    return people.organisation(name, country=country, members=members)


def _names(number: int) -> list[str]:
    first = ["Eva Novak", "Ed Horvat", "Ema Kralj", "Elio Zupan", "Ela Vidmar", "Erik Golob"]
    return [first[index] if index < len(first) else f"Expert {index}" for index in range(number)]
