"""Where the rules of a call take effect: in the draft and at submission."""

from dataclasses import replace

import pytest

from applicants import queries, services
from applicants.models import Version
from core import clock
from core.errors import Incomplete
from funding import services as funding_services
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(now):
    return team()


@pytest.fixture
def alice():
    return people.user("Alice Bianchi")


def rule(kind: str, **settings) -> list[dict]:
    return [{"id": "r1", "kind": kind, "settings": settings}]


def drafted(crew, alice, **fields):
    return steps.fill(steps.start(calls.call(crew, **fields), alice), alice)


def gaps_of(application) -> list[str]:
    draft = Version.objects.select_related("form_revision").get(application=application, status="draft")
    draft.application = application
    return [gap.message for gap in queries.gaps(queries.content_of(draft))]


def refused(application, alice) -> list[str]:
    with pytest.raises(Incomplete) as caught:
        steps.submit(application, alice)
    return [gap.message for gap in caught.value.gaps]


def test_cap_34_a_project_that_costs_too_little_is_told_and_not_submitted(crew, alice):
    application = drafted(crew, alice, rules=rule("cost", cents=86_000_00))

    assert gaps_of(application) == refused(application, alice)
    assert "this call asks for a project that costs at least" in gaps_of(application)[0]


def test_age_needs_the_day_of_founding(crew, alice):
    application = drafted(crew, alice, rules=rule("age", least_months=6, who="all"))

    name = application.organisation.legal_name
    assert gaps_of(application) == [f"The day on which {name} was founded is missing."]

    application.organisation.founded_on = clock.now().date()
    application.organisation.save()
    application = type(application).objects.get(pk=application.pk)
    assert gaps_of(application)[0].startswith(f"{name} was founded on ")


def test_a_free_rule_is_declared_at_submission_and_frozen(crew, alice):
    sentence = "A woman holds at least a quarter of the shares."
    application = drafted(crew, alice, rules=rule("free", sentence={"en": sentence}))

    assert refused(application, alice) == [sentence]

    version = services.submit_application(
        application, by=alice, arrived=clock.now(), declarations=[*steps.ALL, "rule_r1"]
    )
    assert version.declarations["rule_r1"] == sentence
    assert version.payload["declarations"]["rule_r1"] == sentence


def test_a_free_rule_stands_on_the_page_of_submission(crew, alice, client):
    application = drafted(crew, alice, rules=rule("free", sentence={"en": "She leads."}))
    client.force_login(alice)
    url = f"{application.get_absolute_url()}submit/"

    page = client.get(url)
    assert page.context["form"].fields["rule_r1"].label == "She leads."

    sent = {"key": page.context["form"]["key"].value(), **dict.fromkeys(steps.ALL, "on")}
    response = client.post(url, sent)
    assert response.status_code == 422 and list(response.context["form"].errors) == ["rule_r1"]
    assert client.post(url, {**sent, "rule_r1": "on"}).status_code == 302


def test_a_winner_of_an_earlier_call_is_excluded_until_the_award_is_released(crew, alice):
    firm = people.organisation(members=[alice])
    earlier = calls.call(crew, code="OLD-26")
    funding_services.record_awarded(earlier.budget_line, [(firm, 10_000_00)], by=crew.mia, source=earlier)
    call = calls.call(crew, rules=rule("earlier_award"))
    application = steps.fill(steps.start(call, alice, firm), alice, asked=15_000_00)

    assert gaps_of(application) == [
        f"{firm} was awarded money in OLD-26; this call does not fund it a second time."
    ]

    funding_services.record_award_released(
        earlier.budget_line, [(firm, 10_000_00)], by=crew.mia, source=earlier
    )
    assert gaps_of(application) == []


def test_rank_55_a_second_file_of_the_same_firm_is_told(crew, alice):
    call = calls.call(crew, rules=rule("applications", most=1))
    firm = people.organisation(members=[alice])
    bob = people.user("Bob Verdi")
    steps.submitted(call, bob, shares=[(firm, 5_000_00)], asked=15_000_00)
    application = steps.fill(steps.start(call, alice, firm), alice)

    assert gaps_of(application) == [
        f"{firm} asks for support in 1 other application to this call; at most 1 in all is possible."
    ]


def test_rank_55_a_file_changed_after_submission_does_not_stand_against_itself(crew, alice):
    call = calls.call(crew, rules=rule("applications", most=1))
    application = steps.submitted(call, alice)

    services.change_application(application, by=alice, arrived=clock.now())

    assert gaps_of(application) == []


def test_a_lump_sum_needs_no_costs_and_a_share_of_costs_does(crew, alice):
    call = calls.call(crew, award_unit="lump", project_min_cents=30_000_00)
    application = steps.fill(steps.start(call, alice), alice, asked=30_000_00, cost=0)
    assert gaps_of(application) == []

    by_rate = drafted(crew, people.user("Bob Verdi"))
    by_rate.draft().partners.update(cost_cents=0)
    assert "The cost of" in gaps_of(by_rate)[0]


def test_the_minimum_per_sme_of_the_call_counts(crew, alice):
    application = drafted(crew, alice, party_min_cents=25_000_00)

    assert "the minimum for each party is" in gaps_of(application)[0]


def test_region_and_activity_come_from_the_organisation(crew, alice):
    both = [
        *rule("nuts", regions=["ITC"]),
        {"id": "r2", "kind": "nace", "settings": {"revision": "2.1", "codes": ["26"]}},
    ]
    application = drafted(crew, alice, rules=both)
    firm = application.organisation
    assert gaps_of(application) == [
        f"The region (NUTS) of {firm} is missing.",
        f"The activity (NACE) of {firm} is missing.",
    ]

    firm.nuts, firm.nace = "ITC47", "62.10"
    firm.save()
    again = type(application).objects.get(pk=application.pk)
    assert gaps_of(again) == [f"{firm} works in 62.10; this call supports 26."]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"from": 5, "to": 8}, []),
        ({"from": 4, "to": 8}, ["from TRL 4 to TRL 8"]),
        ({"from": 5}, ["is missing"]),
    ],
)
def test_readiness_comes_from_the_answer_of_the_form(crew, alice, answer, said):
    application = drafted(crew, alice, rules=rule("trl", least=5, most=9))
    assert refused(application, alice) == ["The project lies between TRL 5 and TRL 9."]

    content = queries.content_of(
        Version.objects.select_related("application__call", "form_revision").get(status="draft")
    )
    question = replace(content.definition.sections[0].questions[1], type="trl")
    section = replace(content.definition.sections[0], questions=(question,))
    content.definition = replace(content.definition, sections=(section,))
    content.answers = {"idea": {"trl": answer}}
    found = [finding.message for finding in queries.eligibility_findings(content)]
    assert [part in message for part, message in zip(said, found, strict=True)] == [True] * len(said)
