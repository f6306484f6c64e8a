"""What evaluation tells: eligibility, outcome, recusal; and that nothing shows before."""

import pytest

from applicants import services
from applicants.models import Application
from applicants.states import ApplicationState as S
from core.errors import InvalidTransition
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def application(crew, now):
    return steps.submitted(calls.call(crew), people.user("Alice Bianchi"))


def last_mail():
    return OutgoingMessage.objects.order_by("pk").last()


def test_record_eligibility_tells_the_applicant_the_reasons(application, crew):
    services.record_eligibility(application, eligible=False, note="Not an SME.\nSee article 3.", by=crew.mia)
    application.refresh_from_db()
    assert (application.state, application.eligibility_note) == (S.INELIGIBLE, "Not an SME.\nSee article 3.")
    mail = last_mail()
    assert (mail.kind, mail.subject) == ("eligibility_recorded", f"Not eligible: {application.ref}")
    assert "Not an SME.\nSee article 3." in mail.text


def test_record_eligibility_may_be_corrected(application, crew):
    services.record_eligibility(application, eligible=False, note="x", by=crew.mia)
    services.record_eligibility(application, eligible=True, note="After your answer: eligible.", by=crew.luc)
    application.refresh_from_db()
    assert application.state == S.ELIGIBLE
    assert last_mail().subject == f"Eligible: {application.ref}"


def test_record_eligibility_of_a_withdrawn_application_is_refused(application, crew):
    services.withdraw_application(application, by=application.created_by)
    with pytest.raises(InvalidTransition):
        services.record_eligibility(application, eligible=True, note="", by=crew.mia)


@pytest.mark.parametrize("outcome", [S.SELECTED, S.RESERVE, S.REJECTED])
def test_record_outcome_sends_the_letter_word_for_word(application, crew, outcome):
    services.record_eligibility(application, eligible=True, note="", by=crew.mia)
    letter = "We are glad & proud.\n\nYours, <the consortium>"
    services.record_outcome(application, outcome=outcome, text=letter, by=crew.mia)
    application.refresh_from_db()
    assert (application.state, application.outcome_text) == (outcome, letter)
    assert letter in last_mail().text
    assert "We are glad &amp; proud." in last_mail().html


def test_record_outcome_before_the_check_or_twice_is_refused(application, crew):
    with pytest.raises(InvalidTransition):
        services.record_outcome(application, outcome=S.SELECTED, text="x", by=crew.mia)
    services.record_eligibility(application, eligible=True, note="", by=crew.mia)
    services.record_outcome(application, outcome=S.REJECTED, text="x", by=crew.mia)
    with pytest.raises(InvalidTransition):
        services.record_outcome(application, outcome=S.SELECTED, text="y", by=crew.mia)


def test_reserve_may_be_selected_later(application, crew):
    services.record_eligibility(application, eligible=True, note="", by=crew.mia)
    services.record_outcome(application, outcome=S.RESERVE, text="x", by=crew.mia)
    services.record_outcome(application, outcome=S.SELECTED, text="y", by=crew.mia)
    application.refresh_from_db()
    assert (application.state, application.outcome_text) == (S.SELECTED, "y")


def test_record_recusal_closes_the_staffs_door_for_one_person(application, crew):
    for _twice in range(2):
        services.record_recusal(application, user=crew.mia, reason="My brother works there", by=crew.luc)
    seen = {
        name: Application.objects.visible_to_staff(getattr(crew, name)).count() for name in ("mia", "luc")
    }
    assert (seen, application.recusals.count()) == ({"mia": 0, "luc": 1}, 1)
