"""Documents, publication and what follows, in a browser."""

import pytest

from calls import queries, services
from calls.publication import Part
from core import audit
from tests.calls import factories
from tests.calls.pages import page_url, text, told
from tests.calls.test_services_publishing import pdf


# --- documents --------------------------------------------------------------------------------------------
def test_document_is_added_and_removed(ready, mia):
    page = mia.post(page_url("call_documents", ready), {"title": "Guide", "file": pdf()}, follow=True)
    assert "Guide" in text(page)
    (document,) = ready.documents.all()

    mia.post(page_url("document_remove", ready, document.ref))
    assert ready.documents.count() == 0
    assert mia.post(page_url("document_remove", ready, document.ref)).status_code == 404


def test_document_without_a_file_says_so_and_keeps_the_title(ready, mia):
    response = mia.post(page_url("call_documents", ready), {"title": "Guide"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["file"]
    assert 'value="Guide"' in response.content.decode()


# --- publication ------------------------------------------------------------------------------------------
def test_check_lists_what_is_missing_with_its_page(team, mia):
    call = services.create_call(team.voucher_type, title="Empty", code="EMP-1", by=team.mia)

    page = text(mia.get(page_url("call_publication", call)))
    assert "The form has no section yet." in page
    assert f'href="{page_url("form", call)}"' in page
    assert "Propose publication" not in page

    response = mia.post(page_url("publication_propose", call))
    assert response.status_code == 422
    assert "The call cannot be published yet." in text(response)


def test_publish_shows_the_refusal_when_something_changed_meanwhile(ready, team, signed_in):
    services.propose_publication(ready, by=team.mia)
    services.change_text(ready, by=team.luc, title="Other")

    response = signed_in(team.luc).post(page_url("call_publish", ready))

    assert response.status_code == 422
    assert "A manager proposes the publication first; then another one publishes." in text(response)


def test_publish_by_the_proposer_is_refused_in_words(ready, team, mia):
    services.propose_publication(ready, by=team.mia)

    assert "You proposed this yourself" in text(mia.get(page_url("call_publish", ready)))
    response = mia.post(page_url("call_publish", ready))
    assert response.status_code == 422
    assert "another manager has to publish it" in text(response)


def test_double_click_on_publish_is_done_once(ready, team, signed_in):
    services.propose_publication(ready, by=team.mia)
    luc = signed_in(team.luc)

    answers = [luc.post(page_url("call_publish", ready)) for _click in range(2)]

    assert [(one.status_code, one.url) for one in answers] == [(302, ready.get_absolute_url())] * 2
    assert [event.verb for event in audit.history(ready)].count("call.published") == 1


def test_proposal_is_declined_with_a_reason(ready, team, signed_in):
    services.propose_publication(ready, by=team.mia)

    response = signed_in(team.luc).post(page_url("proposal_withdraw", ready), {"reason": "Too little money."}, follow=True)  # fmt: skip

    assert told(response) == ["The proposal is taken back. The call is a draft again."]
    assert audit.history(ready).last().note == "Too little money."


# --- afterwards -------------------------------------------------------------------------------------------
def test_extend_moves_the_deadline_and_the_public_page_says_why(team, mia):
    call = factories.call(team)

    given = {"closes_day": "2027-04-26", "closes_hour": "17:00", "reason": "Power cut."}
    assert mia.post(page_url("call_extend", call), given).status_code == 302

    page = text(mia.get(call.get_absolute_url()))
    assert "Monday 26 April 2027, 17:00 Brussels time" in page
    assert "The deadline moved from Monday 19 April 2027, 11:00 Brussels time" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_day": "2027-04-18"}, "closes_day"),
        ({"closes_day": "soon"}, "closes_day"),
        ({"reason": ""}, "reason"),
        ({"closes_day": "2027-10-31", "closes_hour": "02:30"}, "closes_hour"),
    ],
)
def test_extend_with_a_mistake_says_it_beside_the_field(team, mia, changes, field):
    call = factories.call(team)
    given = {"closes_day": "2027-04-26", "closes_hour": "17:00", "reason": "Power cut.", **changes}

    response = mia.post(page_url("call_extend", call), given)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_cancel_needs_a_reason(team, mia):
    call = factories.call(team)

    response = mia.post(page_url("call_cancel", call), {"reason": ""})
    assert list(response.context["form"].errors) == ["reason"]

    assert mia.post(page_url("call_cancel", call), {"reason": "Merged."}).status_code == 302
    call.refresh_from_db()
    assert call.state == "cancelled"


def test_part_that_does_not_exist_is_not_found(ready, mia):
    assert mia.get(f"/calls/{ready.slug}/edit/weather/").status_code == 404


@pytest.mark.parametrize("part", Part)
def test_every_part_has_its_page(ready, mia, part):
    response = mia.get(queries.part_url(ready, part))

    assert response.status_code == 200
    assert "UNKNOWN-VARIABLE" not in response.content.decode()
