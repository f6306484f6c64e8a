"""Where a call is published, exceptions by two persons, the portal's text: verbs, pages, database."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from calls import portal, queries, services
from calls.models import Call, Channel, DutyException
from calls.plans import ChannelPlan
from core.audit import history
from core.errors import Conflict, DomainError, FourEyesRequired, Incomplete
from core.localised import localised
from funding.models import Project
from tests.calls import factories
from tests.calls.pages import page_url, part_url, rows_sent, sent_unchanged, text, told

PORTAL = ChannelPlan("portal", "", date(2027, 2, 1), "https://ec.europa.eu/competitive-calls-cs/1")
LINKEDIN = ChannelPlan("social", "LinkedIn", None, "")


# --- channels ---------------------------------------------------------------------------------------------
def test_create_call_plans_portal_and_website_and_starts_with_standard_texts(team):
    call = services.create_call(team.voucher_type, title="New", code="NEW-1", by=team.mia)

    assert [one.kind for one in queries.channel_plans(call)] == ["portal", "website"]
    assert "within 7 days" in str(call.redress) and team.project.contact_email in str(call.redress)
    assert f"The consortium of {team.project}" in str(call.privacy)


def test_evidence_is_recorded_after_publication_and_written_down(team):
    call = factories.call(team)

    services.change_channels(
        call, channels=[PORTAL, LINKEDIN], parent_topic="SMP-COSME-2021-CLUSTER-01", by=team.mia
    )

    assert queries.channel_plans(call) == [PORTAL, LINKEDIN]
    assert Call.objects.get(pk=call.pk).parent_topic == "SMP-COSME-2021-CLUSTER-01"
    assert history(call).latest("pk").data["channels"] == [
        [],
        ["portal  2027-02-01 https://ec.europa.eu/competitive-calls-cs/1", "social LinkedIn"],
    ]


@pytest.mark.parametrize(
    ("channel", "sentence"),
    [
        (ChannelPlan("press", "Nice-Matin", date(2027, 2, 1)), "Nice-Matin: give the link where it can be seen."),
        (ChannelPlan("portal", "", date(2027, 2, 19), "https://x.example"), "EU Funding & Tenders Portal: this day has not come yet. Leave it empty until it is there."),
    ],
)  # fmt: skip
def test_evidence_that_cannot_be_is_refused(ready, team, channel, sentence):
    with pytest.raises(DomainError) as caught:
        services.change_channels(ready, channels=[channel], by=team.mia)

    assert caught.value.message == sentence
    assert Channel.objects.filter(call=ready).count() == 2


def test_a_day_without_a_link_is_refused_by_the_database(ready):
    with pytest.raises(IntegrityError), transaction.atomic():
        Channel.objects.filter(call=ready).update(published_on=date(2027, 2, 1))


def test_a_stale_page_of_channels_is_a_conflict(ready, team):
    opened = queries.mark_of(ready, "channels")
    services.change_channels(ready, channels=[PORTAL], by=team.luc)

    with pytest.raises(Conflict):
        services.change_channels(ready, channels=[LINKEDIN], by=team.mia, seen=opened)


def test_the_page_of_channels_saves_what_it_shows_and_what_is_added(team, mia):
    call = factories.call(team)
    services.change_channels(call, channels=[PORTAL], by=team.mia)
    page = mia.get(part_url(call, "channels"))
    row = {
        "kind": "newsletter",
        "name": "June letter",
        "url": "example.org/june",
        "published_on": "2027-02-02",
    }

    sent = {**sent_unchanged(page), **{f"row-1-{name}": value for name, value in row.items()}}
    assert mia.post(part_url(call, "channels"), sent).status_code == 302

    assert queries.channel_plans(call) == [
        PORTAL,
        ChannelPlan("newsletter", "June letter", date(2027, 2, 2), "https://example.org/june"),
    ]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"kind": "portal", "url": "", "published_on": "2027-02-01"}, "url"),
        ({"kind": "portal", "url": "javascript:alert(1)", "published_on": ""}, "url"),
        ({"kind": "moon", "url": "", "published_on": ""}, "kind"),
        ({"kind": "portal", "url": "", "published_on": "soon"}, "published_on"),
    ],
)
def test_a_mistake_about_a_channel_is_said_in_its_row(ready, mia, row, field):
    response = mia.post(part_url(ready, "channels"), rows_sent([{"name": "X", **row}], 0))

    assert response.status_code == 422
    assert list(response.context["form"].rows.forms[0].errors) == [field]


# --- exceptions -------------------------------------------------------------------------------------------
@pytest.fixture
def poor(ready, team):
    """A draft of a project whose money for SMEs is less than three quarters of its grant."""
    Project.objects.filter(pk=team.project.pk).update(eu_grant_cents=1_500_000_00)
    return Call.objects.select_related("project").get(pk=ready.pk)


def test_an_exception_is_confirmed_by_another_manager_who_publishes(poor, team):
    with pytest.raises(Incomplete):
        services.propose_publication(poor, by=team.mia)

    services.except_duty(poor, duty="sme_share", reason=" Annex 1. ", by=team.mia)
    services.propose_publication(poor, by=team.mia)
    services.publish_call(poor, by=team.luc)

    kept = DutyException.objects.get(call=poor)
    assert (kept.reason, kept.by, kept.confirmed_by) == ("Annex 1.", team.mia, team.luc)


def test_the_author_of_an_exception_cannot_publish_the_call(poor, team):
    services.except_duty(poor, duty="sme_share", reason="Annex 1.", by=team.luc)
    services.propose_publication(poor, by=team.mia)

    with pytest.raises(FourEyesRequired, match="Three quarters of the EU grant for SMEs"):
        services.publish_call(poor, by=team.luc)

    assert Call.objects.get(pk=poor.pk).state == "draft"


def test_the_author_of_a_short_opening_cannot_publish_it(ready, team, now):
    dates = {
        "opens_at": now + timedelta(days=7),
        "closes_at": now + timedelta(days=28),
        "decision_by": date(2027, 7, 1),
        "agreement_by": date(2027, 8, 1),
        "project_months": 12,
    }
    services.change_dates(ready, **dates, short_opening_reason="Annex 1.", by=team.luc)
    services.propose_publication(ready, by=team.mia)

    with pytest.raises(FourEyesRequired, match="Open for at least two months"):
        services.publish_call(ready, by=team.luc)


@pytest.mark.parametrize(
    ("duty", "reason"), [("two_months", "x"), ("weights", "x"), ("", "x"), ("sme_share", "  ")]
)
def test_an_exception_that_cannot_be_is_refused(ready, team, duty, reason):
    with pytest.raises(DomainError):
        services.except_duty(ready, duty=duty, reason=reason, by=team.mia)

    assert DutyException.objects.count() == 0


def test_an_exception_takes_a_proposal_back_and_can_be_taken_back_itself(poor, team):
    services.except_duty(poor, duty="sme_share", reason="Annex 1.", by=team.mia)
    services.propose_publication(poor, by=team.mia)

    services.keep_duty(poor, duty="sme_share", by=team.luc)

    stored = Call.objects.get(pk=poor.pk)
    assert (DutyException.objects.count(), stored.publication_proposed_at) == (0, None)


def test_exceptions_of_a_published_call_are_kept_by_the_database(poor, team):
    services.except_duty(poor, duty="sme_share", reason="Annex 1.", by=team.mia)
    services.propose_publication(poor, by=team.mia)
    services.publish_call(poor, by=team.luc)

    for statement in ("UPDATE calls_dutyexception SET reason = 'other'", "DELETE FROM calls_dutyexception"):
        with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)


def test_an_exception_is_recorded_from_the_check_and_shown_there(poor, team, mia, signed_in):
    check = page_url("call_publication", poor)
    assert "?duty=sme_share" in text(mia.get(check))
    url = page_url("duty_except", poor) + "?duty=sme_share"

    refused = mia.post(url, {"reason": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    response = mia.post(url, {"reason": "Annex 1, page 12."}, follow=True)

    assert told(response) == ["The exception is recorded. Another manager confirms it by publishing."]
    assert "Recorded reason: Annex 1, page 12." in text(response)
    mia.post(page_url("publication_propose", poor))
    assert "You confirm the exception that is listed below." in text(signed_in(team.luc).get(page_url("call_publish", poor)))  # fmt: skip
    assert "The exception is taken back." in told(mia.post(url, {"keep": "1"}, follow=True))
    assert mia.get(page_url("duty_except", poor) + "?duty=two_months").status_code == 302


# --- portal -----------------------------------------------------------------------------------------------
def test_the_portal_text_says_what_the_call_says(ready, team, mia):
    ready.activities = localised("Audit\nTraining")
    ready.parent_topic = "SMP-COSME-2021-CLUSTER-01"
    entry = queries.portal_entry(ready)

    found = dict(portal.fields(entry))

    assert list(found) == [
        "Call title", "Full name of the EU funded project", "Project acronym", "Grant agreement number", "Topic",
        "Opening date", "Deadline model", "Deadline date", "Expected duration of participation",
        "Total funding available", "Submission & evaluation process", "Further information", "Links",
    ]  # fmt: skip
    assert found["Opening date"] == "25 February 2027"
    assert found["Deadline date"] == "29 April 2027 11:00 (Brussels time)"
    assert found["Total funding available"] == "EUR 100 000"
    assert found["Grant agreement number"] == "101074000"
    assert found["Topic"] == "SMP-COSME-2021-CLUSTER-01"
    assert "Supported activities: Audit; Training." in found["Further information"]
    assert found["Links"].startswith("http") and ready.slug in found["Links"]


def test_the_portal_text_comes_as_page_and_as_file(ready, mia):
    page = mia.get(page_url("portal_entry", ready))
    file = mia.get(page_url("portal_entry", ready) + "?file=1")

    assert "Full name of the EU funded project" in text(page)
    assert file["Content-Disposition"] == f'attachment; filename="{ready.slug}-portal.txt"'
    assert file.content.decode() == portal.as_text(queries.portal_entry(ready))


def test_what_every_call_has_to_say_is_on_its_page(ready, team, client):
    factories.publish(ready, team)

    page = text(client.get(ready.get_absolute_url()))

    for heading in ("What is supported", "If you disagree", "Data protection"):
        assert f">{heading}</h2>" in page
    assert "<li>The activities.</li>" in page
