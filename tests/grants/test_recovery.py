"""The end of an agreement: cleared, terminated, recovered, repaid, waived (cap-43)."""

import time
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from calls.plans import InstalmentPlan
from core import clock
from core.errors import DomainError, FourEyesRequired, Incomplete, InvalidTransition
from core.localised import localised
from core.models import OutgoingMessage
from funding import queries as funding
from funding import services as projects
from funding.models import Account, LedgerEntry
from grants import documents, queries, services
from grants.debts import RecoveryOrder, Repayment
from grants.recovery import Due, Reckoning, clear
from grants.tasks import render_recovery_letter
from tests.grants import factories as make
from tests.grants.test_documents import text_of

TODAY = date(2027, 2, 18)
ACCOUNTS = [Account.RESERVED, Account.COMMITTED, Account.ACCRUED, Account.PAID, Account.RECOVERED]
OURS = "BE68539007547034"


# --- the reckoning ----------------------------------------------------------------------------------------
@given(accepted=st.integers(0, 10**12), paid=st.integers(0, 10**12))
def test_reckoning_adds_up_and_is_never_negative(accepted: int, paid: int) -> None:
    sums = Reckoning(accepted, paid)
    parts = (sums.cleared_cents, sums.to_pay_cents, sums.to_recover_cents)
    assert min(parts) >= 0
    assert sums.cleared_cents + sums.to_recover_cents == paid
    assert sums.cleared_cents + sums.to_pay_cents == accepted
    assert 0 in (sums.to_pay_cents, sums.to_recover_cents)


DUES = st.lists(
    st.tuples(st.integers(0, 10**9), st.booleans(), st.booleans()).map(
        lambda one: Due(one[0], one[0] if one[1] else 0, one[2])
    ),
    min_size=1,
    max_size=6,
)


@given(dues=DUES, data=st.data())
def test_clear_keeps_exactly_what_is_accepted_and_takes_unpaid_money_first(dues, data) -> None:
    accepted = data.draw(st.integers(0, sum(due.owed_cents for due in dues)))
    kept = clear(dues, accepted)
    assert sum(kept) == accepted
    assert all(0 <= got <= due.owed_cents for got, due in zip(kept, dues, strict=True))
    paid = sum(due.paid_cents for due in dues)
    recovered = sum(max(0, due.paid_cents - got) for got, due in zip(kept, dues, strict=True))
    assert recovered == max(0, paid - accepted) == Reckoning(accepted, paid).to_recover_cents


def test_clear_takes_the_advance_before_what_was_reported() -> None:
    dues = [Due(32_000_00, 32_000_00, False), Due(36_000_00, 36_000_00, True)]
    assert clear(dues, 40_000_00) == [4_000_00, 36_000_00]


@pytest.mark.parametrize("accepted", [-1, 32_000_01])
def test_clear_refuses_what_was_never_owed(accepted: int) -> None:
    with pytest.raises(ValueError, match="between nothing and all"):
        clear([Due(32_000_00, 32_000_00, False)], accepted)


# --- an agreement that ends -------------------------------------------------------------------------------
def books(w: make.World) -> list[int]:
    return [funding.line_balance(w.call.budget_line, name) for name in ACCOUNTS]


def paid_advance(**options):
    """A grant of 60 000 EUR whose advance of 24 000 EUR (40 %) is paid."""
    w = make.world(cents=60_000_00, **options)
    agreement = make.in_force(w)
    for payment in services.propose_payments(make.advance(agreement), by=w.team.mia):
        services.approve_payment(payment, by=w.team.fred)
        services.mark_payment_paid(make.again(payment), by=w.team.fred, paid_on=TODAY)
    return w, make.again(agreement)


def terminate(w: make.World, agreement, cents: int, **changes):
    ref = w.application.organisation.ref
    values = {
        "side": "coordinator",
        "reason": "The project stopped.",
        "notice_on": TODAY - timedelta(days=10),
        "ended_on": TODAY,
        "accepted": {ref: cents},
        "days_to_pay": 30,
        **changes,
    }
    return services.terminate_agreement(agreement, by=w.team.mia, **values)


def ordered(w: make.World, agreement, cents: int = 12_000_00) -> RecoveryOrder:
    projects.change_bank(w.team.project, holder="Minalogic", iban=OURS, by=w.team.fred)
    terminate(w, agreement, cents)
    order = agreement.recoveries.get()
    services.confirm_recovery(order, by=w.team.luc)
    return make.again(order)


@pytest.mark.django_db
def test_cap_43_advance_of_32000_paid_and_20000_accepted_asks_12000_back(now) -> None:
    w = make.world(cents=40_000_00, instalments_agreed=True)
    plans = [
        InstalmentPlan(localised("Advance"), None, "signature", 0, 32_000_00),
        InstalmentPlan(localised("Final report"), None, "report", 9, 8_000_00),
    ]
    agreement = make.in_force(w, months=9, instalments=plans)
    services.mark_payment_paid(make.approved(w, agreement), by=w.team.fred, paid_on=TODAY)
    terminate(w, make.again(agreement), 20_000_00)
    order = agreement.recoveries.get()
    assert (order.paid_cents, order.accepted_cents, order.amount_cents) == (
        32_000_00,
        20_000_00,
        12_000_00,
    )


@pytest.mark.django_db
def test_terminated_with_less_accepted_than_paid_proposes_a_recovery_and_frees_the_rest(now) -> None:
    w, agreement = paid_advance()
    assert books(w) == [40_000_00, 36_000_00, 0, 24_000_00, 0]
    terminate(w, agreement, 15_000_00)
    agreement = make.again(agreement)
    assert agreement.state == "terminated"
    assert (agreement.termination.side, agreement.termination.ended_on) == ("coordinator", TODAY)
    order = agreement.recoveries.get()
    assert (order.state, order.amount_cents, order.days_to_pay) == ("proposed", 9_000_00, 30)
    assert books(w) == [76_000_00, 0, 0, 24_000_00, 0]
    told = set(OutgoingMessage.objects.filter(kind="agreement_terminated").values_list("to", flat=True))
    assert told == {w.alice.email, w.bob.email}
    assert not OutgoingMessage.objects.filter(kind="recovery_ordered").exists()
    assert queries.sheet(agreement).left_cents == 0


@pytest.mark.django_db
def test_recovery_needs_an_account_and_a_second_person_and_makes_its_letter(now) -> None:
    w, agreement = paid_advance()
    terminate(w, agreement, 12_000_00)
    order = agreement.recoveries.get()
    with pytest.raises(FourEyesRequired):
        services.confirm_recovery(order, by=w.team.mia)
    with pytest.raises(Incomplete) as refused:
        services.confirm_recovery(order, by=w.team.luc)
    assert refused.value.gaps[0].target == f"/projects/{w.team.project.slug}/bank/"
    projects.change_bank(w.team.project, holder="Minalogic", iban=OURS, by=w.team.fred)
    services.confirm_recovery(order, by=w.team.luc)
    projects.change_bank(w.team.project, holder="Another", iban=make.IBAN, by=w.team.fred)
    order = make.again(order)
    assert (order.state, order.due_on) == ("open", TODAY + timedelta(days=30))
    pdf = documents.recovery_letter(order)
    assert pdf == documents.recovery_letter(order)
    text = text_of(pdf)
    for fact in [
        "24 000.00 EUR",
        "12 000.00 EUR",
        "The project stopped.",
        "BE68 5390 0754 7034",
        "Minalogic",
        "20 March 2027",
        "Rossi Meccanica S.r.l.",
        order.ref,
    ]:
        assert fact in text, fact
    assert "Another" not in text
    render_recovery_letter(order.pk)
    assert render_recovery_letter(order.pk) is False
    assert make.again(order).letter.name == f"{order.ref}.pdf"
    mail = OutgoingMessage.objects.filter(kind="recovery_ordered", to=w.alice.email).get()
    assert OURS in mail.text


@pytest.mark.django_db
def test_repayments_walk_through_the_books_and_make_room(now) -> None:
    w, agreement = paid_advance()
    order = ordered(w, agreement)
    services.record_repayment(order, by=w.team.fred, amount_cents=5_000_00, received_on=TODAY)
    order = make.again(order)
    assert (order.state, order.open_cents) == ("part_repaid", 7_000_00)
    assert books(w) == [81_000_00, 0, 0, 24_000_00, -5_000_00]
    assert queries.recovery_sums(w.team.ann) == {
        "asked": 12_000_00,
        "repaid": 5_000_00,
        "count": 1,
        "open": 7_000_00,
    }
    services.record_repayment(order, by=w.team.fred, amount_cents=2_000_00, received_on=TODAY)
    services.record_repayment(order, by=w.team.fred, amount_cents=5_000_00, received_on=TODAY)
    assert make.again(order).state == "repaid"
    assert books(w) == [88_000_00, 0, 0, 24_000_00, -12_000_00]
    assert funding.held_cents(w.team.project, w.application.organisation) == 12_000_00
    money = funding.project_money(w.team.project)
    assert (money.spent, money.envelope) == (12_000_00, sum(part.value for part in money.parts()))
    assert sum(LedgerEntry.objects.values_list("amount_cents", flat=True)) == 0
    with pytest.raises(InvalidTransition):
        services.record_repayment(make.again(order), by=w.team.fred, amount_cents=1, received_on=TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cents", "day", "field"),
    [
        (12_000_01, TODAY, "amount_cents"),
        (0, TODAY, "amount_cents"),
        (1_00, TODAY + timedelta(days=1), "received_on"),
        (1_00, TODAY - timedelta(days=1), "received_on"),
    ],
)
def test_repayment_that_cannot_be_is_refused(now, cents: int, day: date, field: str) -> None:
    w, agreement = paid_advance()
    order = ordered(w, agreement)
    with pytest.raises(DomainError) as refused:
        services.record_repayment(order, by=w.team.fred, amount_cents=cents, received_on=day)
    assert (refused.value.field, Repayment.objects.count()) == (field, 0)


@pytest.mark.django_db
def test_waiver_needs_two_persons_and_leaves_the_books_alone(now) -> None:
    w, agreement = paid_advance()
    order = ordered(w, agreement)
    before = books(w)
    services.propose_waiver(order, by=w.team.fred, reason="Insolvent.")
    with pytest.raises(FourEyesRequired):
        services.decide_waiver(make.again(order), by=w.team.fred, agree=True)
    services.decide_waiver(make.again(order), by=w.team.mia, agree=False)
    assert (make.again(order).state, make.again(order).waiver_reason) == ("open", "")
    services.propose_waiver(make.again(order), by=w.team.fred, reason="Insolvent, see the file.")
    services.decide_waiver(make.again(order), by=w.team.mia, agree=True)
    order = make.again(order)
    assert (order.state, order.open_cents, books(w)) == ("waived", 0, before)
    assert OutgoingMessage.objects.filter(kind="recovery_waived", to=w.alice.email).count() == 1


@pytest.mark.django_db
def test_dropped_proposal_can_be_made_again(now) -> None:
    w, agreement = paid_advance()
    terminate(w, agreement, 12_000_00)
    with pytest.raises(DomainError, match="Nothing is to be recovered"):
        services.propose_again(agreement, by=w.team.mia, reason="Again.", days_to_pay=30)
    services.drop_recovery(agreement.recoveries.get(), by=w.team.luc, reason="Wrong reason.")
    (again,) = services.propose_again(agreement, by=w.team.luc, reason="As told.", days_to_pay=45)
    assert (again.ref, again.amount_cents, again.days_to_pay) == (f"{agreement.ref}-R2", 12_000_00, 45)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"reason": " "}, "Give the reason"),
        ({"ended_on": TODAY + timedelta(days=1)}, "still to come"),
        ({"notice_on": TODAY, "ended_on": TODAY - timedelta(days=1)}, "before notice"),
        ({"side": "nobody"}, "who ended"),
        ({"days_to_pay": 0}, "days to pay"),
        ({"accepted": {}}, "can be accepted"),
    ],
)
def test_termination_that_cannot_be_changes_nothing(now, changes, match: str) -> None:
    w, agreement = paid_advance()
    before = books(w)
    with pytest.raises(DomainError, match=match):
        terminate(w, agreement, 0, **changes)
    assert (make.again(agreement).state, books(w)) == ("in_force", before)


@pytest.mark.django_db
@pytest.mark.parametrize("cents", [-1, 24_000_01])
def test_nobody_accepts_more_than_was_owed(now, cents: int) -> None:
    w, agreement = paid_advance()
    with pytest.raises(DomainError, match="so much was owed"):
        terminate(w, agreement, cents)


@pytest.mark.django_db
def test_termination_before_anything_was_paid_pays_what_is_accepted(now) -> None:
    w = make.world(cents=60_000_00)
    agreement = make.in_force(w)
    terminate(w, agreement, 10_000_00, side="beneficiary")
    assert books(w) == [90_000_00, 0, 10_000_00, 0, 0]
    assert not agreement.recoveries.exists()
    (payment,) = services.propose_payments(make.again(make.advance(agreement)), by=w.team.mia)
    assert payment.amount_cents == 10_000_00
    services.approve_payment(payment, by=w.team.fred)
    services.mark_payment_paid(make.again(payment), by=w.team.fred, paid_on=TODAY)
    assert (make.again(agreement).state, books(w)) == ("terminated", [90_000_00, 0, 0, 10_000_00, 0])


@pytest.mark.django_db
def test_payment_on_its_way_or_report_unread_holds_the_end_up(now) -> None:
    w = make.world(cents=60_000_00)
    agreement = make.in_force(w)
    payment = make.proposed(w, agreement)
    with pytest.raises(DomainError, match="on its way"):
        terminate(w, agreement, 0)
    services.cancel_payment(payment, by=w.team.mia, reason="Ends.")
    services.report_milestone(make.final(agreement), by=w.alice, text="Done.")
    with pytest.raises(DomainError, match="report waits"):
        terminate(w, agreement, 0)


@pytest.mark.django_db
def test_refused_report_waits_for_a_word_on_the_advance_then_closes(now) -> None:
    w, agreement = paid_advance()
    with pytest.raises(InvalidTransition, match="does not wait"):
        services.close_agreement(agreement, by=w.team.mia, reason="x", accepted={}, days_to_pay=30)
    services.report_milestone(make.final(agreement), by=w.alice, text="Nothing.")
    services.refuse_milestone(make.final(agreement), by=w.team.mia, note="Nothing was built.")
    assert make.again(agreement).state == "in_force"
    texts = [line.title for line in queries.next_actions(w.team.mia)]
    assert "Close the agreement: say what of the advance is accepted" in texts
    ref = w.application.organisation.ref
    services.close_agreement(
        make.again(agreement), by=w.team.mia, reason="A study.", accepted={ref: 4_000_00}, days_to_pay=30
    )
    assert make.again(agreement).state == "completed"
    assert agreement.recoveries.get().amount_cents == 20_000_00
    assert books(w) == [76_000_00, 0, 0, 24_000_00, 0]


@pytest.mark.django_db
def test_each_organisation_is_reckoned_for_itself(now) -> None:
    w, agreement = paid_advance(partners=[10_000_00])
    other = agreement.shares.exclude(organisation=w.application.organisation).get().organisation
    own = w.application.organisation
    terminate(w, agreement, 0, accepted={own.ref: 24_000_00, other.ref: 1_000_01})
    order = agreement.recoveries.get()
    assert (order.organisation, order.amount_cents) == (other, 2_999_99)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"amount_cents": 1},
        {"confirmed_by": None},
        {"repaid_cents": 12_000_00},
        {"state": "repaid"},
        {"data": {}},
    ],
)
def test_postgresql_keeps_a_recovery_order(now, change) -> None:
    w, agreement = paid_advance()
    order = ordered(w, agreement)
    with pytest.raises(DatabaseError), transaction.atomic():
        RecoveryOrder.objects.filter(pk=order.pk).update(**change)
        funding.check_now()


@pytest.mark.django_db
def test_next_actions_of_both_sides_and_overdue(now, monkeypatch) -> None:
    w, agreement = paid_advance()
    projects.change_bank(w.team.project, holder="Minalogic", iban=OURS, by=w.team.fred)
    terminate(w, agreement, 12_000_00)

    def told(user):
        return {line.title for line in queries.next_actions(user)}

    assert "A second person confirms a recovery order" in told(w.team.mia)
    assert "Confirm a recovery order" in told(w.team.fred)
    services.confirm_recovery(agreement.recoveries.get(), by=w.team.fred)
    assert "Repay what was asked back" in told(w.alice)
    later = now + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "Repay what was asked back: it is overdue" in told(w.bob)
    assert "A repayment is overdue" in told(w.team.mia)
    assert told(w.charlie) == set()


# --- the pages --------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_whole_way_through_the_pages(now, client) -> None:
    w, agreement = paid_advance()
    ref = w.application.organisation.ref

    def enter(person) -> None:
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()

    enter(w.team.mia)
    end = f"/calls/{w.call.slug}/grants/{agreement.ref}/end/"
    assert client.get(end).status_code == 200
    typed = {
        "side": "beneficiary",
        "notice_on": "2027-02-08",
        "ended_on": "2027-02-18",
        "reason": "We stop.",
        "days_to_pay": "30",
        f"accepted_{ref}": "99 000",
    }
    wrong = client.post(end, typed)
    assert wrong.status_code == 422
    assert "99 000" in wrong.content.decode()
    assert client.post(end, {**typed, f"accepted_{ref}": "12 000.00"}).status_code == 302
    order = agreement.recoveries.get()
    page = f"/recoveries/{order.ref}/"
    bank = f"/projects/{w.team.project.slug}/bank/"
    assert client.post(bank, {"holder": "Us", "iban": "XX", "bic": ""}).status_code == 422
    assert client.post(bank, {"holder": "Us", "iban": OURS, "bic": ""}).status_code == 302
    assert client.post(f"{page}do/confirm/").status_code in (403, 422)
    enter(w.team.fred)
    assert client.get(f"{page}do/confirm/").status_code == 200
    assert client.post(f"{page}do/confirm/").status_code == 302
    assert (
        client.post(
            f"{page}do/repaid/", {"amount_cents": "12 000.01", "received_on": "2027-02-18"}
        ).status_code
        == 422
    )
    assert (
        client.post(f"{page}do/repaid/", {"amount_cents": "2 000", "received_on": "2027-02-18"}).status_code
        == 302
    )
    assert client.post(f"{page}do/waive/", {"reason": "Poor."}).status_code == 302
    assert client.get(f"{page}do/nothing/").status_code == 404
    render_recovery_letter(order.pk)
    for url in ("/recoveries/", page, f"{page}letter/", "/payments/", f"/projects/{w.team.project.slug}/"):
        assert client.get(url).status_code == 200, url
    assert "10 000.00" in client.get("/recoveries/").content.decode().replace("\u00a0", " ")
    enter(w.team.mia)
    assert client.post(f"{page}do/agree/").status_code == 302
    assert make.again(order).state == "waived"
    kinds = {
        "agreement_terminated",
        "recovery_proposed",
        "recovery_ordered",
        "recovery_repaid",
        "recovery_waived",
    }
    written = list(OutgoingMessage.objects.filter(kind__in=kinds).select_related("recipient"))
    assert {message.kind for message in written} == kinds
    for message in written:
        whole = message.subject + message.text + message.html
        assert "UNKNOWN-VARIABLE" not in whole and "None" not in whole and "{{" not in whole, message.kind
        own = f"/agreements/{agreement.ref}/"
        if message.kind.startswith("recovery_"):
            own = page if message.kind == "recovery_proposed" else f"{own}recoveries/{order.ref}/"
        assert f"{settings.SITE_URL}{own}\n" in message.text, message.kind
        assert f'href="{settings.SITE_URL}{own}"' in message.html, message.kind
        enter(message.recipient)
        assert client.get(own).status_code == 200, message.kind
    own = f"/agreements/{agreement.ref}/recoveries/{order.ref}/"
    enter(w.alice)
    assert own in client.get(f"/agreements/{agreement.ref}/").content.decode()
    assert f"{own}letter/" in client.get(own).content.decode()
    assert client.get(f"{own}letter/").status_code == 200
    enter(w.charlie)
    assert client.get(own).status_code == client.get(f"{own}letter/").status_code == 404
    assert client.get(page).status_code in (403, 404)
