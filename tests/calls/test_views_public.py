"""Public pages: what a visitor reads in each phase, and what a wrong address answers."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from calls import services
from core import clock, files
from core.localised import localised
from tests.calls import factories
from tests.calls.conftest import ready_call
from tests.funding import factories as funding


def _text(response) -> str:
    return " ".join(response.content.decode().split())


def test_page_of_an_open_call_leads_to_the_application(team, client):
    call = factories.call(team)

    page = _text(client.get(call.get_absolute_url()))

    assert "Monday 19 April 2027, 11:00 Brussels time" in page
    assert "in 60 days" in page
    assert f'href="/calls/{call.slug}/apply/"' in page
    assert "Co-funded by the European Union." in page
    assert "European Innovation Council and SMEs Executive Agency (EISMEA)" in page
    assert "UNKNOWN-VARIABLE" not in page


def test_page_of_an_upcoming_call_has_no_button(team, client, now):
    call = factories.call(team, opens_at=now + timedelta(days=3))

    page = _text(client.get(call.get_absolute_url()))

    assert "Sunday 21 February 2027, 10:00 Brussels time" in page
    assert "/apply/" not in page


def test_page_of_a_closed_call_says_what_happens_now(team, client, now):
    call = factories.call(
        team,
        opens_at=now - timedelta(days=90),
        closes_at=now - timedelta(days=1),
        decision_by=date(2027, 5, 14),
    )

    page = _text(client.get(call.get_absolute_url()))

    assert "Everybody who applied has their answer by 14 May 2027." in page
    assert "/apply/" not in page


def test_page_of_a_call_with_results_says_since_when(team, client, now):
    call = factories.call(team, opens_at=now - timedelta(days=90), closes_at=now - timedelta(days=1))
    call.results_published_at = now
    call.save()

    assert "The results were published on" in _text(client.get(call.get_absolute_url()))


def test_page_of_a_cancelled_call_says_why(team, client):
    call = factories.call(team)
    services.cancel_call(call, reason="Merged with <the> next call.", by=team.mia)

    page = _text(client.get(call.get_absolute_url()))

    assert "This call does not take place" in page
    assert "Merged with &lt;the&gt; next call." in page
    assert "/apply/" not in page


def test_page_of_a_draft_says_who_sees_it(ready, team, signed_in):
    assert "Only your project sees this page" in _text(signed_in(team.ann).get(ready.get_absolute_url()))


def test_page_turns_marks_into_text_and_escapes_the_rest(team, client):
    call = factories.call(team, description=localised("- one\n- <img src=x>"))

    page = _text(client.get(call.get_absolute_url()))

    assert "<li>one</li>" in page
    assert "<li>&lt;img src=x&gt;</li>" in page


def test_page_of_questions_says_what_is_asked(team, client):
    call = factories.call(team)

    page = _text(client.get(reverse("calls:call_questions", args=[call.slug])))

    assert "What problem do you solve, and for whom?" in page
    assert "Long text, at most 500 characters" in page
    assert "Number, 1 to 9" in page
    assert "One of several choices: Artificial intelligence, Internet of things" in page
    assert "File: PDF" in page


def test_lists_without_any_call_say_so(db, client):
    for path in ("/", "/calls/"):
        assert "No call is open at the moment." in _text(client.get(path))


def test_landing_leads_into_open_calls(team, client):
    call = factories.call(team)

    page = _text(client.get("/"))

    assert f'href="{call.get_absolute_url()}"' in page
    assert 'href="/calls/"' in page


@pytest.fixture
def stored(team):
    return files.store_bytes(b"%PDF-1.4 guide", name="guide.pdf", media_type="application/pdf", by=team.mia)


def _document(call, stored) -> str:
    document = call.documents.create(title=localised("Guide"), file=stored)
    return reverse("calls:document", args=[call.slug, document.ref])


def test_document_of_a_published_call_is_given_to_everybody(team, client, stored):
    response = client.get(_document(factories.call(team), stored))

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"%PDF-1.4 guide"
    assert response["Content-Disposition"] == 'attachment; filename="guide.pdf"'
    assert "sandbox" in response["Content-Security-Policy"]


def test_document_of_a_draft_is_given_to_its_project_only(ready, team, client, signed_in, stored):
    url = _document(ready, stored)

    assert client.get(url).status_code == 404
    assert signed_in(team.fred).get(url).status_code == 200
    assert signed_in(funding.team().mia).get(url).status_code == 404


def test_document_under_the_address_of_another_call_is_not_found(ready, team, client, stored):
    ref = _document(ready, stored).rstrip("/").rpartition("/")[2]
    other = factories.call(team)

    assert client.get(reverse("calls:document", args=[other.slug, ref])).status_code == 404


@pytest.mark.parametrize(
    "path", ["/calls/nowhere/", "/calls/nowhere/questions/", "/calls/nowhere/documents/ABC/", "/calls/a b/"]
)
def test_unknown_address_is_not_found(db, client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/calls/"])
def test_public_pages_only_read(db, client, path):
    assert client.post(path).status_code == 405


def test_phase_follows_the_clock_alone(team, client, now):
    call = factories.call(team, opens_at=now + timedelta(days=1))

    def phase() -> str:
        return client.get(call.get_absolute_url()).context["page"].phase

    assert phase() == "upcoming"
    with clock.stopped_at(call.opens_at):
        assert phase() == "open"
    with clock.stopped_at(call.closes_at + timedelta(milliseconds=1)):
        assert phase() == "closed"


def test_two_projects_share_the_list_and_each_page_its_own_authority(team, client, now):
    other = funding.team(granting_authority="European Commission")
    call = factories.call(other)
    ready_call(team, now)

    assert "European Union or European Commission." in _text(client.get(call.get_absolute_url()))


@pytest.mark.django_db
def test_list_is_narrowed_by_words_country_size_amount_and_deadline(client, now):
    crew = funding.team()
    french = factories.call(
        crew, budget_cents=30_000_00, countries=["FR"], title={"en": "Vision & light", "fr": "Éclairage"}
    )
    italian = factories.call(
        crew, budget_cents=30_000_00, countries=["IT"], countries_pending=["NO"], sizes=["micro"]
    )

    def found(query: str) -> set[str]:
        context = client.get(f"/calls/{query}").context
        return {line.call.slug for line in context["board"].open}

    assert found("") == found("?country=XX&size=none&text=%00") == {french.slug, italian.slug}
    assert found("?country=fr") == found("?text=LIGHT+vision") == found("?text=éclairage") == {french.slug}
    assert found("?country=NO") == found(f"?text={italian.code}") == {italian.slug}
    assert found("?size=medium") == {french.slug}
    small = factories.call(
        crew,
        budget_cents=30_000_00,
        project_max_cents=4_999_99,
        project_min_cents=0,
        closes_at=now + timedelta(days=30),
    )
    assert found("?amount=5000") == found("?days=60") == {french.slug, italian.slug}
    assert found("?amount=7&days=x") == found("?days=30") == {french.slug, italian.slug, small.slug}
    assert found("?text=innovation+voucher") == {french.slug, italian.slug, small.slug}
    page = client.get("/calls/?text=nothing+like+it").content.decode()
    assert "No open call fits." in page and 'value="nothing like it"' in page
