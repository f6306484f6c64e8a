"""What is written to people: every message whole, with a link that works for who reads it."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Membership
from core.models import OutgoingMessage
from grants import services
from tests.accounts import factories as people
from tests.evaluation.browsing import sign_in
from tests.grants import factories as make

pytestmark = pytest.mark.django_db

KINDS = {
    "agreement_to_sign", "agreement_withdrawn", "agreement_signed", "agreement_in_force", "agreement_in_force_staff",
    "agreement_completed", "report_received", "report_reviewed", "bank_account_entered", "bank_account_changed",
    "payments_proposed", "payment_paid", "payment_failed", "payment_failed_staff", "payment_survey",
}  # fmt: skip


def play(w: make.World) -> None:
    """A story in which every message is written."""
    mia, fred, alice = w.team.mia, w.team.fred, w.alice
    services.withdraw_agreement(make.sent(w), by=mia, reason="The start & end are wrong.")
    agreement = make.in_force(w)
    make.account(w, agreement, w.application.organisation, iban=make.OTHER_IBAN)
    advance, final = make.advance(agreement), make.final(agreement)
    services.mark_payment_failed(make.approved(w, agreement), by=fred, reason="Account <closed>")
    services.cancel_payment(advance.payments.get(), by=fred, reason="Closed")
    for verb in (services.return_milestone, services.accept_milestone):
        services.report_milestone(final, by=alice, text="Done.")
        verb(final, by=mia, note="Thanks.")
    for milestone in (advance, final):
        for payment in services.propose_payments(milestone, by=mia):
            services.approve_payment(payment, by=fred)
            services.mark_payment_paid(payment, by=fred, paid_on=date(2027, 2, 18))


def test_every_message_is_whole_and_its_link_opens_for_its_reader(now) -> None:
    w = make.world()
    play(w)
    messages = list(OutgoingMessage.objects.select_related("recipient").order_by("pk"))
    assert {message.kind for message in messages} == KINDS
    clients: dict[int, object] = {}
    for message in messages:
        whole = message.subject + message.text + message.html
        assert "UNKNOWN-VARIABLE" not in whole, message.kind
        assert "None" not in whole and "{{" not in whole and make.IBAN not in whole, message.kind
        assert "Co-funded by the European Union" in message.text, message.kind
        links = re.findall(rf"^{re.escape(settings.SITE_URL)}(/\S+)$", message.text, re.MULTILINE)
        (link,) = [one for one in links if one != reverse("accounts:notices")]
        assert f'href="{settings.SITE_URL}{link}"' in message.html, message.kind
        client = clients.setdefault(message.recipient_id, sign_in(message.recipient))
        assert client.get(link.partition("#")[0]).status_code == 200, (message.kind, link)


def test_words_of_people_are_escaped_in_html_and_plain_in_text(now) -> None:
    w = make.world()
    play(w)
    failed = OutgoingMessage.objects.filter(kind="payment_failed").first()
    assert "Account <closed>" in failed.text
    assert "Account &lt;closed&gt;" in failed.html
    assert "<closed>" not in failed.html


def test_people_of_a_partner_hear_of_their_payment_without_a_page_they_may_not_open(now) -> None:
    w = make.world(partners=[1_000_00], partners_max=2)
    agreement = make.in_force(w)
    w.application.refresh_from_db()
    partner = w.application.last_final.partners.get(is_lead=False).organisation
    paula = people.user("Paula Partner")
    Membership.objects.create(user=paula, organisation=partner)
    for payment in services.propose_payments(make.advance(agreement), by=w.team.mia):
        services.approve_payment(payment, by=w.team.fred)
        services.mark_payment_paid(payment, by=w.team.fred, paid_on=date(2027, 2, 18))
    (told,) = OutgoingMessage.objects.filter(recipient=paula)
    assert f"The agreement is kept by {w.application.organisation}." in told.text
    assert "/agreements/" not in told.text + told.html
    assert OutgoingMessage.objects.filter(recipient=w.alice, kind="payment_paid").count() == 2
