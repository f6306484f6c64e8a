"""Feedback before the deadline: until when, by whom, and that who gave it does not score the file."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from applicants.models import Application, Recusal
from calls import intake
from calls.intake import Intake
from core import clock
from core.audit import history
from core.errors import DeadlinePassed, DomainError, Incomplete, InvalidTransition
from core.models import OutgoingMessage
from evaluation import early, queries, services
from evaluation.early import Standing
from evaluation.models import EarlyFeedback, Evaluator
from evaluation.queries.early import advisers_for, early_of, early_standing, gave_feedback, until_of
from tests.accounts import factories as people
from tests.applicants import factories as applications
from tests.calls import factories as calls
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in
from tests.funding import factories as funding

ANSWER = "Say who buys it, and at what price."
REMARKS = "The test in month 2 proves less than you say."


def open_call(team=None, *, closes=timedelta(days=40), **fields):
    team = team or funding.team()
    at = clock.now()
    given_ = {"feedback_days": 21, "feedback_answer_days": 10, **fields}
    with transaction.atomic():
        call = calls.call(team, opens_at=at - timedelta(days=30), closes_at=at + closes, **given_)
    return team, call


def asked(**fields) -> tuple:
    """An applicant asks on its first version."""
    team, call = open_call(**fields)
    file = applications.application(call)
    return team, call, services.ask_feedback(file, question="Is the market clear?", by=file.created_by)


def expert(team, name: str = "Eva Novak", **fields) -> Evaluator:
    """Somebody who accepted in an earlier round of the project."""
    earlier = make.closed_call(team)
    return make.evaluator(services.open_round(earlier, by=team.mia), name, **fields)


# --- the clock ----------------------------------------------------------------------------------------------

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))


@given(
    INSTANTS,
    st.integers(1, 180),
    st.integers(1, 90),
    st.sampled_from(["Europe/Brussels", "Europe/Bucharest"]),
)
def test_feedback_asked_for_in_time_comes_before_the_deadline(deadline, days, answer, zone) -> None:
    until = early.ask_until(deadline, days, zone)
    wall = deadline.astimezone(ZoneInfo(zone)) - timedelta(days=days)

    assert until == wall.astimezone(UTC)
    allowed = not intake.faults(Intake(feedback_days=days, feedback_answer_days=answer), AROUND)
    assert allowed == (answer < days)
    if allowed:
        assert early.answer_by(until, answer, zone) < deadline


AROUND = intake.Around(zone="Europe/Brussels", opens_at=None, budget_cents=0, eligible=())


def test_a_call_where_nothing_is_changed_gives_no_feedback() -> None:
    for kept in (Intake(final_at_once=True, feedback_days=21), Intake(model="queue", feedback_days=21)):
        assert [fault.setting for fault in intake.faults(kept, AROUND)] == ["feedback_days"]
    assert not intake.faults(Intake(final_at_once=True), AROUND)


def test_standing() -> None:
    at = datetime(2028, 6, 1, tzinfo=UTC)
    base = {
        "at": at,
        "until": at,
        "is_submitted": True,
        "is_writable": True,
        "is_asked": False,
        "is_answered": False,
    }

    assert early.standing(**base) == Standing.MAY_ASK
    assert early.standing(**{**base, "at": at + timedelta(milliseconds=1)}) == Standing.TOO_LATE
    assert early.standing(**{**base, "is_submitted": False}) == Standing.NOT_SUBMITTED
    assert early.standing(**{**base, "is_asked": True, "at": at + timedelta(days=1)}) == Standing.WAITING
    assert early.standing(**{**base, "is_asked": True, "is_writable": False}) == Standing.UNANSWERED
    assert (
        early.standing(**{**base, "is_asked": True, "is_answered": True, "is_writable": False})
        == Standing.ANSWERED
    )


# --- asking -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_ask_once_on_the_version_that_counts() -> None:
    team, call, made = asked()
    file = made.application

    assert made.version == file.valid_version()
    assert made.answer_by == early.answer_by(made.asked_at, 10, call.zone)
    assert [row.to for row in OutgoingMessage.objects.filter(kind="early_asked").order_by("pk")] == [
        team.mia.email,
        team.luc.email,
    ]
    with pytest.raises(InvalidTransition, match="already"):
        services.ask_feedback(file, by=file.created_by)
    services.take_back_request(made, by=file.created_by)
    again = services.ask_feedback(file, by=file.created_by)
    assert again.pk != made.pk
    assert not EarlyFeedback.objects.visible_to_staff(team.mia).filter(pk=made.pk).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        EarlyFeedback.objects.create(
            application=file, version=made.version, asked_by=file.created_by, answer_by=made.answer_by
        )


@pytest.mark.django_db
def test_too_late_not_submitted_or_not_offered() -> None:
    _team, call = open_call()
    draft = applications.application(call, submitted=False)
    file = applications.application(call)
    until = until_of(file)

    with pytest.raises(InvalidTransition, match="Submit first"):
        services.ask_feedback(draft, by=draft.created_by)
    with pytest.raises(DeadlinePassed):
        services.ask_feedback(file, by=file.created_by, arrived=until + timedelta(milliseconds=1))
    services.ask_feedback(file, by=file.created_by, arrived=until)
    _other, without = open_call(feedback_days=None)
    plain = applications.application(without)
    with pytest.raises(DomainError, match="gives no feedback"):
        services.ask_feedback(plain, by=plain.created_by)
    page = reverse("evaluation:application_early", args=[plain.ref])
    assert sign_in(plain.created_by).get(page).status_code == 404


# --- answering ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_call_office_answers_by_mail_and_on_the_page() -> None:
    team, _call, made = asked()
    file = made.application
    with pytest.raises(DomainError, match="Write what"):
        services.answer_feedback(made, by=team.mia)
    services.answer_feedback(made, answer=ANSWER, by=team.mia)

    mail = OutgoingMessage.objects.get(kind="early_answered")
    assert mail.recipient == file.created_by
    assert ANSWER in mail.text
    page = sign_in(file.created_by).get(reverse("evaluation:application_early", args=[file.ref]))
    assert ANSWER in page.content.decode()
    assert file.is_writable(clock.now())
    with pytest.raises(InvalidTransition):
        services.answer_feedback(made, answer="More.", by=team.mia)
    with pytest.raises(DatabaseError), transaction.atomic():
        EarlyFeedback.objects.filter(pk=made.pk).update(answer="Otherwise.")
    assert [row.to_state for row in history(EarlyFeedback.objects.get(pk=made.pk))] == ["answered"]


@pytest.mark.django_db
def test_nothing_is_answered_after_the_deadline(monkeypatch) -> None:
    team, _call, made = asked()
    later = clock.now() + timedelta(days=41)
    monkeypatch.setattr(clock, "now", lambda: later)

    with pytest.raises(DeadlinePassed):
        services.answer_feedback(made, answer=ANSWER, by=team.mia)
    file = Application.objects.get(pk=made.application_id)
    assert early_standing(file, early_of(file), later) == Standing.UNANSWERED
    assert not [line for line in queries.next_actions(team.mia) if "feedback" in line.title]


@pytest.mark.django_db
def test_one_adviser_reads_after_the_declaration_and_only_that_version() -> None:
    team, _call, made = asked()
    eva = expert(team).user
    client = sign_in(eva)
    page = reverse("evaluation:early_adviser", args=[made.ref])
    give = reverse("evaluation:early_give", args=[made.ref])
    assert client.get(page).status_code == 404

    services.name_adviser(made, adviser=eva.pk, by=team.mia)
    assert OutgoingMessage.objects.get(kind="early_named").recipient == eva
    assert "Parts are checked by hand." not in client.get(page).content.decode()
    assert client.post(give, {"remarks": REMARKS}).status_code == 404
    client.post(reverse("evaluation:early_declare", args=[made.ref]), {"agreed": "on"})
    assert "Parts are checked by hand." in client.get(page).content.decode()
    assert client.post(give, {"remarks": " "}).status_code == 422
    client.post(give, {"remarks": REMARKS})
    made.refresh_from_db()
    assert (made.state, made.remarks) == ("given", REMARKS)
    with pytest.raises(InvalidTransition, match="Somebody reads it"):
        services.name_adviser(made, adviser=team.ann.pk, by=team.mia)

    services.answer_feedback(made, by=team.mia)
    mail = OutgoingMessage.objects.get(kind="early_answered")
    assert REMARKS in mail.text
    assert "Eva Novak" not in mail.text
    own = sign_in(made.application.created_by).get(
        reverse("evaluation:application_early", args=[made.application.ref])
    )
    assert REMARKS in own.content.decode()
    assert "Eva Novak" not in own.content.decode()
    assert client.get(page).status_code == 404  # it was for the feedback alone


@pytest.mark.django_db
def test_taking_back_closes_the_file_to_the_adviser() -> None:
    team, _call, made = asked()
    eva = expert(team).user
    services.name_adviser(made, adviser=eva.pk, by=team.mia)
    services.open_for_advice(made, by=eva)
    services.take_back_request(made, by=made.application.created_by)

    client = sign_in(eva)
    assert client.get(reverse("evaluation:early_adviser", args=[made.ref])).status_code == 404
    with pytest.raises(DomainError):
        services.give_advice(made, remarks=REMARKS, by=eva)


@pytest.mark.django_db
def test_who_cannot_be_named() -> None:
    team, call, made = asked()
    file = made.application
    Recusal.objects.create(application=file, user=team.ann, reason="Sister")
    insider = expert(team, "Ina Insider", organisation_name=file.organisation.legal_name).user
    stranger = people.user("Olga Outside")

    for who, sentence in (
        (team.ann, "is recused from"),
        (insider, "works for"),
        (stranger, "Choose a person of the project"),
    ):
        with pytest.raises(DomainError, match=sentence):
            services.name_adviser(made, adviser=who.pk, by=team.mia)
    services.name_adviser(made, adviser=team.fred.pk, by=team.mia)
    services.decline_advice(made, details="My brother works there.", by=team.fred)
    made.refresh_from_db()
    assert (made.state, made.adviser) == ("asked", None)
    assert Recusal.objects.filter(application=file, user=team.fred).exists()
    luc = sign_in(team.luc)
    Recusal.objects.create(application=file, user=team.luc, reason="Neighbour")
    assert luc.get(reverse("evaluation:early_staff", args=[call.slug, made.ref])).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("blind", [True, False])
def test_in_a_blind_call_no_evaluator_learns_who_applies(blind) -> None:
    team, _call, made = asked(blind=blind)
    eva = expert(team).user

    assert (eva.pk in [one.key for one in advisers_for(made)]) is not blind
    assert team.ann.pk in [one.key for one in advisers_for(made)]


# --- afterwards ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_gave_feedback_does_not_score_the_file(monkeypatch) -> None:
    team, call, made = asked(evaluators_per_file=1)
    eva, ed = expert(team), people.user("Ed Horvat")
    services.name_adviser(made, adviser=eva.user_id, by=team.mia)
    services.open_for_advice(made, by=eva.user)
    services.answer_feedback(made, answer=ANSWER, by=team.mia)
    other = applications.application(call)
    later = clock.now() + timedelta(days=41)
    monkeypatch.setattr(clock, "now", lambda: later)
    round = services.open_round(call, by=team.mia)
    reader = make.evaluator(round, "Eva Novak", user=eva.user)
    manager = make.evaluator(round, "Mia Laurent", user=team.mia)
    free = make.evaluator(round, "Ed Horvat", user=ed)
    for file in (made.application, other):
        services.screen_application(Application.objects.get(pk=file.pk), is_eligible=True, by=team.luc)

    for who in (reader, manager):
        with pytest.raises(Incomplete) as refused:
            services.assign_evaluators(round, wanted={made.application.ref: [who.pk]}, by=team.luc)
        assert "gave feedback on this file before the deadline" in refused.value.gaps[0].message
    proposed = dict(queries.proposal_for(round).pairs)
    assert proposed[made.application.ref] == free.pk
    services.assign_evaluators(round, wanted={other.ref: [reader.pk]}, by=team.luc)
    services.assign_evaluators(round, wanted={made.application.ref: [free.pk]}, by=team.luc)


@pytest.mark.django_db
def test_who_was_named_and_never_opened_it_may_score() -> None:
    team, _call, made = asked()
    eva = expert(team)
    services.name_adviser(made, adviser=eva.user_id, by=team.mia)

    assert gave_feedback([made.application_id]) == set()


# --- home pages ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_everybody_reads_what_to_do_next() -> None:
    team, call, made = asked()
    file, eva = made.application, expert(team).user
    applicant = file.created_by

    def lines(user):
        return [
            (line.title, line.waiting_for_others)
            for line in queries.next_actions(user)
            if "eedback" in line.title
        ]

    assert lines(team.mia) == [("Give 1 applicant feedback before the deadline", False)]
    assert lines(team.ann) == []
    assert lines(applicant) == [(f"Feedback on {file.ref} comes", True)]
    services.name_adviser(made, adviser=eva.pk, by=team.mia)
    assert lines(eva) == [("Write feedback before the deadline on a file you were named for", False)]
    services.answer_feedback(made, answer=ANSWER, by=team.mia)
    assert lines(team.mia) == lines(eva) == []
    assert lines(applicant) == [(f"Read the feedback on {file.ref}: you can submit again", False)]
    for user, url in (
        (applicant, reverse("evaluation:application_early", args=[file.ref])),
        (team.mia, reverse("evaluation:early_list", args=[call.slug])),
    ):
        assert sign_in(user).get(url).status_code == 200


@pytest.mark.django_db
def test_from_the_applicants_page_to_the_answer() -> None:
    team, call = open_call()
    file = applications.application(call)
    alice, mia = sign_in(file.created_by), sign_in(team.mia)
    page = reverse("evaluation:application_early", args=[file.ref])

    assert page in alice.get(file.get_absolute_url()).content.decode()
    refused = alice.post(page, {"question": "Is it clear?"})
    assert refused.status_code == 422
    assert "Is it clear?" in refused.content.decode()
    alice.post(page, {"question": "Is it clear?", "agreed": "on"})
    made = EarlyFeedback.objects.get()
    assert (
        "Is it clear?"
        in mia.get(reverse("evaluation:early_staff", args=[call.slug, made.ref])).content.decode()
    )
    assert (
        reverse("evaluation:early_list", args=[call.slug])
        in mia.get(reverse("applicants:staff_application_list", args=[call.slug])).content.decode()
    )
    answer = reverse("evaluation:early_answer", args=[call.slug, made.ref])
    assert sign_in(team.ann).post(answer, {"answer": ANSWER}).status_code == 404
    assert mia.post(answer, {"answer": " "}).status_code == 422
    mia.post(answer, {"answer": ANSWER})
    assert ANSWER in alice.get(page).content.decode()
    back = reverse("evaluation:application_early_back", args=[file.ref])
    alice.post(back)
    made.refresh_from_db()
    assert made.state == "answered"


@pytest.mark.django_db
def test_the_guide_tells_when_and_that_it_is_no_promise() -> None:
    _team, call = open_call()

    told = " ".join(intake.sentences(Intake(feedback_days=21, feedback_answer_days=10), call.zone, {}))

    assert "Until 21 days before the deadline" in told
    assert "within 10 days" in told
    assert "no score and no promise" in told
    assert "feedback" not in " ".join(intake.sentences(Intake(), call.zone, {}))
