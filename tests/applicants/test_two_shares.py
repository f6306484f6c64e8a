"""An application in a call with another share for who is no SME, where support from elsewhere counts (design 17)."""

import pytest

from applicants import queries, services
from applicants.queries import content_of
from applicants.queries.money import outside_by_organisation
from evaluation.queries.screening import with_findings
from funding import services as funding
from tests.accounts import factories as people
from tests.applicants import steps
from tests.applicants.test_partners import refusals
from tests.calls import factories as calls
from tests.calls.factories import DEFINITION
from tests.funding.factories import team

pytestmark = pytest.mark.django_db

GOT = {
    "key": "got",
    "type": "money",
    "label": {"en": "Got elsewhere, EUR"},
    "required": True,
    "per_partner": True,
}
FORM = {
    "sections": [
        {"key": "earlier", "title": {"en": "Earlier support"}, "questions": [GOT]},
        *DEFINITION["sections"],
    ]
}


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def alice():
    return people.user("Alice Bianchi")


@pytest.fixture
def call(crew, now):
    """70 % for SMEs, a half for others, 60 000 EUR for each with what others gave."""
    return calls.call(
        crew,
        form=FORM,
        outside_question="got",
        project_min_cents=0,
        project_max_cents=90_000_00,
        sme_max_cents=60_000_00,
        no_sme_numerator=1,
        no_sme_denominator=2,
        sizes=["micro", "small", "medium", "other"],
    )


def draft(call, alice, *, firm=(28_000_00, 40_000_00), university=(20_000_00, 40_000_00), got=(0, 0)):
    """Alice's firm with a university: (asked, cost) of each, and what each got elsewhere."""
    application = steps.fill(steps.start(call, alice), alice, asked=firm[0], cost=firm[1])
    other = people.organisation("University", size="other")
    services.add_partner(
        application,
        by=alice,
        cost_cents=university[1],
        requested_cents=university[0],
        country="IT",
        registration_number=other.registration_number,
        legal_name=other.legal_name,
    )
    values = {f"got-{application.organisation.ref}": got[0], f"got-{other.ref}": got[1]}
    services.save_answers(application, section="earlier", values=values, bases={}, by=alice)
    return application


def test_each_gets_its_own_share_and_the_page_says_so(client, call, alice):
    application = draft(call, alice)
    assert [party.share for party in content_of(application.draft()).money.parties] == [
        "70\u00a0%",
        "50\u00a0%",
    ]
    client.force_login(alice)
    page = client.get(f"{application.get_absolute_url()}partners/").content.decode()
    assert (
        "It gets at most 70\u00a0% of its costs." in page
        and "It gets at most 50\u00a0% of its costs." in page
    )
    assert refusals(application, alice) == []


def test_who_is_no_sme_is_held_to_its_own_share(call, alice):
    application = draft(call, alice, university=(20_000_01, 40_000_00))
    (told,) = refusals(application, alice)
    assert told.startswith("University asks for") and "50\u00a0% of its cost" in told


def test_what_others_gave_is_taken_off_the_room_and_frozen_with_the_version(client, call, crew, alice):
    application = draft(call, alice, got=(32_000_01, 0))
    (told,) = refusals(application, alice)
    assert "from elsewhere; at most" in told
    client.force_login(alice)
    page = client.get(f"{application.get_absolute_url()}partners/").content.decode()
    assert "declared from elsewhere are taken off" in page
    ref = application.organisation.ref
    services.save_answers(
        application,
        section="earlier",
        values={f"got-{ref}": 32_000_00},
        bases={f"got-{ref}": 1},
        by=alice,
    )
    party = content_of(application.draft()).money.lead
    assert (party.outside_cents, party.room_cents, party.left_cents) == (32_000_00, 28_000_00, 0)
    version = steps.submit(application, alice)
    assert version.payload["sections"]["earlier"][f"got-{ref}"] == 32_000_00


def test_more_from_elsewhere_than_the_ceiling_leaves_nothing_and_never_less(call, alice):
    application = draft(call, alice, got=(120_000_00, 0))
    party = content_of(application.draft()).money.lead
    assert (party.room_cents, party.left_cents) == (0, 0)
    assert queries.bar(content_of(application.draft()).money)[1].value == 0


def test_the_ledger_is_told_what_each_organisation_declared(call, alice):
    application = draft(call, alice, got=(32_000_00, 0))
    version = steps.submit(application, alice)
    assert outside_by_organisation(call, version.pk) == {application.organisation_id: 32_000_00}
    assert outside_by_organisation(call, None) == {}


def test_screening_looks_at_what_was_declared(call, crew, alice):
    application = draft(call, alice, got=(32_000_00, 0))
    steps.submit(application, alice)
    application.refresh_from_db()
    other = calls.call(crew)
    organisation = application.organisation
    funding.record_awarded(other.budget_line, [(organisation, 1_00)], by=crew.mia, source=other)
    application.version_pk = application.last_final_id or application.versions.latest("number").pk
    (file,) = with_findings(call, [application])
    assert [one for one in file.findings if "from elsewhere" in one] != []
