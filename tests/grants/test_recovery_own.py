"""Who owes money back opens the order and its letter, though it is not the beneficiary, and hears of each repayment."""

import pytest
from django.conf import settings

from accounts.models import Membership
from core.models import OutgoingMessage
from funding import services as projects
from grants import queries, services
from grants.tasks import render_recovery_letter
from tests.accounts import factories as people
from tests.evaluation.browsing import sign_in
from tests.grants import factories as make
from tests.grants.test_recovery import OURS, TODAY, paid_advance, terminate


def partner_owes():
    """A partner was paid more than is accepted of its work; Paula works there, Pierre in another partner."""
    w, agreement = paid_advance(partners=[10_000_00, 5_000_00], partners_max=9)
    own = w.application.organisation
    shares = (
        agreement.shares.exclude(organisation=own).order_by("-amount_cents").select_related("organisation")
    )
    owing, other = [share.organisation for share in shares]
    paula, pierre = people.user("Paula Partner"), people.user("Pierre Partner")
    Membership.objects.create(user=paula, organisation=owing)
    Membership.objects.create(user=pierre, organisation=other)
    projects.change_bank(w.team.project, holder="Minalogic", iban=OURS, by=w.team.fred)
    terminate(w, agreement, 0, accepted={own.ref: 24_000_00, owing.ref: 1_000_01, other.ref: 2_000_00})
    order = agreement.recoveries.get()
    assert order.organisation == owing
    return w, agreement, order, paula, pierre


@pytest.mark.django_db
def test_people_of_a_partner_open_their_own_order_and_letter_and_nothing_else_of_the_agreement(now) -> None:
    w, agreement, order, paula, pierre = partner_owes()
    page = f"/agreements/{agreement.ref}/recoveries/{order.ref}/"
    insider = sign_in(paula)
    assert insider.get(page).status_code == 404  # not confirmed yet
    services.confirm_recovery(order, by=w.team.luc)
    order = make.again(order)
    assert "In the making" in insider.get(page).content.decode()
    render_recovery_letter(order.pk)
    shown = insider.get(page).content.decode()
    assert f"{page}letter/" in shown
    assert OURS in shown
    assert f'href="/agreements/{agreement.ref}/"' not in shown
    assert insider.get(f"{page}letter/").status_code == 200
    assert f'href="/agreements/{agreement.ref}/"' in sign_in(w.alice).get(page).content.decode()
    for address in ("", "document/", "sign/", "survey/"):
        assert insider.get(f"/agreements/{agreement.ref}/{address}").status_code == 404
    assert insider.get(f"/recoveries/{order.ref}/").status_code in (403, 404)
    assert (
        insider.get(f"/agreements/{make.in_force(make.world()).ref}/recoveries/{order.ref}/").status_code
        == 404
    )
    for stranger in (pierre, w.charlie):
        client = sign_in(stranger)
        assert client.get(page).status_code == client.get(f"{page}letter/").status_code == 404
    assert [line.url for line in queries.next_actions(paula)] == [page]
    assert queries.next_actions(pierre) == []
    told = OutgoingMessage.objects.filter(kind="recovery_ordered")
    assert {one.to for one in told} == {w.alice.email, w.bob.email, paula.email}
    for one in told:
        assert f"The letter stands here:\n\n{settings.SITE_URL}{page}\n" in one.text
        assert sign_in(one.recipient).get(page).status_code == 200
    Membership.objects.filter(user=paula).update(ended_at=now)
    assert insider.get(page).status_code == insider.get(f"{page}letter/").status_code == 404


@pytest.mark.django_db
def test_each_repayment_is_told_to_the_organisation_that_owes(now) -> None:
    w, _agreement, order, paula, _pierre = partner_owes()
    services.confirm_recovery(order, by=w.team.luc)
    for cents in (1_000_00, order.amount_cents - 1_000_00):
        services.record_repayment(make.again(order), by=w.team.fred, amount_cents=cents, received_on=TODAY)
    first, second = OutgoingMessage.objects.filter(kind="recovery_repaid").order_by("pk")
    assert {first.to, second.to} == {paula.email}
    words = [one.text.replace("\u00a0", " ") for one in (first, second)]
    assert f"We noted that {order.organisation} repaid" in words[0]
    assert "1 000.00" in words[0]
    assert "are still to be repaid, by 20 March 2027." in words[0]
    assert "Nothing is open any more." in words[1]
    assert "still to be repaid" not in words[1]
