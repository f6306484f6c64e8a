"""May we apply? Questions made of the call's own rules; the answer with reasons and other calls."""

from datetime import date

import pytest
from django.core.cache import cache

from applicants import checking, queries
from applicants.checking import Said
from applicants.models import Application
from calls.rules import Facts, Party, Rule
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.calls.pages import text
from tests.funding.factories import team

COUNTRIES = Rule("countries", "countries", {"countries": ["FR", "IT"], "pending": ["GE"], "as_of": ""})
SIZES = Rule("sizes", "sizes", {"sizes": ["micro", "small"]})
TOGETHER = Rule("organisations", "organisations", {"least": 1, "most": 3})
AGE = Rule("r1", "age", {"least_months": 6})
FREE = Rule("r2", "free", {"sentence": {"en": "You work in tourism."}})


def facts(country="FR", size="small", **more):
    names = {"FR": "France", "GE": "Georgia", "US": "United States"}
    party = Party("own", "Your organisation", country, names[country], size, size, is_lead=True, **more)
    return Facts([party], deadline=date(2027, 3, 3))


def test_only_what_the_rules_need_is_asked():
    assert checking.facts_needed([SIZES]) == {"country", "size"}
    assert checking.facts_needed([COUNTRIES, AGE]) == {"country", "size", "founded_on"}
    assert [one.key for one in checking.statements([COUNTRIES, FREE, TOGETHER])] == ["say-r2"]


def test_nothing_in_the_way_means_yes():
    answer = checking.judge([COUNTRIES, SIZES, TOGETHER, FREE], facts(), {"say-r2": Said.YES})
    assert (answer.may_apply, answer.reasons, answer.open_points, len(answer.remember)) == (True, [], [], 1)


def test_each_broken_rule_is_a_reason_with_its_figure():
    answer = checking.judge([COUNTRIES, SIZES, FREE], facts("US", "large"), {"say-r2": Said.NO})
    assert answer.may_apply is False
    assert answer.reasons[0].startswith(
        "Your organisation is established in United States; this call supports"
    )
    assert [answer.reasons[2], len(answer.reasons)] == [
        "You say that this is not so: You work in tourism.",
        3,
    ]


def test_what_is_not_sure_or_depends_is_to_be_cleared_up():
    answer = checking.judge([COUNTRIES, FREE], facts("GE"), {})
    assert (answer.may_apply, len(answer.open_points)) == (True, 2)
    assert "only if the country's association is in force" in answer.open_points[0]


def test_fits_looks_only_at_what_facts_can_tell():
    assert checking.fits([COUNTRIES, FREE], facts()) and not checking.fits([COUNTRIES], facts("US"))


# --- the page ----------------------------------------------------------------------------------------------
@pytest.fixture
def crew(db, now):
    cache.clear()
    return team()


def page(call):
    return f"/calls/{call.slug}/check/"


def test_page_answers_yes_and_leads_on(client, crew):
    call = calls.call(crew, countries=["IT"], sizes=["small"])
    assert 'href="' + page(call) in client.get(call.get_absolute_url()).content.decode()
    shown = text(client.get(page(call)))
    assert "Where is your organisation established?" in shown and "NUTS" not in shown
    answer = client.post(page(call), {"country": "IT", "size": "small"})
    assert "You can apply" in text(answer) and f"/calls/{call.slug}/apply/" in text(answer)


def test_page_answers_no_with_the_reason_and_calls_that_fit(client, crew):
    call = calls.call(crew, countries=["IT"], sizes=["small"])
    other = calls.call(crew, countries=["FR"], sizes=["small"])
    calls.call(crew, countries=["DE"], sizes=["small"])
    answer = client.post(page(call), {"country": "FR", "size": "small"})
    assert answer.context["answer"].reasons == [
        "Your organisation is established in France; this call supports organisations in Italy."
    ]
    assert answer.context["others"] == [other]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"country": ""}, "This field is required."),
        ({"size": "huge"}, "Select a valid choice."),
        ({"nuts": "FRL04"}, "is not a NUTS code of the country"),
        ({"nace": "62.01"}, "does not exist in NACE Rev. 2.1"),
        ({"say-r9": "perhaps"}, "Select a valid choice."),
    ],
)
def test_page_says_beside_the_field_what_cannot_be(client, crew, wrong, sentence):
    rules = [
        {"id": "r7", "kind": "nuts", "settings": {"regions": ["ITC"]}},
        {"id": "r8", "kind": "nace", "settings": {"revision": "2.1", "codes": ["26"]}},
        {"id": "r9", "kind": "free", "settings": {"sentence": {"en": "You work in tourism."}}},
    ]
    call = calls.call(crew, countries=["IT"], sizes=["small"], rules=rules)
    sent = {
        "country": "IT",
        "size": "small",
        "nuts": "ITC4",
        "nace": "26.11",
        "nace_revision": "2.1",
        "say-r9": "yes",
    }
    assert client.post(page(call), sent).context["answer"].may_apply
    answer = client.post(page(call), {**sent, **wrong})
    assert answer.status_code == 422 and sentence in text(answer)


def test_page_of_a_call_in_the_making_is_not_there(client, crew):
    assert client.get(page(calls.call(crew, published=False))).status_code == 404


def test_page_has_a_limit_for_each_address(client, crew, monkeypatch):
    call = calls.call(crew)
    monkeypatch.setattr("applicants.views.tools.MOST_A_MINUTE", 0)
    assert client.post(page(call), {}).status_code == 429


def test_checks_are_counted_by_reason_and_nothing_else_is_kept(client, crew, settings):
    settings.REQUIRE_MFA = False
    call = calls.call(crew, countries=["IT"], sizes=["small"])
    for country, size in (("IT", "small"), ("FR", "large"), ("FR", "small")):
        client.post(page(call), {"country": country, "size": size})
    assert queries.check_counts(call) == [("Countries", 2, "2"), ("Could apply", 1, "1"), ("Size", 1, "1")]
    client.force_login(crew.mia)
    shown = text(client.get(f"/calls/{call.slug}/applications/checks/"))
    assert "Could apply" in shown and "Countries" in shown
    assert queries.check_counts(calls.call(crew)) == []


def test_what_was_said_is_carried_into_the_organisation(client, crew):
    call = calls.call(crew, countries=["IT"], sizes=["small"])
    client.post(page(call), {"country": "IT", "size": "small"})
    client.force_login(people.user("Alice Bianchi"))
    form = client.get("/organisations/new/").context["form"]
    assert (form["country"].value(), form["size"].value()) == ("IT", "small")
    client.post(
        "/organisations/new/",
        {
            "legal_name": "Rossi",
            "country": "IT",
            "size": "small",
            "registration_number": "1",
            "town": "Brescia",
        },
    )
    assert client.get("/organisations/new/").context["form"]["size"].value() in (None, "")


def test_applicant_says_which_partner_brought_it(client, crew, settings):
    settings.REQUIRE_MFA = False
    call = calls.call(crew)
    alice = people.user("Alice Bianchi")
    firm, stranger = people.organisation(members=[alice]), people.organisation("Stranger")
    client.force_login(alice)
    url = f"/calls/{call.slug}/apply/"
    wrong = client.post(url, {"organisation": firm.ref, "brought_by": stranger.ref})
    assert wrong.status_code == 422
    client.post(url, {"organisation": firm.ref, "brought_by": crew.coordinator.ref})
    application = Application.objects.get()
    assert application.brought_by == crew.coordinator
    assert queries.brought_counts(call) == []
    steps.submit(steps.fill(application, alice), alice)
    steps.submitted(call, people.user("Bob Ferri"))
    name = crew.coordinator.legal_name
    assert sorted(queries.brought_counts(call)) == sorted([(name, 1, "1"), ("Nobody of the project", 1, "1")])
    client.force_login(crew.mia)
    assert name in text(client.get(f"/calls/{call.slug}/applications/checks/"))
    shown = text(client.get(f"/calls/{call.slug}/applications/{application.ref}/"))
    assert f"Heard of the call from {name}" in shown
