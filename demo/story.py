"""The story of DREAM and Silicon Europe, told so that today, whenever that is, every role has something to do.

Each chapter stops the clock at an instant before today and lets people act by the verbs of the product.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from applicants.models import Application
from calls import services as calls
from calls.models import Call
from core import clock
from demo import money
from demo.calls import DREAM_FIRST, DREAM_SECOND, SILICON_DEMO, SILICON_GREEN, CallScript
from demo.cast import DREAM, EVALUATORS, SILICON
from demo.pieces import accepted, assign_all, company, invite, judge, screen, set_up, submit, write
from demo.texts import green_answers, project_answers
from evaluation import services as evaluation
from evaluation.models import Assignment, Round
from funding import services as funding
from funding.models import Project

BRUSSELS = ZoneInfo("Europe/Brussels")
People = dict[str, User]


class Calendar:
    """Days counted from the day on which the story is told."""

    def __init__(self, told_at: datetime) -> None:
        self.today = told_at.astimezone(BRUSSELS).date()

    def day(self, offset: int, hour: int = 10, minute: int = 0) -> datetime:
        """Wall-clock time in Brussels, `offset` days from today."""
        return datetime.combine(self.today + timedelta(days=offset), time(hour, minute), BRUSSELS)

    def working_day(self, offset: int, hour: int) -> datetime:
        """The same, on the Monday after when it would be a weekend."""
        day = self.today + timedelta(days=offset)
        return self.day(offset + max(0, 7 - day.weekday()) % 7 if day.weekday() > 4 else offset, hour)

    @contextmanager
    def on(self, offset: int, hour: int = 10, minute: int = 0) -> Iterator[None]:
        """Act on that day."""
        with clock.stopped_at(self.day(offset, hour, minute)):
            yield


def tell(told_at: datetime) -> None:
    """Tell everything. The database has no project of these names."""
    days = Calendar(told_at)
    with days.on(-400):
        dream, team = set_up(DREAM, start=days.day(-420))
        silicon, silicon_team = set_up(SILICON, start=days.day(-420))
    _dream_is_decided_and_paid(days, dream, team)
    _dream_has_a_second_call_coming(days, dream, team)
    _silicon_is_scoring(days, silicon, silicon_team)
    _silicon_has_an_open_call(days, silicon, silicon_team)
    with days.on(-1):
        funding.record_kpi(
            silicon, "companies-reached", key="demo:webinar", delta=84, by=None, note="Two webinars"
        )
        funding.record_kpi(
            dream, "people-trained", key="demo:training", delta=31, by=None, note="Training in Torino"
        )


def _publish(
    days: Calendar, project: Project, script: CallScript, *, by: tuple[User, User], opens: int, closes: int
) -> Call:
    """One manager creates and proposes, the other publishes, five days before the call opens."""
    first, second = by
    slug, name, description = script.voucher
    kind = project.voucher_types.filter(slug=slug).first() or funding.add_voucher_type(
        project, by=first, slug=slug, name=name, description=description, defaults=script.defaults()
    )
    call = calls.create_call(
        kind, title=script.title, code=script.columns["code"], slug=script.columns["slug"], by=first
    )
    calls.change_money(call, by=first, **_money(script))
    calls.change_dates(
        call,
        opens_at=days.working_day(opens, 9),
        closes_at=days.working_day(closes, 17),
        decision_by=days.day(closes + 45).date(),
        agreement_by=days.day(closes + 75).date(),
        project_months=script.columns["project_months"],
        by=first,
    )
    calls.propose_publication(call, by=first)
    return calls.publish_call(call, by=second)


def _money(script: CallScript) -> dict[str, Any]:
    columns = script.columns
    amounts = ("budget_cents", "project_min_cents", "project_max_cents", "sme_max_cents")
    return {**{name: columns[name] for name in amounts}, "rate": columns["rate"], "state_aid": False}


def _dream_is_decided_and_paid(days: Calendar, project: Project, team: People) -> None:
    mia, luc = team["mia"], team["luc"]
    with days.on(-225):
        call = _publish(days, project, DREAM_FIRST, by=(mia, luc), opens=-220, closes=-150)
    for number, (who, title, cost, asked, _grades) in enumerate(DREAM_FILES):
        with days.on(-160 + number, 11 + number % 5, 7 * number):
            submit(
                write(
                    call, who, title=title, answers=project_answers(title), cost_cents=cost, asked_cents=asked
                )
            )
    with days.on(-148, 20):
        round_ = evaluation.open_round(call, by=mia)
        screen(round_, by=mia)
    with days.on(-146):
        invite(round_, EVALUATORS[:2], by=mia)
        assign_all(round_, by=mia)
        evaluation.start_scoring(Round.objects.get(pk=round_.pk), due_at=days.day(-125, 18), by=mia)
    for assignment in Assignment.objects.filter(round=round_).select_related(
        "application", "evaluator__user"
    ):
        title = assignment.version.title
        grades = next(file[4] for file in DREAM_FILES if file[1] == title)
        turn = 0 if assignment.evaluator == accepted(round_)[0] else 1
        with days.on(-130, 20):
            judge(
                assignment, dict(zip(("excellence", "impact", "implementation"), grades[turn], strict=True))
            )
    with days.on(-120):
        evaluation.rank_round(Round.objects.get(pk=round_.pk), by=mia)
        evaluation.propose_decisions(Round.objects.get(pk=round_.pk), by=mia)
    with days.on(-118):
        evaluation.confirm_decisions(Round.objects.get(pk=round_.pk), by=luc)
        evaluation.release_decisions(Round.objects.get(pk=round_.pk), by=luc)
        evaluation.publish_results(Round.objects.get(pk=round_.pk), by=luc)
    _dream_hears_an_objection(days, call, team)
    _dream_pays(days, call, team)


def _dream_hears_an_objection(days: Calendar, call: Call, team: People) -> None:
    """The last of the list objects; the finance officer, who took no part in the decision, answers."""
    file = Application.objects.get(call=call, last_final__title="Thermal imaging of welds")
    with days.on(-114):
        objection = evaluation.file_objection(
            file,
            ground="error",
            text="Both evaluators say that the impact is not shown. The figures stand in the annex, on page 3.",
            by=file.created_by,
        )
    with days.on(-112):
        objection = evaluation.name_handler(objection, handler=team["fred"].pk, by=team["luc"])
    with days.on(-98):
        evaluation.answer_objection(
            objection,
            verdict="rejected",
            answer="The annex was read: one sheet quotes its figures. What they are worth is the judgement of the "
            "evaluators, which is not looked at again. The procedure was kept.",
            by=team["fred"],
        )


DREAM_FILES: tuple[tuple[str, str, int, int, tuple[tuple[str, ...], tuple[str, ...]]], ...] = (
    ("delta", "Digital twin of an anodising line", 42_900_00, 30_000_00, (("4.5", "4.5", "4.5"), ("4.5", "4.5", "4.5"))),
    ("carpatica", "Predictive care of injection moulds", 40_800_00, 28_500_00, (("4.5", "4.5", "4"), ("4", "4", "4.5"))),
    ("rossi", "Vision control for short steel series", 34_200_00, 23_940_00, (("4", "4", "4.5"), ("4", "4.5", "4"))),
    ("fonderie", "Energy monitor for a foundry", 37_200_00, 26_000_00, (("4", "4", "4"), ("4", "4", "3.5"))),
    ("robocell", "Robot cell planning in the cloud", 42_900_00, 30_000_00, (("4", "3.5", "4"), ("4", "4", "4"))),
    ("saldatura", "Thermal imaging of welds", 42_900_00, 30_000_00, (("4", "2", "3.5"), ("4", "3", "3.5"))),
)  # fmt: skip


def _dream_pays(days: Calendar, call: Call, team: People) -> None:
    mia, luc, fred = team["mia"], team["luc"], team["fred"]
    with days.on(-105):
        agreements = money.draft_all(call, by=mia, starts_on=days.day(-95).date())
    delta, carpatica, rossi, fonderie = (agreements[name] for name in FUNDED)
    for agreement in (delta, carpatica, rossi):
        with days.on(-103):
            money.send(agreement, by=mia)
        with days.on(-98):
            money.sign(agreement)
        with days.on(-96):
            money.countersign(agreement, by=luc)
    for agreement in (delta, carpatica):
        with days.on(-92):
            money.verify_account(agreement, by=fred)
            payments = money.propose(money.milestone(agreement, 0), by=mia)
        with days.on(-90):
            money.approve_and_pay(payments, by=fred)
    with days.on(-6):
        money.report(
            money.milestone(carpatica, 1), "Sensors are mounted on four moulds; 61 days of data are in."
        )
    with days.on(-4):
        money.accept(money.milestone(carpatica, 1), by=luc)
    with days.on(-3):
        money.propose(money.milestone(carpatica, 1), by=mia)
    with days.on(-2):
        money.report(
            money.milestone(delta, 1), "The twin follows the line within 3 %. Two operators are trained."
        )
        money.send(fonderie, by=mia)


FUNDED = (
    "Delta Anodisation SAS",
    "Carpatica Molds S.R.L.",
    "Rossi Meccanica S.r.l.",
    "Fonderie de la Sambre SA",
)


def _dream_has_a_second_call_coming(days: Calendar, project: Project, team: People) -> None:
    with days.on(-4):
        _publish(days, project, DREAM_SECOND, by=(team["luc"], team["mia"]), opens=12, closes=82)


def _silicon_is_scoring(days: Calendar, project: Project, team: People) -> None:
    sofia, jens = team["sofia"], team["jens"]
    with days.on(-100):
        call = _publish(days, project, SILICON_DEMO, by=(sofia, jens), opens=-95, closes=-12)
    for number, (who, title, partner) in enumerate(SILICON_FILES):
        with days.on(-16 + number, 16, 10 * number):
            parts = [(partner, "Builds and tests the demonstrator", 30_000_00, 30_000_00)]
            company(partner)
            submit(
                write(
                    call, who, title=title, answers=project_answers(title),
                    cost_cents=50_000_00, asked_cents=50_000_00, partners=parts,
                )
            )  # fmt: skip
    with days.on(-10, 20):
        round_ = evaluation.open_round(call, by=sofia)
        screen(round_, by=sofia)
        invite(round_, EVALUATORS, by=sofia)
        assign_all(round_, by=sofia)
        evaluation.start_scoring(Round.objects.get(pk=round_.pk), due_at=days.day(6, 18), by=sofia)
    grades = {"excellence": "4", "impact": "4.5", "implementation": "3.5"}
    with days.on(-2, 20):
        first = accepted(round_)[0]
        for assignment in Assignment.objects.filter(round=round_).exclude(evaluator=first):
            judge(assignment, grades)


SILICON_FILES = (
    ("voltedge", "Energy harvesting for pallet tracking", "sensoria"),
    ("photonloop", "Photonic gas sensor for clean rooms", "nanograde"),
    ("sensoria", "Secure radio for water meters", "photonloop"),
)


def _silicon_has_an_open_call(days: Calendar, project: Project, team: People) -> None:
    with days.on(-32):
        call = _publish(days, project, SILICON_GREEN, by=(team["jens"], team["sofia"]), opens=-27, closes=44)
    for number, (who, kind) in enumerate((("voltedge", "audit"), ("photonloop", "lca"))):
        with days.on(-9 + number, 15):
            title = {
                "audit": "Environmental audit of our test line",
                "lca": "Life-cycle analysis of a sensor",
            }[kind]
            answers = green_answers(kind, days.day(60).date())
            submit(write(call, who, title=title, answers=answers, cost_cents=3_600_00, asked_cents=3_600_00))
    with days.on(-1, 16, 40):
        answers = green_answers("roadmap", days.day(75).date())
        answers["service"].pop("why")
        write(
            call, "rossi", title="Roadmap to less scrap", answers=answers, cost_cents=3_600_00, asked_cents=0
        )
