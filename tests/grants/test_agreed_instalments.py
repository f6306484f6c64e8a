"""Instalments that are agreed for one project, and natural persons as beneficiaries."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Organisation
from applicants.queries import content_of, eligibility_findings
from calls.plans import InstalmentPlan
from core.errors import DomainError
from core.localised import localised
from grants import services
from grants.models import Agreement
from tests.accounts import factories as people
from tests.applicants import factories as applications
from tests.calls import factories as calls
from tests.calls.pages import sent_unchanged
from tests.funding.factories import team
from tests.grants import factories

pytestmark = pytest.mark.django_db


def plan(
    label: str,
    *,
    percent: str | None = None,
    cents: int | None = None,
    month: int = 3,
    due: str = "milestone",
):
    return InstalmentPlan(localised(label), None if percent is None else Decimal(percent), due, month, cents)


@pytest.fixture
def crew(now):
    return team()


@pytest.fixture
def selected(crew):
    """A selected file with 20 000 EUR in a call that lets instalments be agreed."""
    return factories.award(calls.call(crew, instalments_agreed=True), crew)


def draft(file, crew, *instalments):
    return services.draft_agreement(
        file, by=crew.mia, starts_on=factories.STARTS_ON, months=9, instalments=instalments
    )


def test_agreement_has_the_milestones_that_were_agreed(selected, crew):
    agreement = draft(
        selected, crew, plan("Prototype", cents=12_345_67, month=4), plan("Release", cents=7_654_33, month=9)
    )
    rows = agreement.milestones.order_by("position")
    assert [(row.label, row.amount_cents, row.needs_report) for row in rows] == [
        ("Prototype", 12_345_67, True),
        ("Release", 7_654_33, True),
    ]
    assert [one["amount_cents"] for one in agreement.data["milestones"]] == [12_345_67, 7_654_33]


def test_an_interim_payment_is_split_for_one_project_only(selected, crew):
    other = factories.award(selected.call, crew)
    split = draft(
        selected, crew, plan("Start", percent="40", due="signature", month=0),
        plan("Middle, first half", percent="22.5", month=3), plan("Middle, second half", percent="22.5", month=6),
        plan("End", percent="15", month=9),
    )  # fmt: skip
    usual = services.draft_agreement(other, by=crew.mia, starts_on=factories.STARTS_ON, months=9)
    assert [row.amount_cents for row in split.milestones.order_by("position")] == [
        8_000_00,
        4_500_00,
        4_500_00,
        3_000_00,
    ]
    assert [row.amount_cents for row in usual.milestones.order_by("position")] == [8_000_00, 12_000_00]


@pytest.mark.parametrize(
    ("instalments", "message"),
    [
        ([], "at least one instalment"),
        ([plan("A", cents=19_999_99)], "0.01 is missing"),
        ([plan("A", percent="60"), plan("B", percent="39")], "99"),
        ([plan("A", percent="100", month=10)], "its month is one of 1 to 9"),
        ([plan("A", percent="100", month=0)], "its month is one of 1 to 9"),
        ([plan("A", percent="50"), plan("B", cents=10_000_00)], "not both kinds"),
    ],
)
def test_instalments_that_are_no_plan_are_refused_with_the_figure(selected, crew, instalments, message):
    with pytest.raises(DomainError, match=message):
        draft(selected, crew, *instalments)
    assert Agreement.objects.count() == 0


def test_other_calls_have_the_same_instalments_for_everybody(crew):
    file = factories.award(calls.call(crew), crew)
    with pytest.raises(DomainError, match="the same for every project"):
        draft(file, crew, plan("A", percent="100"))


def test_manager_agrees_instalments_on_the_page(selected, crew, client):
    client.force_login(crew.mia)
    listed = client.get(reverse("grants:agreement_list", args=[selected.call.slug]))
    url = reverse("grants:agreement_plan", args=[selected.call.slug, selected.ref])
    assert url in listed.content.decode()
    sent = sent_unchanged(client.get(url)) | {"months": "9", "starts_on": "2027-04-01"}
    wrong = client.post(url, {**sent, "row-1-percent": "50"})
    assert (wrong.status_code, "90 %" in wrong.content.decode()) == (422, True)
    assert client.post(url, {**sent, "row-0-percent": "30", "row-1-percent": "70"}).status_code == 302
    assert [row.amount_cents for row in Agreement.objects.get().milestones.order_by("position")] == [
        6_000_00,
        14_000_00,
    ]
    assert client.get(url).status_code == 404  # it waits for no agreement any more
    client.force_login(crew.ann)
    assert client.get(url).status_code in (403, 404)


# --- natural persons ---------------------------------------------------------------------------------------
def test_a_natural_person_applies_where_the_call_takes_them(crew):
    rules = [{"id": "r1", "kind": "age", "settings": {"least_months": 6, "who": "all"}}]
    person = people.organisation("Ada Byron", size="person", founded_on=None)
    taken = calls.call(crew, sizes=["micro", "person"], rules=rules, countries=[str(person.country)])
    refused = calls.call(crew, sizes=["micro", "small"], countries=[str(person.country)])

    def told(call):
        draft = applications.application(call, organisation=person, submitted=False).draft()
        return [one.message for one in eligibility_findings(content_of(draft)) if one.blocks]

    assert told(taken) == []  # nobody founded a person
    assert told(refused) == [
        "Ada Byron is declared as natural person; this call supports micro enterprises, small enterprises."
    ]


def test_a_natural_person_is_asked_for_no_size(client):
    alice = people.user("Ada Byron")
    person = people.organisation("Ada Byron", size="person", members=[alice])
    firm = people.organisation("Firm", members=[alice])
    client.force_login(alice)
    pages = [
        client.get(reverse("accounts:organisation_detail", args=[one.ref])).content.decode()
        for one in (person, firm)
    ]
    assert ["Work out the size" in page for page in pages] == [False, True]
    assert (person.is_person, person.is_sme, Organisation(size="micro").is_person) == (True, False, False)
