"""What becomes of mandates when one of their people is deleted."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import Membership
from applicants import services
from applicants.models import Mandate
from core import clock
from core.models import AuditEvent, OutgoingMessage
from desk.erasure.forgetting import forget
from tests.accounts import factories as people

pytestmark = pytest.mark.django_db


def give(firm, by, to, *, days=30, **more):
    today = clock.now().date()
    return services.give_mandate(
        firm, email=to, first_on=today, last_on=today + timedelta(days=days), by=by, **more
    )


def forgotten(person):
    with transaction.atomic():
        forget(person)


def test_mandates_of_a_deleted_consultant_end_and_name_nobody():
    alice, connie = people.user("Alice Bianchi"), people.user("Connie Sultan", email="connie@advice.example")
    firm, other = people.organisation(members=[alice]), people.organisation("Other", members=[alice])
    held = services.accept_mandate(give(firm, alice, connie.email), by=connie)
    asked = give(other, alice, connie.email)
    forgotten(connie)
    for mandate in (held, asked):
        mandate.refresh_from_db()
        assert mandate.ended_at is not None and "connie" not in f"{mandate.email} {mandate.receiver}".lower()
    assert not Mandate.objects.running(clock.now()).exists()
    letters = OutgoingMessage.objects.values_list("to", "text", "html", "subject")
    assert "connie" not in str(list(letters)).lower()
    assert "connie" not in str(list(AuditEvent.objects.values_list("data", "note"))).lower()


def test_a_mandate_of_a_consulting_organisation_goes_on_without_the_person_that_accepted():
    alice, connie = people.user("Alice Bianchi"), people.user("Connie Sultan")
    dora = people.user("Dora Partner")
    advice = people.organisation("Advice S.p.A.", members=[connie, dora])
    firm = people.organisation(members=[alice])
    given = give(firm, alice, connie.email, to_firm=True, words="Ask Alice at home.")
    services.accept_mandate(given, by=connie, firm=advice)
    forgotten(connie)
    assert Mandate.objects.running(clock.now()).held_by(dora).exists()
    Membership.objects.create(user=dora, organisation=firm)
    forgotten(alice)
    assert Mandate.objects.get().words == ""
