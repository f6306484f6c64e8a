"""Test submissions of a call: judged by the real rules, form and money, seen by the project's people only."""

import copy
import io
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from applicants import queries, rehearsing, services
from applicants.ceilings import grant_for
from applicants.models import Rehearsal
from applicants.tasks import print_rehearsal
from calls import services as call_services
from calls.models import FormRevision
from core.errors import DomainError
from core.files import read_verified
from core.jobs import delete_doomed_files
from core.models import AuditEvent, StoredFile
from funding.models import ProjectMember
from tests.accounts import factories as people
from tests.applicants.rehearsals import rehearse
from tests.calls import factories as calls
from tests.calls.conftest import ready_call
from tests.calls.pages import text
from tests.funding import factories as funding
from tests.test_policy_matrix import client_of

pytestmark = pytest.mark.django_db
SENT = {"problem": "Parts are checked by hand.", "trl": "5", "do.submit": "1"}


@pytest.fixture
def team(db, now):
    return funding.team()


@pytest.fixture
def ready(team, now):
    """A draft that may be published."""
    return ready_call(team, now)


@pytest.fixture
def signed_in():
    return client_of


@pytest.fixture
def mia(team):
    """The browser of the manager Mia."""
    return client_of(team.mia)


def page_of(name, call, *more):
    return reverse(f"applicants:staff_rehearsal_{name}", args=[call.slug, *more])


def boxes(page, **changes):
    """What a browser would send of the page's own boxes, with changes."""
    sent = {}
    for one in [page.context["about"], *page.context["organisations"]]:
        for bound in one:
            if bound.value() not in (None, False, ""):
                sent[bound.html_name] = bound.value()
    return {**sent, **changes}


def messages_of(test, area=None):
    return [one["message"] for one in test.outcome["stops"] if area in (None, one["area"])]


def test_a_ready_applicant_is_received_and_kept(mia, ready):
    new = page_of("new", ready)
    page = mia.get(new)
    assert "Test: nothing here counts" in text(page)
    done = mia.post(new, boxes(page, **SENT))
    made = Rehearsal.objects.get()
    assert (made.ref, made.stops, made.ends_well) == (f"TEST-{ready.code}-1", 0, True)
    assert made.answers["idea"]["trl"] == 5
    assert made.requested_cents == min(ready.project_max_cents, ready.sme_max_cents)
    shown = text(mia.get(done.url))
    for words in (
        "It would be received",
        "Test company 1",
        "Parts are checked by hand.",
        "Who may apply, rule by rule",
    ):
        assert words in shown
    assert AuditEvent.objects.filter(verb="rehearsal.submitted", target_ref=made.ref).count() == 1
    assert made.ref in text(mia.get(page_of("list", ready)))


def test_each_thing_that_stands_against_it_is_told_by_its_place(team, ready):
    made = rehearse(
        ready,
        by=team.mia,
        title=" ",
        typed={"trl": ["eleven"]},
        country="US",
        town="",
        requested_cents=999_999_00,
    )
    assert messages_of(made, "title") == ["The project has no title yet."]
    who = messages_of(made, "who")
    assert any("established in United States" in one for one in who)
    assert "The town of Test company 1 is missing." in who
    assert any("maximum for a project of this call" in one for one in messages_of(made, "money"))
    form = messages_of(made, "form")
    assert any("TRL now" in one for one in form) and any("What problem do you solve" in one for one in form)
    assert made.stops == len(made.outcome["stops"]) == len(messages_of(made))
    broken = [rule for rule in made.outcome["rules"] if rule["outcome"] == "broken"]
    assert [rule["kind"] for rule in broken] == ["countries"]


def test_a_rule_is_judged_with_the_facts_that_are_typed(team, now, mia):
    call = ready_call(
        team,
        now,
        rules=[
            {"id": "r1", "kind": "age", "settings": {"most_months": 60, "who": "all"}},
            {"id": "r2", "kind": "nuts", "settings": {"regions": ["FRL0"]}},
            {"id": "r3", "kind": "nace", "settings": {"revision": "2.1", "codes": ["C"]}},
            {"id": "r4", "kind": "earlier_award", "settings": {"calls": ["DRM-26"]}},
            {"id": "r5", "kind": "applications", "settings": {"most": 1}},
            {"id": "r6", "kind": "free", "settings": {"sentence": {"en": "You work in tourism."}}},
        ],
    )
    fits = rehearse(call, by=team.mia)
    assert messages_of(fits, "who") == []
    outcomes = {rule["kind"]: rule["outcome"] for rule in fits.outcome["rules"]}
    assert (outcomes["age"], outcomes["nuts"], outcomes["nace"], outcomes["free"]) == (
        "met",
        "met",
        "met",
        "confirm",
    )
    assert "You work in tourism." in fits.outcome["declare"]
    off = rehearse(
        call,
        by=team.mia,
        founded_on="1990-01-01",
        nuts="FRK2",
        nace="62.10",
        awarded_before=True,
        other_files=1,
    )
    told = " ".join(messages_of(off, "who"))
    for words in (
        "was founded on",
        "is in region FRK2",
        "works in 62.10",
        "was awarded money in DRM-26",
        "1 other application",
    ):
        assert words in told
    asked = set(mia.get(page_of("new", call)).context["organisations"][0].fields)
    assert {"founded_on", "nuts", "nace", "awarded_before", "other_files"} <= asked
    assert "through_phase" not in asked and "aid_cents" not in asked


def test_money_is_reckoned_by_the_rate_and_by_what_is_held(team, ready):
    made = rehearse(ready, by=team.mia, held_cents=5_900_000)
    (line,) = made.outcome["parties"]
    assert (line["held_cents"], line["room_cents"]) == (5_900_000, 100_000)
    assert any("already holds" in one for one in messages_of(made, "money"))
    none = rehearse(ready, by=team.mia, requested_cents=0)
    assert messages_of(none, "money") == ["No support is asked for yet."]


def test_de_minimis_aid_counts_where_the_call_is_state_aid(team, now):
    call = ready_call(team, now, state_aid=True)
    assert messages_of(rehearse(call, by=team.mia), "money") == []
    full = messages_of(rehearse(call, by=team.mia, aid_cents=30_000_000), "money")
    assert any("single undertaking would hold" in one for one in full)


def test_a_call_without_money_asks_none(team, now, mia):
    call = ready_call(team, now, **calls.WITHOUT_MONEY)
    made = rehearse(call, by=team.mia)
    assert (made.stops, made.outcome["parties"], made.outcome["gives_money"]) == (0, [], False)
    assert "requested_cents" not in mia.get(page_of("new", call)).context["organisations"][0].fields
    assert mia.get(page_of("detail", call, made.ref)).status_code == 200


def test_organisations_are_added_and_taken_out_with_what_was_typed(mia, team, now):
    call = ready_call(team, now, partners_min=2, partners_max=3)
    page = mia.get(page_of("new", call))
    assert len(page.context["organisations"]) == 2
    sent = boxes(page, problem="Half a sentence", trl="5")
    more = mia.post(page_of("new", call), {**sent, "do.organisation": "add"})
    assert len(more.context["organisations"]) == 3
    assert (
        "Half a sentence" in text(more)
        and more.context["organisations"][2].start.legal_name == "Test company 3"
    )
    assert more.context["organisations"][2].errors == {}
    fewer = mia.post(page_of("new", call), {**boxes(more, problem="Still there"), "do.organisation": "drop"})
    assert len(fewer.context["organisations"]) == 2 and "Still there" in text(fewer)
    assert not Rehearsal.objects.exists()
    mia.post(page_of("new", call), boxes(more, **SENT))
    assert [one["key"] for one in Rehearsal.objects.get().organisations] == ["P1", "P2", "P3"]
    alone = rehearse(call, by=team.mia, number=1)
    assert any("at least 2" in one for one in messages_of(alone))


def test_a_wrong_organisation_is_refused_and_what_was_typed_stays(mia, ready):
    page = mia.get(page_of("new", ready))
    wrong = {
        "organisation.1-legal_name": "",
        "organisation.1-requested_cents": "a lot",
        "problem": "Kept words",
    }
    answer = mia.post(page_of("new", ready), boxes(page, **{**SENT, **wrong}))
    assert answer.status_code == 422
    assert "a lot" in answer.content.decode() and "Kept words" in text(answer)
    assert not Rehearsal.objects.exists()


def test_it_is_tried_again_with_the_same_answers_also_wrong_ones(mia, team, ready):
    first = rehearse(
        ready, by=team.mia, title="First", typed={"problem": ["Words"], "trl": ["eleven"]}, town="Turin"
    )
    page = mia.get(page_of("new", ready), {"from": first.ref})
    shown = page.content.decode()
    assert "eleven" in shown and "Words" in shown and "Turin" in shown and 'value="First"' in shown
    mia.post(page_of("new", ready), boxes(page, **SENT))
    second = Rehearsal.objects.latest("pk")
    assert (second.number, second.title, second.stops) == (2, "First", 0)
    assert mia.get(page_of("new", ready), {"from": "TEST-NONE-1"}).status_code == 404


def test_a_test_says_when_form_or_rules_were_changed_since(mia, team, ready):
    made = rehearse(ready, by=team.mia)
    detail = page_of("detail", ready, made.ref)
    before = text(mia.get(detail))
    assert "older form" not in before and "was changed since" not in before
    revision = FormRevision.objects.get(call=ready)
    revision.definition["sections"][0]["questions"][0]["label"]["en"] = "A new question?"
    revision.save()
    after = text(mia.get(detail))
    assert "made with an older form" in after
    assert "What problem do you solve" in after and "A new question?" not in after
    assert "with an older form" in text(mia.get(page_of("list", ready)))
    ready.sizes = ["large"]
    ready.save()
    assert "Who may apply or the money was changed since" in text(mia.get(detail))


def test_the_mark_of_the_rules_is_the_same_in_every_language(team, ready):
    ready.rules = [{"id": "r1", "kind": "free", "settings": {"sentence": {"en": "Yes.", "fr": "Oui."}}}]
    marks = set()
    for language in ("en", "fr"):
        with translation.override(language):
            marks.add(queries.rules_mark(ready))
    assert len(marks) == 1


def test_what_is_hidden_in_blind_review_is_marked(mia, team, now):
    form = copy.deepcopy(calls.DEFINITION)
    form["sections"][0]["questions"][0]["blind"] = False
    call = ready_call(team, now, form=form)
    made = rehearse(call, by=team.mia)
    ((_title, answers), *_rest) = queries.read_rehearsal(made)
    assert [one.is_hidden for one in answers][:2] == [True, False]


def test_its_pdf_says_test_on_every_page_and_has_no_seal(mia, team, ready):
    made = rehearse(ready, by=team.mia, typed={"problem": ["Words. " * 60], "trl": ["5"]})
    print_rehearsal(made.pk)
    assert print_rehearsal(made.pk) is False
    made.refresh_from_db()
    content = read_verified(made.document)
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) >= 2
    assert all("TEST: nothing here counts" in page.extract_text() for page in pages)
    assert b"/ByteRange" not in content and b"/Sig" not in content
    whole = " ".join(page.extract_text() for page in pages)
    assert "SHA-256" not in whole and "Receipt of submission" not in whole
    answer = mia.get(page_of("document", ready, made.ref))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")


def test_a_pdf_that_is_not_made_yet_says_so_and_is_asked_for(mia, team, ready, monkeypatch):
    made = rehearse(ready, by=team.mia)
    rung = []
    monkeypatch.setattr(
        "applicants.services.rehearsal.enqueue", lambda task, *args: rung.append((task.name, args))
    )
    waiting = mia.get(page_of("document", ready, made.ref))
    assert (waiting.status_code, waiting["Refresh"]) == (202, "3")
    assert rung == [("applicants.print_rehearsal", (made.pk,))]


def test_a_manager_throws_one_or_all_away_with_one_event_each(mia, team, ready):
    first, second, third = (rehearse(ready, by=team.mia) for _n in range(3))
    print_rehearsal(first.pk)
    first.refresh_from_db()
    stored = first.document
    mia.post(page_of("delete", ready, first.ref))
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert delete_doomed_files() == 1
    assert not stored.content.storage.exists(stored.content.name)
    assert set(Rehearsal.objects.values_list("ref", flat=True)) == {second.ref, third.ref}
    assert "2 test submissions" in text(mia.get(page_of("delete_all", ready)))
    assert Rehearsal.objects.count() == 2
    mia.post(page_of("delete_all", ready))
    assert not Rehearsal.objects.exists()
    events = AuditEvent.objects.filter(verb__in=["rehearsal.deleted", "rehearsal.all_deleted"]).order_by("pk")
    assert [(one.verb, one.data) for one in events] == [
        ("rehearsal.deleted", {"ref": first.ref}),
        ("rehearsal.all_deleted", {"number": 2}),
    ]
    assert rehearse(ready, by=team.mia).number == 4  # a number is never given twice


def test_who_may_make_read_and_delete_them(team, ready, signed_in):
    paola = people.user("Paola Ferraris")
    ProjectMember.objects.create(
        project=team.project, user=paola, role="partner", organisation=team.coordinator
    )
    for person in (paola, team.ann, team.fred):
        client = signed_in(person)
        page = client.get(page_of("new", ready))
        client.post(page_of("new", ready), boxes(page, **SENT))
        made = Rehearsal.objects.get(made_by=person)
        assert "Delete this test" not in text(client.get(page_of("detail", ready, made.ref)))
        assert client.post(page_of("delete", ready, made.ref)).status_code == 404
        assert client.post(page_of("delete_all", ready)).status_code == 404
    other = funding.team()
    stranger = signed_in(other.mia)
    for address in (
        page_of("list", ready),
        page_of("new", ready),
        page_of("delete_all", ready),
        *(page_of(name, ready, made.ref) for name in ("detail", "document", "delete")),
    ):
        assert stranger.get(address).status_code in {404, 405}
        assert stranger.post(address).status_code in {404, 405}
    elsewhere = calls.call(team, published=False)
    assert signed_in(team.mia).get(page_of("detail", elsewhere, made.ref)).status_code == 404
    assert Rehearsal.objects.count() == 3


def test_a_person_who_reads_only_is_refused_even_with_another_managing_role(team, ready, signed_in):
    """Who manages another project passes the policy, and is told 403 here."""
    other = funding.team()
    ProjectMember.objects.create(
        project=team.project, user=other.mia, role="viewer", organisation=team.coordinator
    )
    made = rehearse(ready, by=team.mia)
    client = signed_in(other.mia)
    assert client.get(page_of("detail", ready, made.ref)).status_code == 200
    assert client.post(page_of("delete", ready, made.ref)).status_code == 403
    assert client.post(page_of("delete_all", ready)).status_code == 403
    assert Rehearsal.objects.count() == 1


def test_the_page_of_publication_tells_how_the_tests_ended(mia, team, ready):
    page = reverse("calls:call_publication", args=[ready.slug])
    assert "Nobody has tried this call as an applicant yet" in text(mia.get(page))
    rehearse(ready, by=team.mia)
    rehearse(ready, by=team.mia, title="")
    told = text(mia.get(page))
    assert "2 test submissions were made." in told and "1 would be received." in told
    FormRevision.objects.filter(call=ready).update(definition={"sections": calls.DEFINITION["sections"][:1]})
    assert "None of them was made with the form as it is now." in text(mia.get(page))


def test_what_cannot_be_tried_is_refused(team, ready, monkeypatch):
    with pytest.raises(DomainError, match="organisations"):
        services.submit_rehearsal(ready, title="x", organisations=[], typed={}, by=team.mia)
    monkeypatch.setattr("applicants.services.rehearsal.MOST_TESTS", 1)
    rehearse(ready, by=team.mia)
    with pytest.raises(DomainError, match="already"):
        rehearse(ready, by=team.mia)
    FormRevision.objects.filter(call=ready).update(definition={"sections": []})
    Rehearsal.objects.all().delete()
    with pytest.raises(DomainError, match="empty"):
        rehearse(ready, by=team.mia)


@pytest.mark.parametrize("state", ["open", "cancelled"])
def test_a_call_in_any_state_is_tried(team, signed_in, state, now):
    call = calls.call(team)
    if state == "cancelled":
        call_services.cancel_call(call, reason="No more money.", by=team.mia)
        call.refresh_from_db()
    made = rehearse(call, by=team.mia)
    assert made.stops == 0
    assert signed_in(team.mia).get(page_of("detail", call, made.ref)).status_code == 200


@pytest.mark.parametrize("asked", [0, 1, 99, 100, 2_000_000, 3_333_333])
def test_the_invented_cost_carries_the_invented_support(asked):
    for rate in (Fraction(1), Fraction(2, 3), Fraction(7, 10), Fraction(1, 2)):
        cost = rehearsing.cost_for(asked, rate)
        assert cost % 100 == 0 and grant_for(cost, rate) >= asked
        assert grant_for(max(0, cost - 100), rate) <= asked


def test_what_the_database_cannot_keep_is_left_out(team, ready):
    made = rehearse(ready, by=team.mia, typed={"problem": ["By\0 hand."], "trl": ["5"]})
    assert (made.stops, made.answers["idea"]["problem"]) == (0, "By hand.")


def test_an_added_organisation_begins_with_what_is_known_of_it(mia, team, now):
    data = {
        "key": "data",
        "type": "organisation",
        "label": {"en": "Data"},
        "required": True,
        "per_partner": True,
        "parts": ["legal_name", "town", "street"],
    }
    form = {"sections": [{"key": "who", "title": {"en": "Who"}, "questions": [data]}]}
    call = ready_call(team, now, partners_max=3, form=form)
    page = mia.get(page_of("new", call))
    typed = boxes(page, **{"data-P1--legal_name": "Mine", "data-P1--town": "", "do.organisation": "add"})
    more = mia.post(page_of("new", call), typed).content.decode()
    assert 'value="Mine"' in more and 'name="data-P2--legal_name"' in more
    assert more.count('value="Test company 2"') == 2  # where it is made up, and where the form asks for it


@pytest.mark.parametrize("regions", [["FR"], ["FRL0"], ["EL", "FR"], ["ITC1", "RO"]])
def test_an_invented_organisation_is_in_a_region_that_exists(mia, team, now, regions):
    call = ready_call(team, now, rules=[{"id": "r1", "kind": "nuts", "settings": {"regions": regions}}])
    sent = boxes(mia.get(page_of("new", call)), **SENT)
    assert mia.post(page_of("new", call), sent).status_code == 302
    assert Rehearsal.objects.get().outcome["stops"] == []
