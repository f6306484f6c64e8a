"""Recording a ceiling and approving it: two managers, and a reason above 60 000 EUR."""

import pytest
from django.test import Client

from funding import queries
from funding.queries import CeilingRule
from tests.calls.pages import text
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
SENT = {
    "limit_cents": "80 000",
    "scope": "group",
    "net_of_release": "on",
    "legal_basis": "Annex 1, section 4",
}


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def crew(settings):
    settings.REQUIRE_MFA = False
    return team()


def url(crew):
    return f"/projects/{crew.project.slug}/ceiling/"


def test_ceiling_is_recorded_by_one_manager_and_approved_by_another(crew):
    sister = team(acronym="SISTER").project
    mia, luc = signed_in(crew.mia), signed_in(crew.luc)
    answer = mia.post(url(crew), {**SENT, "sisters": [sister.slug]}, follow=True)
    assert "Waits for a second manager" in text(answer) and queries.ceiling(crew.project) == CeilingRule()
    made = crew.project.ceilings.get()
    assert mia.post(url(crew), {"approve": made.pk}).status_code == 409
    assert luc.post(url(crew), {"approve": made.pk}).status_code == 302
    assert queries.ceiling(crew.project) == CeilingRule(80_000_00, True, True, (sister.pk,))
    shown = text(luc.get(url(crew)))
    assert "80 000.00 EUR" in shown and "Counts too: SISTER" in shown


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"legal_basis": " "}, "Above 60 000 EUR name the legal basis in the grant agreement."),
        ({"limit_cents": "0"}, "Give at least 0.01 EUR."),
        ({"scope": "everybody"}, "Select a valid choice."),
        ({"sisters": ["nowhere"]}, "Select a valid choice."),
    ],
)
def test_ceiling_that_cannot_be_is_told_beside_its_field(crew, wrong, sentence):
    answer = signed_in(crew.mia).post(url(crew), {**SENT, **wrong})
    assert (answer.status_code, crew.project.ceilings.count()) == (422, 0)
    assert sentence in text(answer)


def test_only_managers_record_and_approve(crew):
    fred = signed_in(crew.fred)
    assert "Record another one" not in text(fred.get(url(crew)))
    assert fred.post(url(crew), SENT).status_code == 403
    assert signed_in(crew.mia).post(url(crew), {"approve": "x"}).status_code == 404
