"""The acts the story is made of: each does, at a chosen instant, what a person does on a page, by the same verbs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress

from accounts import services as accounts
from accounts.models import Membership, Organisation, User
from applicants import services as applicants
from applicants.declarations import DECLARATIONS
from applicants.models import Application
from calls.models import Call
from core import clock
from demo.cast import COMPANIES, PASSWORD, Company, Player, ProjectScript
from evaluation import services as evaluation
from evaluation.models import Assignment, Evaluator, Round
from evaluation.queries import proposal_for
from funding import services as funding
from funding.models import Project

BY_KEY = {company.key: company for company in COMPANIES}


def person(player: Player) -> User:
    """The player's account, with a verified address and the demo's password."""
    known = User.objects.filter(email=player.email).first()
    if known is not None:
        return known
    made = User.objects.create_user(player.email, PASSWORD, full_name=player.name)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def set_up(script: ProjectScript, *, start: datetime) -> tuple[Project, dict[str, User]]:
    """Open a project with its consortium, people, targets and envelope; the people by the first part of their address."""
    clusters = {
        cluster.key: Organisation.objects.get_or_create(
            country=cluster.country,
            registration_number=f"demo-{cluster.key}",
            defaults={"legal_name": cluster.name, "town": cluster.town, "size": "other"},
        )[0]
        for cluster in script.clusters
    }
    first = clusters[script.clusters[0].key]
    dates = {"started_on": start.date(), "ends_on": (start + timedelta(days=3 * 365)).date()}
    project = funding.create_project(coordinator=first, **script.data, **dates)
    for cluster in script.clusters[1:]:
        funding.add_partner(project, clusters[cluster.key])
    people = {}
    for player in script.players:
        user = people[player.email.partition("@")[0]] = person(player)
        funding.add_member(project, user, role=player.role, organisation=clusters.get(player.cluster))
    for code, name, target in script.indicators:
        funding.add_indicator(project, code=code, name=name, target=target)
    manager = next(iter(people.values()))
    funding.set_envelope(project, amount_cents=script.envelope_cents, by=manager, why="Grant agreement")
    return project, people


def company(key: str) -> tuple[Organisation, User]:
    """A company and the person who writes and signs for it."""
    script = BY_KEY[key]
    user = person(Player(script.email, script.person))
    membership = Membership.objects.filter(user=user).select_related("organisation").first()
    if membership is not None:
        return membership.organisation, user
    return accounts.register_organisation(by=user, **_details(script)), user


def _details(script: Company) -> dict[str, Any]:
    return {
        "legal_name": script.name,
        "country": script.country,
        "registration_number": script.number,
        "town": script.town,
        "size": script.size,
    }


def write(
    call: Call,
    key: str,
    *,
    title: str,
    answers: Mapping[str, Mapping[str, Any]],
    cost_cents: int,
    asked_cents: int,
    partners: Sequence[tuple[str, str, int, int]] = (),
) -> Application:
    """Start a draft for a company and fill it. `partners`: (company, its part, costs, support asked)."""
    organisation, user = company(key)
    application = applicants.start_application(call, organisation, by=user)
    applicants.save_title(application, title=title, base=0, by=user)
    for section, values in answers.items():
        applicants.save_answers(
            application, section=section, values=values, bases=dict.fromkeys(values, 0), by=user
        )
    money = {"cost_cents": cost_cents, "requested_cents": asked_cents, "task": "Leads the project"}
    applicants.save_partners(
        application,
        values={organisation.ref: money},
        bases={organisation.ref: dict.fromkeys(money, 0)},
        by=user,
    )
    for other, task, cost, asked in partners:
        applicants.add_partner(
            application, by=user, task=task, cost_cents=cost, requested_cents=asked, **_details(BY_KEY[other])
        )
    return application


def submit(application: Application) -> None:
    """Submit what is written, with all declarations."""
    declarations = [declaration.key for declaration in DECLARATIONS]
    applicants.submit_application(
        application, by=application.created_by, arrived=clock.now(), declarations=declarations
    )


def screen(round_: Round, *, by: User, refused: Mapping[str, str] | None = None) -> None:
    """Screen all files of the round: eligible, or refused with the reason given by title."""
    for application in Application.objects.submitted().filter(call=round_.call, state="open"):
        version = application.valid_version()
        reason = (refused or {}).get(version.title if version else "", "")
        evaluation.screen_application(application, is_eligible=not reason, reasons=reason, by=by)


def invite(round_: Round, players: Sequence[Player], *, by: User) -> None:
    """Invite evaluators; each accepts."""
    for number, player in enumerate(players):
        user = person(player)
        country = ["CZ", "IE", "TR", "ES"][number]
        invited = evaluation.invite_evaluator(
            round_,
            name=player.name,
            email=player.email,
            organisation_name="Independent",
            country=country,
            by=by,
        )
        evaluation.accept_invitation(invited, by=user)


def assign_all(round_: Round, *, by: User) -> None:
    """Store the assignment that the product proposes."""
    evaluation.assign_as_proposed(round_, digest=proposal_for(round_).digest, by=by)


REASONS = {
    "high": "Well argued with figures from the own plant, a credible partner and a realistic plan for the year ahead.",
    "middle": "A sound idea; the benefit is plausible, though some figures have no source and the plan is tight.",
    "low": "The step for the company is small, the figures are not shown, and it is not clear who does the work.",
}


def judge(assignment: Assignment, grades: Mapping[str, str]) -> None:
    """Declare absence of conflict and submit scores, one grade for each criterion."""
    user = assignment.evaluator.user
    evaluation.declare_absence(assignment, by=user)
    scores = {code: Decimal(grade) for code, grade in grades.items()}
    reasons = {code: REASONS[_band(value)] for code, value in scores.items()}
    evaluation.submit_scores(assignment, scores=scores, reasons=reasons, by=user)


def _band(value: Decimal) -> str:
    return "high" if value >= 4 else "middle" if value >= 3 else "low"


def accepted(round_: Round) -> list[Evaluator]:
    """The evaluators who accepted, in the order in which they were invited."""
    return list(round_.evaluators.filter(state="accepted").order_by("pk"))
