"""Submitting and withdrawing: the deadline to the millisecond, what is frozen, what people get."""

import hashlib
import io
import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader

from applicants import payload, services
from applicants.jobs import render_missing_receipts
from applicants.models import Version
from applicants.states import ApplicationState, VersionStatus
from applicants.tasks import render_receipt
from core import clock
from core.audit import history
from core.errors import DeadlinePassed, DomainError, Incomplete, InvalidTransition
from core.files import read_verified
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db

DEADLINE = datetime(2024, 4, 30, 15, 0, tzinfo=UTC)
"""time-01: 30 April 2024, 17:00 in Brussels."""


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def call(crew, now):
    return calls.call(crew)


@pytest.fixture
def alice():
    return people.user("Alice Bianchi")


def draft_before(deadline, crew, alice):
    with clock.stopped_at(deadline - timedelta(days=1)):
        call = calls.call(crew, opens_at=deadline - timedelta(days=62), closes_at=deadline)
        return steps.fill(steps.start(call, alice), alice)


def test_time_06_received_at_the_deadline_is_in_time(crew, alice):
    application = draft_before(DEADLINE, crew, alice)
    with clock.stopped_at(DEADLINE + timedelta(seconds=40)):  # handled later than it arrived
        version = steps.submit(application, alice, arrived=DEADLINE)
    assert (version.status, version.arrived_at) == (VersionStatus.FINAL, DEADLINE)


def test_time_07_received_a_millisecond_later_is_late(crew, alice):
    application = draft_before(DEADLINE, crew, alice)
    with pytest.raises(DeadlinePassed) as caught:
        steps.submit(application, alice, arrived=DEADLINE + timedelta(milliseconds=1))
    assert caught.value.message == (
        "The deadline has passed. This arrived on 30 April 2024, 17:00:00.001 Brussels time; the deadline was "
        "30 April 2024, 17:00:00.000 Brussels time. What you wrote stays readable."
    )
    assert (application.valid_version(), application.draft().title) == (
        None,
        "Vision control for short steel series",
    )


def test_less_than_a_millisecond_is_not_counted(crew, alice):
    application = draft_before(DEADLINE, crew, alice)
    version = steps.submit(application, alice, arrived=DEADLINE + timedelta(microseconds=999))
    assert version.arrived_at == DEADLINE


def test_time_10_a_draft_that_is_not_submitted_again_leaves_the_earlier_version(crew, alice):
    application = draft_before(DEADLINE, crew, alice)
    with clock.stopped_at(DEADLINE - timedelta(hours=7)):
        steps.submit(application, alice)
    with clock.stopped_at(DEADLINE - timedelta(minutes=30)):
        services.change_application(application, by=alice)
        services.save_title(application, title="A new title", base=1, by=alice)
    with pytest.raises(DeadlinePassed):
        steps.submit(application, alice, arrived=DEADLINE + timedelta(milliseconds=1))
    valid = application.valid_version()
    assert (valid.number, valid.title, application.draft().number) == (
        1,
        "Vision control for short steel series",
        2,
    )


def test_lists_read_the_newest_final_version_and_what_it_asks_from_the_file_itself(call, alice):
    application = steps.fill(steps.start(call, alice), alice)
    application.refresh_from_db()
    assert (application.last_final, application.asked_cents) == (None, 0)
    first = steps.submit(application, alice)
    application.refresh_from_db()
    asked = sum(partner.requested_cents for partner in first.partners.all())
    assert asked > 0
    assert (application.last_final, application.asked_cents) == (first, asked)
    services.change_application(application, by=alice)
    lead = application.draft().partners.get(is_lead=True)
    lead.requested_cents -= 100
    lead.save()
    application.refresh_from_db()
    assert (application.last_final, application.asked_cents) == (first, asked)
    second = steps.submit(application, alice)
    application.refresh_from_db()
    assert (application.last_final, application.asked_cents) == (second, asked - 100)


def test_submit_before_the_opening_is_refused(call, alice):
    application = steps.fill(steps.start(call, alice), alice)
    with pytest.raises(DomainError, match="opens on"):
        steps.submit(application, alice, arrived=call.opens_at - timedelta(milliseconds=1))


def test_submit_after_an_extension_is_judged_by_the_new_deadline(call, alice):
    application = steps.fill(steps.start(call, alice), alice)
    late = call.closes_at + timedelta(milliseconds=1)
    stale = type(application).objects.select_related("call").get(pk=application.pk)
    steps.extend(call, late)
    assert steps.submit(stale, alice, arrived=late).arrived_at == late


def test_submit_freezes_everything_under_one_fingerprint(call, alice):
    partner = people.organisation("Politehnica", country="RO", registration_number="J12/9")
    application = steps.start(call, alice)
    services.add_attachment(application, question="offer", upload=steps.pdf(), by=alice)
    steps.fill(application, alice, asked=14_000_00, cost=20_000_00, shares=[(partner, 0)])
    version = steps.submit(application, alice)
    version.refresh_from_db()
    frozen = version.payload
    canonical = json.dumps(frozen, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == version.sha256
    assert payload.canonical(frozen).decode() == canonical
    assert {
        key: frozen[key] for key in ("call", "application", "version", "title", "sections", "arrived_at")
    } == {
        "call": call.code,
        "application": application.ref,
        "version": 1,
        "title": "Vision control for short steel series",
        "sections": {"idea": {"problem": "Parts are checked by hand.", "trl": 5}},
        "arrived_at": "2027-02-18T09:00:00.000Z",
    }
    assert [
        (p["organisation"]["legal_name"], p["is_lead"], p["requested_cents"]) for p in frozen["partners"]
    ] == [
        ("Rossi Meccanica S.r.l.", True, 14_000_00),
        ("Politehnica", False, 0),
    ]
    (file,) = frozen["files"]
    assert (file["question"], file["name"], file["media_type"], len(file["sha256"])) == (
        "offer",
        "offer.pdf",
        "application/pdf",
        64,
    )
    assert sorted(frozen["declarations"]) == sorted(steps.ALL)


def test_what_was_frozen_stays_when_the_organisation_changes(call, alice):
    application = steps.submitted(call, alice)
    application.organisation.legal_name = "Rossi Holding"
    application.organisation.save()
    frozen = application.valid_version().payload["partners"][0]["organisation"]
    assert frozen["legal_name"] == "Rossi Meccanica S.r.l."


def test_submit_with_gaps_tells_each_with_its_place(call, alice):
    application = steps.start(call, alice)
    with pytest.raises(Incomplete) as caught:
        services.submit_application(application, by=alice, arrived=clock.now(), declarations=[])
    base = f"/applications/{application.ref}/"
    places = [(gap.message, gap.target) for gap in caught.value.gaps]
    assert places[:4] == [
        ("The project has no title yet.", f"{base}about/#div_id_title"),
        ("No support is asked for yet.", f"{base}partners/#money"),
        (
            "“What problem do you solve, and for whom?”: an answer is missing.",
            f"{base}sections/idea/#div_id_problem",
        ),
        ("“TRL now”: an answer is missing.", f"{base}sections/idea/#div_id_trl"),
    ]
    assert [target for _message, target in places[4:]] == steps.ALL
    assert (application.valid_version(), OutgoingMessage.objects.count()) == (None, 0)


def test_submit_without_a_declaration_is_refused(call, alice):
    application = steps.fill(steps.start(call, alice), alice)
    with pytest.raises(Incomplete) as caught:
        services.submit_application(application, by=alice, arrived=clock.now(), declarations=steps.ALL[1:])
    assert [gap.target for gap in caught.value.gaps] == [steps.ALL[0]]


def test_submit_twice_with_one_key_gives_the_same_version(call, alice):
    application, key = steps.fill(steps.start(call, alice), alice), uuid.uuid4()
    first = steps.submit(application, alice, key=key)
    second = steps.submit(application, alice, key=key)
    assert (second.pk, second.sha256, Version.objects.count()) == (first.pk, first.sha256, 1)
    assert OutgoingMessage.objects.count() == 1


def test_submit_from_another_window_says_that_it_was_submitted(call, alice):
    application = steps.fill(steps.start(call, alice), alice)
    steps.submit(application, alice, key=uuid.uuid4())
    with pytest.raises(
        InvalidTransition, match=r"Version 1 was submitted already, on 18 February 2027, 10:00:00.000"
    ):
        steps.submit(application, alice, key=uuid.uuid4())


def test_submit_without_anything_says_so(call, alice):
    application = steps.start(call, alice)
    services.discard_draft(application, by=alice)
    with pytest.raises(InvalidTransition, match="has no draft to submit"):
        steps.submit(application, alice)


def test_submit_tells_everybody_of_the_organisation_and_leaves_a_trail(call, alice):
    bob = people.user("Bob Ferri")
    application = steps.start(call, alice)
    application.organisation.membership_set.create(user=bob)
    gone = people.user("Gone Away")
    application.organisation.membership_set.create(user=gone, ended_at=clock.now())
    version = steps.submit(steps.fill(application, alice), alice)
    mails = list(OutgoingMessage.objects.order_by("pk"))
    assert [m.to for m in mails] == [alice.email, bob.email]
    assert mails[0].subject == f"Received: {application.ref}, version 1"
    for part in (
        version.sha256,
        "18 February 2027, 10:00:00.000 Brussels time",
        "09:00:00.000 UTC",
        "/receipt/",
    ):
        assert part in mails[0].text and part in mails[0].html
    last = history(application).last()
    assert (last.verb, last.actor, last.data["sha256"]) == ("application.submitted", alice, version.sha256)


def test_submit_asks_the_database_few_things(
    call, alice, django_assert_num_queries, django_capture_on_commit_callbacks
):
    """Known once: content types, templates. What is left is the transaction that a rush is made of."""
    other = people.user("Bob Ferri")
    steps.submitted(call, other)
    application, key = steps.fill(steps.start(call, alice), alice), uuid.uuid4()
    with django_assert_num_queries(19):
        steps.submit(application, alice, key=key)


def test_withdraw_lets_nothing_count_and_the_way_back_leads_through_a_draft(call, alice):
    application = steps.submitted(call, alice)
    services.withdraw_application(application, by=alice, reason="Wrong partner")
    application.refresh_from_db()
    assert (application.state, application.valid_version()) == (ApplicationState.WITHDRAWN, None)
    draft = services.change_application(application, by=alice)
    application.refresh_from_db()
    assert (application.valid_version(), draft.number) == (None, 2)
    steps.submit(application, alice)
    application.refresh_from_db()
    assert (application.state, application.valid_version().number) == (ApplicationState.OPEN, 2)
    assert [e.verb for e in history(application)][-4:] == [
        "application.submitted",
        "application.withdrawn",
        "application.change_started",
        "application.open",
    ]
    kinds = list(OutgoingMessage.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["submission_received", "application_withdrawn", "submission_received"]


def test_start_after_a_withdrawal_continues_the_same_application(call, alice):
    application = steps.submitted(call, alice)
    services.withdraw_application(application, by=alice)
    again = steps.start(call, alice, application.organisation)
    assert (again, again.draft().title) == (application, "Vision control for short steel series")


def test_withdraw_what_was_not_submitted_or_is_withdrawn_is_refused(call, alice):
    application = steps.start(call, alice)
    with pytest.raises(InvalidTransition, match="was not submitted"):
        services.withdraw_application(application, by=alice)
    steps.submit(steps.fill(application, alice), alice)
    services.withdraw_application(application, by=alice)
    with pytest.raises(InvalidTransition, match="no longer possible"):
        services.withdraw_application(application, by=alice)


def test_receipt_is_made_once_and_says_what_the_page_says(call, alice):
    application = steps.submitted(call, alice)
    version = application.valid_version()
    assert (render_receipt(version.pk), render_receipt(version.pk)) == (True, False)
    version.refresh_from_db()
    content = read_verified(version.receipt)
    assert (content[:5], version.receipt.name) == (b"%PDF-", f"{application.ref}-v1-receipt.pdf")
    text = words_of(content)
    for part in (application.ref, "10:00:00.000 Brussels time", "Rossi Meccanica S.r.l.", "20\u00a0000.00"):
        assert part in text
    assert version.sha256 in text.replace("\n", "").replace(" ", "")


def test_receipt_is_the_same_bytes_whenever_it_is_made(call, alice):
    from applicants.documents import receipt

    application = steps.submitted(call, alice)
    version = Version.objects.select_related(
        "application__call__project", "submitted_by", "form_revision"
    ).get(pk=application.valid_version().pk)
    first = receipt(version)
    with clock.stopped_at(clock.now() + timedelta(days=400)):
        assert receipt(version) == first


def test_sweep_makes_the_receipts_that_no_bell_announced(call, alice):
    steps.submitted(call, alice)
    steps.submitted(call, people.user("Bob Ferri"))
    assert (render_missing_receipts(), render_missing_receipts()) == (2, 0)


def words_of(content: bytes) -> str:
    """The text of a PDF, its lines joined."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
