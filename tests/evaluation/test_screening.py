"""The check of eligibility, and the beginning of a round."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from applicants.models import Recusal
from core import clock
from core.audit import history
from core.errors import DomainError, InvalidTransition
from core.models import OutgoingMessage
from evaluation import jobs, services
from evaluation.models import Assignment, Round, Screening
from evaluation.queries.files import with_version
from evaluation.queries.screening import findings_of
from tests.accounts import factories as people
from tests.applicants import factories as applications
from tests.calls import factories as calls
from tests.evaluation import factories as make
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db


def test_open_rounds_begins_each_closed_call_once(now) -> None:
    team = funding.team()
    closed, running = make.closed_call(team), calls.call(team)

    assert (jobs.open_rounds(), jobs.open_rounds()) == (1, 0)

    assert list(Round.objects.values_list("call", flat=True)) == [closed.pk]
    assert not Round.objects.filter(call=running).exists()


def test_open_round_refuses_a_call_that_takes_submissions(now) -> None:
    team = funding.team()
    call = calls.call(team)

    with pytest.raises(DomainError, match="after the deadline"):
        services.open_round(call, by=team.mia)

    with clock.stopped_at(call.closes_at), pytest.raises(DomainError):
        services.open_round(call, by=team.mia)
    with clock.stopped_at(call.closes_at + timedelta(milliseconds=1)):
        opened = services.open_round(call, by=team.mia)
    assert services.open_round(call, by=team.mia) == opened


def test_open_round_refuses_a_call_never_published(now) -> None:
    team = funding.team()
    call = calls.call(team, published=False)

    with pytest.raises(DomainError):
        services.open_round(call, by=team.mia)


def test_screen_application_records_reasons_and_tells_the_applicant() -> None:
    made = make.scene(files=1)
    file = made.files[0]

    services.screen_application(
        file, is_eligible=False, reasons=" Not an SME. ", findings=["found"], by=made.team.mia
    )

    file = made.reload().files[0]
    assert (file.state, file.eligibility_note) == ("ineligible", "Not an SME.")
    screening = Screening.objects.get()
    assert (screening.is_eligible, screening.findings) == (False, ["found"])
    assert (screening.reasons, screening.by) == ("Not an SME.", made.team.mia)
    assert OutgoingMessage.objects.filter(kind="eligibility_recorded").count() == 1


def test_screen_application_needs_reasons_for_a_no() -> None:
    made = make.scene(files=1)

    with pytest.raises(DomainError) as refused:
        services.screen_application(made.files[0], is_eligible=False, reasons="  ", by=made.team.mia)

    assert refused.value.field == "reasons"
    assert made.reload().files[0].state == "open"
    assert not Screening.objects.exists()


def test_screen_application_may_turn_a_no_into_a_yes_and_keeps_both() -> None:
    made = make.scene(files=1)
    services.screen_application(made.files[0], is_eligible=False, reasons="No VAT", by=made.team.mia)

    services.screen_application(made.files[0], is_eligible=True, by=made.team.luc)

    assert made.reload().files[0].state == "eligible"
    assert list(Screening.objects.values_list("is_eligible", flat=True)) == [False, True]


def test_screen_application_twice_the_same_tells_once() -> None:
    made = make.scene(files=1)
    for _again in range(2):
        services.screen_application(made.files[0], is_eligible=True, by=made.team.mia)

    assert OutgoingMessage.objects.filter(kind="eligibility_recorded").count() == 1
    assert Screening.objects.count() == 2


def test_screen_application_refuses_before_the_round_begins() -> None:
    team = funding.team()
    file = applications.application(calls.call(team))

    with pytest.raises(InvalidTransition, match="after the deadline"):
        services.screen_application(file, is_eligible=True, by=team.mia)


def test_screen_application_refuses_a_draft() -> None:
    made = make.scene(files=0)
    file = applications.application(made.call, submitted=False)

    with pytest.raises(InvalidTransition):
        services.screen_application(file, is_eligible=True, by=made.team.mia)


def test_screen_application_refuses_a_recused_manager() -> None:
    made = make.scene(files=1)
    Recusal.objects.create(application=made.files[0], user=made.team.mia, reason="Cousin")

    with pytest.raises(DomainError, match="recused"):
        services.screen_application(made.files[0], is_eligible=True, by=made.team.mia)


def test_screen_application_found_not_eligible_late_takes_the_file_from_its_evaluators() -> None:
    made = make.scored(make.scene(files=2))

    services.screen_application(made.files[0], is_eligible=False, reasons="Linked", by=made.team.mia)

    assert set(Assignment.objects.filter(application=made.files[0]).values_list("state", flat=True)) == {
        "revoked"
    }
    assert set(Assignment.objects.filter(application=made.files[1]).values_list("state", flat=True)) == {
        "scored"
    }


def test_screen_application_refuses_after_the_ranking() -> None:
    made = make.ranked(make.scene(files=1))

    with pytest.raises(InvalidTransition):
        services.screen_application(made.files[0], is_eligible=False, reasons="Late", by=made.team.mia)


def test_screening_cannot_be_rewritten_in_sql() -> None:
    make.screened(make.scene(files=1))

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE evaluation_screening SET is_eligible = false")


def test_start_scoring_refuses_while_something_is_missing() -> None:
    made = make.scene(files=2)
    with pytest.raises(DomainError, match="2 files are not screened"):
        services.start_scoring(made.round, due_at=made.due, by=made.team.mia)

    make.screened(made)
    with pytest.raises(DomainError, match="2 files have fewer than 2 evaluators"):
        services.start_scoring(made.round, due_at=made.due, by=made.team.mia)

    make.assigned(made)
    with pytest.raises(DomainError) as late:
        services.start_scoring(made.round, due_at=clock.now(), by=made.team.mia)
    assert late.value.field == "due_at"


def test_start_scoring_refuses_when_no_file_is_eligible() -> None:
    made = make.scene(files=1)
    services.screen_application(made.files[0], is_eligible=False, reasons="No", by=made.team.mia)

    with pytest.raises(DomainError, match="No file is eligible"):
        services.start_scoring(made.round, due_at=made.due, by=made.team.mia)


def test_start_scoring_writes_to_each_evaluator_once_without_naming_a_file() -> None:
    made = make.scoring(make.scene(files=3))

    mails = OutgoingMessage.objects.filter(kind="files_assigned")
    assert sorted(mails.values_list("to", flat=True)) == sorted(e.email for e in made.evaluators)
    assert all("3 applications" in mail.text for mail in mails)
    assert not any("Project 1" in mail.text or made.files[0].ref in mail.text for mail in mails)


def test_move_due_date_tells_those_with_open_files() -> None:
    made = make.declared(make.scene(files=1))
    first = Assignment.objects.get(evaluator=made.evaluators[0])
    make.give(first, "4", "4")

    later = made.due + timedelta(days=3)
    services.move_due_date(made.round, due_at=later, by=made.team.mia)

    assert made.reload().round.scoring_due_at == later
    mails = OutgoingMessage.objects.filter(kind="due_moved")
    assert list(mails.values_list("to", flat=True)) == [made.evaluators[1].email]
    with pytest.raises(DomainError):
        services.move_due_date(made.round, due_at=clock.now(), by=made.team.mia)


def test_remind_evaluators_writes_to_those_with_open_files_or_refuses() -> None:
    made = make.declared(make.scene(files=1))
    make.give(Assignment.objects.get(evaluator=made.evaluators[0]), "4", "4")

    assert services.remind_evaluators(made.round, by=made.team.mia) == 1
    make.give(Assignment.objects.get(evaluator=made.evaluators[1]), "4", "4")
    with pytest.raises(DomainError, match="nobody to remind"):
        services.remind_evaluators(made.round, by=made.team.mia)


def test_open_round_is_recorded_as_done_by_the_clock(now) -> None:
    make.closed_call(funding.team())
    jobs.open_rounds()

    (event,) = history(Round.objects.get())
    assert (event.verb, event.actor) == ("round.opened", None)


def test_screening_reads_conditions_and_what_was_declared(now) -> None:
    firm = people.organisation(country="BA")
    free = {"id": "r1", "kind": "free", "settings": {"sentence": {"en": "She leads."}}}
    call = calls.call(funding.team(), countries=["FR"], countries_pending=["BA"], rules=[free])
    file = applications.application(call, organisation=firm)

    (loaded,) = with_version(type(file).objects.filter(pk=file.pk))

    assert findings_of(call, loaded) == [
        f"{firm} is established in Bosnia and Herzegovina: it can be funded only if the country's association is in "
        "force when the agreement is signed.",
        "Declared by the applicant, to be checked: She leads.",
    ]
