"""Who may do what: a table of persons."""

import pytest

from applicants.models import Recusal
from funding.models import ProjectMember
from grants import permissions, queries, services
from grants.models import Agreement, Payment
from tests.accounts import factories as people
from tests.funding import factories as projects
from tests.grants import factories as make

pytestmark = pytest.mark.django_db

PEOPLE = ["mia", "luc", "fred", "ann", "paul", "alice", "bob", "charlie", "foreign"]


def cast(w: make.World) -> dict:
    paul = people.user("Paul Partner")
    ProjectMember.objects.create(project=w.team.project, user=paul, role="partner")
    staff = {"mia": w.team.mia, "luc": w.team.luc, "fred": w.team.fred, "ann": w.team.ann, "paul": paul}
    other = projects.team(envelope_cents=0)
    return {**staff, "alice": w.alice, "bob": w.bob, "charlie": w.charlie, "foreign": other.mia}


def test_predicates_for_each_person(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    payment = make.proposed(w, agreement)
    milestone, persons = make.final(agreement), cast(w)
    expected = {
        "manage": {"mia", "luc"},
        "sign": {"alice"},
        "report": {"alice", "bob"},
        "see_account": {"fred", "ann"},
        "verify": {"fred"},
        "propose": {"mia", "luc", "fred"},
        "approve": {"fred"},
        "cancel": {"mia", "luc", "fred"},
    }
    asked = {
        "manage": lambda user: permissions.can_manage_agreement(user, agreement),
        "sign": lambda user: permissions.can_sign_agreement(user, agreement),
        "report": lambda user: permissions.can_report_milestone(user, milestone),
        "see_account": lambda user: permissions.can_see_bank_account(user, agreement),
        "verify": lambda user: permissions.can_verify_bank_account(user, agreement),
        "propose": lambda user: permissions.can_propose_payment(user, milestone),
        "approve": lambda user: permissions.can_approve_payment(user, payment),
        "cancel": lambda user: permissions.can_cancel_payment(user, payment),
    }
    found = {verb: {name for name in PEOPLE if may(persons[name])} for verb, may in asked.items()}
    assert found == expected


def test_cancel_of_an_approved_payment_is_for_finance_alone(now) -> None:
    w = make.world()
    payment = make.approved(w)
    persons = cast(w)
    assert {n for n in PEOPLE if permissions.can_cancel_payment(persons[n], payment)} == {"fred"}


def test_doors_show_each_person_their_own(now) -> None:
    w = make.world()
    agreement = make.drafted(w)
    persons = cast(w)

    def behind(door: str) -> set[str]:
        return {n for n in PEOPLE if getattr(Agreement.objects, door)(persons[n]).exists()}

    assert (behind("visible_to"), behind("visible_to_staff")) == (
        set(),
        {"mia", "luc", "fred", "ann", "paul"},
    )
    services.send_agreement(agreement, by=w.team.mia)
    assert behind("visible_to") == {"alice", "bob"}


def test_doors_are_shut_for_who_is_recused(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    make.proposed(w, agreement)
    Recusal.objects.create(application=w.application, user=w.team.fred, reason="Brother of the owner")
    assert Agreement.objects.visible_to_staff(w.team.fred).exists() is False
    assert Payment.objects.visible_to_staff(w.team.fred).exists() is False
    assert queries.payment_sums(w.team.fred) == {}


@pytest.mark.parametrize(
    ("stage", "mia", "fred", "ann"),
    [
        (make.drafted, {"send", "withdraw"}, {"see_account"}, {"see_account"}),
        (make.sent, {"withdraw"}, {"see_account"}, {"see_account"}),
        (make.signed, {"countersign", "withdraw"}, {"see_account", "verify"}, {"see_account"}),
        (make.in_force, {"review", "propose", "end"}, {"see_account", "verify", "propose"}, {"see_account"}),
    ],
)
def test_staff_actions_by_state(now, stage, mia: set, fred: set, ann: set) -> None:
    w = make.world()
    agreement = stage(w)
    found = [permissions.staff_actions(user, agreement) for user in (w.team.mia, w.team.fred, w.team.ann)]
    assert found == [mia, fred, ann]


@pytest.mark.parametrize(
    ("stage", "alice", "bob"),
    [
        (make.sent, {"sign", "account"}, set()),
        (make.signed, {"account"}, set()),
        (make.in_force, {"account", "report"}, {"report"}),
    ],
)
def test_own_actions_by_state(now, stage, alice: set, bob: set) -> None:
    w = make.world()
    agreement = stage(w)
    assert [permissions.available_actions(user, agreement) for user in (w.alice, w.bob)] == [alice, bob]


def test_payment_actions_hide_the_second_half_from_who_began(now) -> None:
    w = make.world()
    (payment,) = services.propose_payments(make.advance(make.in_force(w)), by=w.team.fred)
    gus = people.user("Gus Finance")
    ProjectMember.objects.create(project=w.team.project, user=gus, role="finance")
    assert permissions.payment_actions(w.team.fred, payment) == {"see_account", "cancel"}
    assert permissions.payment_actions(gus, payment) == {"see_account", "cancel", "approve"}
    payment = services.approve_payment(payment, by=gus)
    assert permissions.payment_actions(w.team.fred, payment) == {"see_account", "cancel", "paid", "failed"}
    assert permissions.payment_actions(w.team.mia, payment) == set()


def test_review_actions_by_state(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    milestone = make.final(agreement)
    assert permissions.review_actions(w.team.mia, milestone) == set()
    services.report_milestone(milestone, by=w.alice, text="Done.")
    milestone = make.again(milestone)
    assert permissions.review_actions(w.team.mia, milestone) == {"review"}
    assert permissions.review_actions(w.team.fred, milestone) == set()
    services.accept_milestone(milestone, by=w.team.mia)
    milestone = make.again(milestone)
    assert [permissions.review_actions(u, milestone) for u in (w.team.mia, w.team.fred, w.team.ann)] == [
        {"propose"},
        {"propose"},
        set(),
    ]
