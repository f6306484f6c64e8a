"""Answers of an earlier application are offered, shown and taken over, never silently (A35)."""

import pytest

from applicants import copying, services
from applicants.models import SectionAnswers
from calls import formkit
from core.errors import DomainError
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


def form(*questions):
    return formkit.parse(
        {"sections": [{"key": "idea", "title": {"en": "Idea"}, "questions": list(questions)}]}
    )


def asks(key, kind="short_text", **more):
    return {"key": key, "type": kind, "label": {"en": key.title()}, **more}


def test_offers_are_answers_of_the_same_question_section_and_kind_that_still_fit():
    choices = [{"value": value, "label": {"en": value}} for value in "abc"]
    was = form(
        asks("same"),
        asks("kind"),
        asks("gone"),
        asks("field", "choice", choices=choices),
        asks("day", "date"),
    )
    now = form(
        asks("same"),
        asks("kind", "number"),
        asks("field", "choice", choices=choices[::2]),
        asks("day", "date"),
    )
    before = {
        "idea": {"same": "words", "kind": "5", "gone": "x", "field": "b", "day": "2026-01-05"},
        "else": {"same": "y"},
    }
    found = copying.offers(was, before, now, {"idea": {"day": "2027-02-01"}}, [])
    assert [(one.key, one.value, one.here, one.check) for one in found] == [
        ("idea/same", "words", "", False),
        ("idea/day", "2026-01-05", "1 February 2027", True),
    ]
    assert [one.key for one in copying.offers(was, before, now, before, [])] == []


def test_answers_of_an_organisation_are_offered_only_where_it_takes_part():
    one = form(asks("role", per_partner=True))
    before = {"idea": {"role-AAAA": "Leads", "role-BBBB": "Tests"}}
    found = copying.offers(one, before, one, {}, [formkit.Party("BBBB", "B"), formkit.Party("CCCC", "C")])
    assert [(offer.name, offer.label) for offer in found] == [("role-BBBB", "Role – B")]


@pytest.fixture
def scene():
    """Alice's firm has submitted to one call and begins a draft in another."""
    crew, alice = team(), people.user("Alice Bianchi")
    firm = people.organisation(members=[alice])
    earlier = steps.submitted(calls.call(crew), alice, firm)
    draft = steps.start(calls.call(crew), alice, firm)
    return alice, earlier, draft


def test_copy_takes_what_is_ticked_and_never_what_was_changed_meanwhile(scene, client):
    alice, earlier, draft = scene
    client.force_login(alice)
    page = client.get(draft.get_absolute_url()).content.decode()
    assert f"{draft.get_absolute_url()}copy/" in page
    listed = client.get(f"{draft.get_absolute_url()}copy/").content.decode()
    assert "2 answers fit" in listed and earlier.ref in listed
    services.save_answers(draft, section="idea", values={"trl": 3}, bases={}, by=alice)
    url = f"{draft.get_absolute_url()}copy/{earlier.ref}/"
    page = client.get(url).content.decode()
    assert page.count("checked>") == 1 and "It would replace what you have written" in page
    stale = {"take": ["idea/problem", "idea/trl"], "v.idea/problem": "0", "v.idea/trl": "0"}
    after = client.post(url, stale, follow=True).content.decode()
    assert "1 answer was taken over." in after and "changed it just now: “" in after
    assert SectionAnswers.objects.get(version=draft.draft()).answers == {
        "problem": steps.ANSWERS["problem"],
        "trl": 3,
    }
    client.post(url, {"take": ["idea/trl"], "v.idea/trl": "1"})
    assert SectionAnswers.objects.get(version=draft.draft()).answers == steps.ANSWERS
    assert client.get(url).status_code == 302
    with pytest.raises(DomainError, match="Tick at least one"):
        services.copy_answers(draft, source=earlier, chosen={}, by=alice)


def test_copy_from_a_file_of_others_is_not_found_and_takes_nothing(scene, client):
    alice, _earlier, draft = scene
    bob = people.user("Bob Ferri")
    other = steps.submitted(draft.call, bob)
    client.force_login(alice)
    assert client.get(f"{draft.get_absolute_url()}copy/{other.ref}/").status_code == 404
    with pytest.raises(DomainError, match="Nothing was chosen"):
        services.copy_answers(draft, source=other, chosen={"idea/problem": 0}, by=alice)
