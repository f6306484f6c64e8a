"""The check of ethics and security: what is due, who may do it, two persons for a no, and what it does to decisions."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Organisation
from applicants.models import Recusal
from applicants.queries import dossier
from applicants.services import withdraw_application
from core.audit import history
from core.errors import DomainError, FourEyesRequired, InvalidTransition
from core.models import OutgoingMessage
from desk.erasure import contents
from evaluation import ethics, queries, services
from evaluation.listing import Place
from evaluation.models import Decision, EthicsCheck, Promotion
from evaluation.states import EthicsOutcome
from tests.accounts import factories as people
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in
from tests.evaluation.test_redress import WORDS

WHY = "Patients are filmed without their consent."
CONDITION = "Approval of the ethics committee of the hospital"


def scene(*, files: int = 3, scope: str = "selected", budget: int = 40_000_00, **fields) -> make.Scene:
    """A ranked round: 20 000 EUR asked for each file, money for two, the third on the reserve."""
    return make.ranked(make.scene(files=files, budget_cents=budget, ethics_check=scope, **fields))


def named(made: make.Scene, *indexes: int, who=None) -> list[EthicsCheck]:
    files = [made.files[index].ref for index in indexes]
    who = who or made.team.fred
    return services.name_reviewer(made.round, files=files, reviewer=who.pk, by=made.team.mia)


def judged(made: make.Scene, index: int, outcome: str = "cleared", **fields) -> EthicsCheck:
    """Fred is named for this file, declares, and judges."""
    (check,) = named(made, index)
    services.declare_no_conflict(check, by=made.team.fred)
    return services.judge_ethics(check, outcome=outcome, **fields, by=made.team.fred)


def refused(made: make.Scene, index: int) -> EthicsCheck:
    check = judged(made, index, "refused", reasons=WHY)
    return services.confirm_refusal(check, by=made.team.luc)


def cleared(made: make.Scene, *indexes: int) -> None:
    for index in indexes:
        judged(made, index)


def decision(made: make.Scene, index: int) -> Decision:
    return Decision.objects.get(round=made.round, application=made.files[index])


# --- the rule -----------------------------------------------------------------------------------------------

PLACES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.sampled_from(list(Place)), max_size=12)


@given(
    PLACES, st.sets(st.text("abcdef", min_size=1, max_size=3)), st.sampled_from(["off", "selected", "panel"])
)
def test_what_is_due_covers_whatever_needs_clearance(places, panel, scope) -> None:
    due = ethics.due(scope, places, panel)

    outcomes = {Place.FUNDED: "fund", Place.RESERVE: "reserve"}
    for key, place in places.items():
        if place in outcomes and ethics.needs_clearance(scope, outcomes[place]):
            assert key in due
    assert due == [key for key in places if key in due]
    if scope == "off":
        assert not due
    if scope == "selected":
        assert all(places[key] in outcomes for key in due)


def test_a_file_that_was_named_is_due_beyond_the_rule() -> None:
    places = {"A": Place.FUNDED, "B": Place.RESERVE, "C": Place.RESERVE, "D": Place.BELOW}

    assert ethics.due("panel", places, panel=["B"]) == ["A", "B"]
    assert ethics.due("panel", places, panel=["B"], named=["C"]) == ["A", "B", "C"]
    assert ethics.due("selected", places) == ["A", "B", "C"]


def test_conditions_are_lines_each_once() -> None:
    assert ethics.lines_of("  one \n\n two\r\none") == ["one", "two"]


# --- before the decisions -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_decision_is_proposed_while_a_check_is_open() -> None:
    made = scene()
    cleared(made, 0, 1)

    with pytest.raises(DomainError, match=f"1 file still has to be checked .*{made.files[2].ref}"):
        services.propose_decisions(made.round, by=made.team.mia)
    (check,) = named(made, 2)
    services.declare_no_conflict(check, by=made.team.fred)
    with pytest.raises(DomainError, match="still has to be checked"):
        services.propose_decisions(made.round, by=made.team.mia)
    services.judge_ethics(check, outcome="cleared", by=made.team.fred)
    services.propose_decisions(made.round, by=made.team.mia)
    services.confirm_decisions(made.reload().round, by=made.team.luc)

    assert [decision(made, index).outcome for index in range(3)] == ["fund", "fund", "reserve"]


@pytest.mark.django_db
def test_a_call_without_the_check_has_none_of_it() -> None:
    made = make.ranked(make.scene(files=2))

    assert queries.ethics_standing(made.round).due == 0
    with pytest.raises(DomainError, match="no check"):
        named(made, 0)
    client = sign_in(made.team.mia)
    assert client.get(reverse("evaluation:ethics_list", args=[made.round.address])).status_code == 404
    services.propose_decisions(made.round, by=made.team.mia)


@pytest.mark.django_db
def test_panel_files_are_checked_and_whatever_would_be_funded() -> None:
    made = scene(files=4, scope="panel", max_awards=2, panel_percent=150)

    assert [line.file.ref for line in queries.check_lines(made.round, made.team.mia)[0]] == [
        file.ref for file in made.files[:3]
    ]
    cleared(made, 0, 1, 2)
    services.propose_decisions(made.round, by=made.team.mia)
    with pytest.raises(DomainError, match="not cleared in the check"):
        services.change_decision(
            decision(made, 3), outcome="fund", amounts={}, reason="Better than the others.", by=made.team.mia
        )


@pytest.mark.django_db
def test_conditions_stand_in_decision_and_letter() -> None:
    made = scene()
    judged(made, 0, "conditions", conditions=f"{CONDITION}\n\n{CONDITION}\nA data protection plan")
    cleared(made, 1, 2)
    services.propose_decisions(made.round, by=made.team.mia)

    first = decision(made, 0)
    texts = [one.text for one in first.conditions.all()]
    assert texts == [CONDITION, "A data protection plan"]
    assert CONDITION in first.letter
    organisation = first.application.organisation
    changed = services.change_decision(
        first,
        outcome="fund",
        amounts={organisation.pk: 10_000_00},
        reason="Half of it is done.",
        conditions=["A bank statement"],
        by=made.team.mia,
    )
    assert [one.text for one in changed.conditions.all()] == ["A bank statement", *texts]
    assert CONDITION in changed.letter


@pytest.mark.django_db
def test_not_cleared_is_rejected_with_the_reason_and_frees_its_money() -> None:
    made = scene()
    before = [row.key for row in queries.ranking_of(made.round).rows]
    refused(made, 0)
    cleared(made, 1, 2)
    services.propose_decisions(made.round, by=made.team.mia)

    assert before == [file.ref for file in made.files]
    out = decision(made, 0)
    assert (out.outcome, out.rank, out.amount_cents) == ("reject", None, 0)
    assert WHY in out.why
    assert f"not cleared in the check of ethics and security: {WHY}" in out.letter
    assert "threshold" not in out.letter
    assert [decision(made, index).outcome for index in (1, 2)] == ["fund", "fund"]
    with pytest.raises(DomainError, match="only be rejected"):
        services.change_decision(out, outcome="fund", amounts={}, reason="We like it.", by=made.team.mia)
    rows = {row.application.ref: row for row in queries.listed_files(made.reload().round, made.team.mia)}
    assert rows[made.files[0].ref].tag == "Not cleared"


@pytest.mark.django_db
def test_a_refusal_does_not_change_who_goes_to_the_panel() -> None:
    made = scene(files=4, scope="panel", max_awards=2, panel_percent=150)
    panel = queries.panel_of(made.round)
    refused(made, 0)

    assert queries.panel_of(made.round) == panel == [file.ref for file in made.files[:3]]


@pytest.mark.django_db
def test_not_cleared_needs_two_persons() -> None:
    made = scene()
    (check,) = named(made, 0, who=made.team.luc)
    services.declare_no_conflict(check, by=made.team.luc)
    with pytest.raises(DomainError, match="reasons"):
        services.judge_ethics(check, outcome="refused", by=made.team.luc)
    put = services.judge_ethics(check, outcome="refused", reasons=WHY, by=made.team.luc)

    assert put.state == "put"
    assert queries.ranking_of(made.round).rows[0].key == made.files[0].ref  # it still is on the list
    with pytest.raises(FourEyesRequired):
        services.confirm_refusal(put, by=made.team.luc)
    with pytest.raises(DatabaseError), transaction.atomic():
        EthicsCheck.objects.filter(pk=put.pk).update(state="closed", confirmed_by=made.team.luc)
    with pytest.raises(IntegrityError), transaction.atomic():
        EthicsCheck.objects.filter(pk=put.pk).update(state="closed")
    back = services.return_check(put, reason="Consent is in annex 2.", by=made.team.mia)
    assert (back.state, back.note) == ("open", "Consent is in annex 2.")
    again = services.judge_ethics(back, outcome="cleared", by=made.team.luc)
    assert again.state == "closed"
    names = {row.note or row.to_state for row in history(again)}
    assert "Consent is in annex 2." in names


@pytest.mark.django_db
def test_who_may_check() -> None:
    made = scene()
    scorer = made.evaluators[0].user
    outsider = people.user("Olga Outside")
    member = made.team.ann
    make.party("Ann's firm")
    Recusal.objects.create(application=made.files[0], user=member, reason="Sister")

    for who, sentence in (
        (scorer, "was given .* to score"),
        (outsider, "Choose a person of the project"),
        (member, "is recused from"),
    ):
        with pytest.raises(DomainError, match=sentence):
            named(made, 0, who=who)
    extra = make.evaluator(made.round, "Extra Expert")
    (check,) = named(made, 0, who=extra.user)
    with pytest.raises(DomainError, match="already"):
        named(made, 0)
    with pytest.raises(DomainError, match="Only the person"):
        services.declare_no_conflict(check, by=made.team.fred)
    with pytest.raises(InvalidTransition, match="not open to you"):
        services.judge_ethics(check, outcome="cleared", by=extra.user)


@pytest.mark.django_db
def test_who_works_for_an_applicant_does_not_check_it() -> None:
    made = scene()
    Organisation.objects.filter(pk=made.files[0].organisation_id).update(legal_name="Acme S.r.l.")
    extra = make.evaluator(made.round, "Extra Expert", organisation_name="ACME Srl")

    with pytest.raises(DomainError, match="works for"):
        named(made, 0, who=extra.user)
    named(made, 1, who=extra.user)


@pytest.mark.django_db
def test_a_conflict_closes_the_file_and_somebody_else_is_named() -> None:
    made = scene()
    (check,) = named(made, 0)
    services.decline_check(check, details="My brother works there.", by=made.team.fred)

    assert Recusal.objects.filter(application=made.files[0], user=made.team.fred).exists()
    assert not EthicsCheck.objects.visible_to(made.team.fred).exists()
    assert OutgoingMessage.objects.filter(kind="ethics_declined").count() == 2
    with pytest.raises(DomainError, match="is recused from"):
        named(made, 0)
    named(made, 0, who=made.team.ann)


@pytest.mark.django_db
def test_taken_back_before_the_decision_and_kept_after() -> None:
    made = scene()
    check = refused(made, 0)
    with pytest.raises(DatabaseError), transaction.atomic():
        EthicsCheck.objects.filter(pk=check.pk).update(reasons="Nothing.")
    services.take_back_check(check, reason="The wrong annex was read.", by=made.team.mia)

    assert queries.ranking_of(made.round).rows[0].key == made.files[0].ref
    cleared(made, 0, 1, 2)
    services.propose_decisions(made.round, by=made.team.mia)
    now = EthicsCheck.objects.get(application=made.files[0], state="closed")
    with pytest.raises(InvalidTransition):
        services.take_back_check(now, reason="Once more.", by=made.team.mia)


@pytest.mark.django_db
def test_the_applicant_learns_nothing_before_the_release() -> None:
    made = scene()
    refused(made, 0)
    judged(made, 1, "conditions", conditions=CONDITION)
    cleared(made, 2)
    services.propose_decisions(made.round, by=made.team.mia)
    services.confirm_decisions(made.reload().round, by=made.team.luc)
    clients = [sign_in(file.created_by) for file in made.files[:2]]
    pages = [
        reverse("applicants:application_detail", args=[made.files[0].ref]),
        reverse("applicants:application_detail", args=[made.files[1].ref]),
    ]
    mails = OutgoingMessage.objects.filter(recipient__in=[file.created_by for file in made.files])
    for client, page, text in zip(clients, pages, (WHY, CONDITION), strict=True):
        assert text not in client.get(page).content.decode()
    assert not mails.filter(text__contains="ethics").exists()

    services.release_decisions(made.reload().round, by=made.team.mia)

    assert WHY in Decision.objects.get(application=made.files[0]).letter
    assert WHY in clients[0].get(pages[0]).content.decode()
    assert CONDITION in clients[1].get(pages[1]).content.decode()


# --- after the release --------------------------------------------------------------------------------------


def released(made: make.Scene) -> make.Scene:
    services.propose_decisions(made.round, by=made.team.mia)
    services.confirm_decisions(made.reload().round, by=made.team.luc)
    services.release_decisions(made.reload().round, by=made.team.mia)
    return made.reload()


def withdrawn(made: make.Scene, index: int) -> None:
    withdraw_application(made.files[index], reason="We stop.", by=made.files[index].created_by)
    services.take_back_award(decision(made, index), by=made.team.mia)


@pytest.mark.django_db
def test_a_reserve_file_moves_up_only_when_it_is_cleared() -> None:
    made = scene(files=4, scope="panel", max_awards=2, panel_percent=100)
    cleared(made, 0, 1)
    released(made)
    withdrawn(made, 0)

    with pytest.raises(DomainError, match="not cleared in the check"):
        services.propose_promotion(made.round, by=made.team.mia)
    judged(made, 2, "conditions", conditions=CONDITION)
    services.propose_promotion(made.round, by=made.team.mia)
    assert CONDITION in Promotion.objects.get().letter
    services.confirm_promotion(made.round, by=made.team.luc)

    moved = decision(made, 2)
    assert (moved.outcome, [one.text for one in moved.conditions.all()]) == ("fund", [CONDITION])
    with pytest.raises(DatabaseError), transaction.atomic():
        moved.conditions.create(text="A condition nobody found in a check")


@pytest.mark.django_db
def test_a_reserve_file_that_is_not_cleared_is_passed_over() -> None:
    made = scene(files=4, scope="panel", max_awards=2, panel_percent=100)
    cleared(made, 0, 1)
    released(made)
    withdrawn(made, 0)
    refused(made, 2)
    cleared(made, 3)
    services.propose_promotion(made.round, by=made.team.mia)
    services.confirm_promotion(made.round, by=made.team.luc)

    assert [decision(made, index).outcome for index in (2, 3)] == ["reserve", "fund"]


@pytest.mark.django_db
def test_an_objection_to_a_refusal_needs_a_new_check_before_money() -> None:
    made = scene(budget=100_000_00)
    refused(made, 0)
    cleared(made, 1, 2)
    released(made)
    objection = services.file_objection(
        made.files[0], ground="procedure", text=WORDS, by=made.files[0].created_by
    )
    services.name_handler(objection, handler=made.team.ann.pk, by=made.team.mia)
    objection.refresh_from_db()
    services.answer_objection(
        objection, verdict="upheld", remedy="decision", answer="Annex 2 was missed.", by=made.team.ann
    )
    objection.refresh_from_db()
    given_ = {"verdict": "fund", "reason": "Annex 2 was missed.", "amount_cents": 20_000_00}

    with pytest.raises(DomainError):
        services.propose_reexamination(objection, **given_, by=made.team.ann)
    old = EthicsCheck.objects.get(application=made.files[0])
    services.take_back_check(old, reason="Annex 2 was missed.", by=made.team.mia)
    judged(made, 0, "conditions", conditions=CONDITION)
    services.propose_reexamination(objection, **given_, by=made.team.ann)
    services.confirm_reexamination(objection, by=made.team.mia)

    anew = decision(made, 0)
    assert (anew.outcome, anew.amount_cents, anew.rank) == ("fund", 20_000_00, 1)
    assert [one.text for one in anew.conditions.all()] == [CONDITION]
    assert CONDITION in anew.letter


@pytest.mark.django_db
def test_after_its_term_the_words_of_a_check_go() -> None:
    made = scene()
    check = refused(made, 0)
    cleared(made, 1, 2)
    released(made)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.retention = 'on'")
        contents.delete(made.files[0])
        cursor.execute("SET LOCAL app.retention = 'off'")

    check.refresh_from_db()
    assert (check.outcome, check.reasons, check.note) == ("refused", contents.GONE, "")
    assert not history(check).filter(note__contains=WHY).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        EthicsCheck.objects.filter(pk=check.pk).update(reasons="Other words.")


# --- pages --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_from_the_page_of_the_round_to_the_decision() -> None:
    made = scene(files=1)
    page = reverse("evaluation:ethics_list", args=[made.round.address])
    mia, fred, luc = sign_in(made.team.mia), sign_in(made.team.fred), sign_in(made.team.luc)
    ranking = reverse("evaluation:ranking", args=[made.round.address])

    assert page in mia.get(ranking).content.decode()
    assert "Propose these decisions" not in mia.get(ranking).content.decode()
    assert [line.title for line in queries.next_actions(made.team.mia)] == [
        "Name who checks 1 file for ethics and security"
    ]
    given_ = {"reviewer": made.team.fred.pk, "files": [made.files[0].ref]}
    assert fred.post(reverse("evaluation:ethics_name", args=[made.round.address]), given_).status_code == 404
    bad = mia.post(
        reverse("evaluation:ethics_name", args=[made.round.address]), {"reviewer": given_["reviewer"]}
    )
    assert bad.status_code == 422
    mia.post(reverse("evaluation:ethics_name", args=[made.round.address]), given_)
    check = EthicsCheck.objects.get()
    assert OutgoingMessage.objects.get(kind="ethics_named").recipient == made.team.fred
    assert "Declare on conflicts for 1 file to check for ethics" in [
        line.title for line in queries.next_actions(made.team.fred)
    ]

    own = reverse("evaluation:ethics_check", args=[check.ref])
    assert luc.get(own).status_code == 404
    shown = fred.get(own).content.decode()
    assert "Parts are checked by hand." not in shown  # nothing of the content before the declaration
    judge = reverse("evaluation:ethics_judge", args=[check.ref])
    assert fred.post(judge, {"outcome": "cleared"}).status_code == 404
    fred.post(reverse("evaluation:ethics_declare", args=[check.ref]), {"agreed": "on"})
    assert "Parts are checked by hand." in fred.get(own).content.decode()
    assert fred.post(judge, {"outcome": "conditions", "reasons": "Kept words"}).status_code == 422
    fred.post(judge, {"outcome": "refused", "reasons": WHY})
    assert "Confirm that 1 file is not cleared" in [
        line.title for line in queries.next_actions(made.team.luc)
    ]
    assert WHY in luc.get(page).content.decode()
    confirm = reverse("evaluation:ethics_confirm", args=[made.round.address, check.ref])
    luc.post(confirm)
    check.refresh_from_db()
    assert (check.state, check.confirmed_by, check.outcome) == (
        "closed",
        made.team.luc,
        EthicsOutcome.REFUSED,
    )
    assert "Not cleared" in mia.get(ranking).content.decode()
    assert "Propose these decisions" in mia.get(ranking).content.decode()


@pytest.mark.django_db
def test_the_answers_about_ethics_come_first() -> None:
    made = scene(files=1)
    (check,) = named(made, 0)
    services.declare_no_conflict(check, by=made.team.fred)
    whole = dossier(check.application, check.version)
    keys = [section.key for section in whole.sections]
    form = type(
        "F",
        (),
        {
            "sections": [
                type(
                    "S",
                    (),
                    {
                        "key": key,
                        "questions": [type("Q", (), {"key": "ethics_how" if key == keys[-1] else "x"})],
                    },
                )
                for key in keys
            ]
        },
    )

    assert len(keys) > 1
    assert [one.key for one in queries.ethics_first(whole, form).sections] == [keys[-1], *keys[:-1]]


@pytest.mark.django_db
def test_who_is_recused_sees_no_check_of_the_file() -> None:
    made = scene()
    check = judged(made, 0, "refused", reasons=WHY)
    Recusal.objects.create(application=made.files[0], user=made.team.luc, reason="Sister")
    luc = sign_in(made.team.luc)

    assert WHY not in luc.get(reverse("evaluation:ethics_list", args=[made.round.address])).content.decode()
    confirm = reverse("evaluation:ethics_confirm", args=[made.round.address, check.ref])
    assert luc.post(confirm).status_code == 404
    with pytest.raises(DomainError, match="recused"):
        services.confirm_refusal(check, by=made.team.luc)
