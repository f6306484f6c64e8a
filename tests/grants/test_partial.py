"""A part of a milestone is accepted where the call allows it (cap-42)."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError, FourEyesRequired, InvalidTransition
from core.models import AuditEvent, OutgoingMessage
from funding import queries as funding
from funding.models import Account
from grants import contents, queries, services
from grants.models import MilestoneShare
from grants.partial import PartError, part_of, spread
from tests.grants import factories as make

ACCOUNTS = [Account.RESERVED, Account.COMMITTED, Account.ACCRUED, Account.PAID]


def books(w: make.World) -> list[int]:
    return [funding.line_balance(w.call.budget_line, name) for name in ACCOUNTS]


# --- the figures ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("whole", "typed", "cents"),
    [
        (12_000_00, "80 %", 9_600_00),
        (12_000_00, "80%", 9_600_00),
        (12_000_00, "9 600.00", 9_600_00),
        (12_000_00, " 9600 ", 9_600_00),
        (100_00, "33,335 %", 33_34),  # 33.335 goes half up
        (1_01, "50 %", 51),  # 50.5 cents go up
        (12_000_00, "0.01 %", 1_20),
    ],
)
def test_part_of_a_milestone_by_percentage_or_amount(whole: int, typed: str, cents: int) -> None:
    assert part_of(whole, typed) == cents


@pytest.mark.parametrize("typed", ["", "most of it", "80 percent", "-5 %", "1e3"])
def test_part_of_what_is_no_figure_is_refused(typed: str) -> None:
    with pytest.raises(PartError, match="a percentage such as 80 %"):
        part_of(12_000_00, typed)


@pytest.mark.parametrize("typed", ["0 %", "0", "100 %", "12 000", "120 %", "12 000.01", "0.0001 %"])
def test_part_of_nothing_or_of_all_is_refused(typed: str) -> None:
    whole = 12_000_00 if typed != "0.0001 %" else 100
    with pytest.raises(PartError, match="more than nothing and less than all"):
        part_of(whole, typed)


@given(shares=st.lists(st.integers(0, 10**9), min_size=1, max_size=8), data=st.data())
def test_spread_adds_up_and_gives_nobody_more_than_its_share(shares: list[int], data: st.DataObject) -> None:
    part = data.draw(st.integers(0, sum(shares)))
    given_ = spread(part, shares)
    assert sum(given_) == part
    assert all(0 <= got <= share for got, share in zip(given_, shares, strict=True))
    if sum(shares):
        assert all(
            abs(got * sum(shares) - part * share) <= sum(shares)
            for got, share in zip(given_, shares, strict=True)
        )


def test_spread_of_more_than_there_is_is_no_part() -> None:
    with pytest.raises(ValueError, match="Only a part"):
        spread(3, [1, 1])


# --- the verb ---------------------------------------------------------------------------------------------
def reported(w: make.World):
    milestone = make.final(make.in_force(w))
    services.report_milestone(milestone, by=w.alice, text="Done.")
    return make.again(milestone)


def lump(*, allowed: bool, **options) -> make.World:
    """A grant of 20 000 EUR whose final milestone is a lump of 12 000 EUR."""
    return make.world(partial_approval=allowed, **options)


@pytest.mark.django_db
def test_cap_42_final_milestone_approved_at_80_percent_owes_9600(now) -> None:
    w = lump(allowed=True)
    milestone = reported(w)
    services.review_milestone(milestone, by=w.team.mia, verdict="part", note="No training.", part="80 %")
    assert make.again(milestone).state == "accepted"
    assert books(w) == [80_000_00, 2_400_00, 17_600_00, 0]
    assert queries.sheet(make.again(milestone.agreement)).left_cents == 17_600_00
    (payment,) = services.propose_payments(make.again(milestone), by=w.team.mia)
    assert payment.amount_cents == 9_600_00
    mail = OutgoingMessage.objects.filter(kind="report_reviewed").first()
    words = mail.text.replace("\u00a0", " ")
    assert "9 600.00 EUR of 12 000.00 EUR" in words
    assert "No training." in words
    event = AuditEvent.objects.get(verb="milestone.accepted", target_id=milestone.pk)
    assert (event.note, event.data["accepted_cents"]) == ("No training.", 9_600_00)


@pytest.mark.django_db
def test_cap_42_where_the_call_does_not_allow_it_no_figure_is_kept_and_the_report_is_returned(now) -> None:
    w = lump(allowed=False)
    milestone = reported(w)
    with pytest.raises(DomainError, match=r"approves milestones whole\. Return the report") as refused:
        services.review_milestone(milestone, by=w.team.mia, verdict="part", note="Why.", part="80 %")
    assert refused.value.field == "verdict"
    assert not MilestoneShare.objects.filter(accepted_cents__isnull=False).exists()
    services.review_milestone(make.again(milestone), by=w.team.mia, verdict="return", note="Train them.")
    assert (make.again(milestone).state, books(w)) == ("returned", [80_000_00, 12_000_00, 8_000_00, 0])


@pytest.mark.django_db
def test_rest_of_a_part_goes_back_when_the_agreement_ends_and_makes_room(now) -> None:
    w = lump(allowed=True, partners=[10_000_00])
    milestone = reported(w)
    agreement = milestone.agreement
    services.accept_part(milestone, by=w.team.mia, part="14 400.01", note="The rest is missing.")
    shares = list(milestone.shares.values_list("amount_cents", "accepted_cents"))
    assert shares == [(12_000_00, 9_600_01), (6_000_00, 4_800_00)]
    day = date(2027, 2, 18)
    for row in agreement.milestones.all():
        for payment in services.propose_payments(row, by=w.team.mia):
            services.approve_payment(payment, by=w.team.fred)
            services.mark_payment_paid(make.again(payment), by=w.team.fred, paid_on=day)
    assert make.again(agreement).state == "completed"
    assert books(w) == [73_599_99, 0, 0, 26_400_01]
    assert funding.held_cents(w.team.project, w.application.organisation) == 17_600_01


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("part", "note", "field"), [("80 %", "  ", "note"), ("all", "Why.", "part"), ("100 %", "Why.", "part")]
)
def test_part_needs_reasons_and_a_figure(now, part: str, note: str, field: str) -> None:
    w = lump(allowed=True)
    milestone = reported(w)
    with pytest.raises(DomainError) as refused:
        services.accept_part(milestone, by=w.team.mia, part=part, note=note)
    assert (refused.value.field, make.again(milestone).state) == (field, "reported")
    assert not MilestoneShare.objects.filter(accepted_cents__isnull=False).exists()


@pytest.mark.django_db
def test_part_is_decided_once_and_not_by_the_author(now) -> None:
    w = lump(allowed=True)
    milestone = reported(w)
    with pytest.raises(FourEyesRequired):
        services.accept_part(milestone, by=w.alice, part="80 %", note="Mine.")
    services.accept_part(milestone, by=w.team.mia, part="80 %", note="Why.")
    with pytest.raises(InvalidTransition):
        services.accept_part(milestone, by=w.team.luc, part="90 %", note="Why.")
    assert milestone.shares.get().accepted_cents == 9_600_00


@pytest.mark.django_db
@pytest.mark.parametrize("cents", [12_000_01, -1, 9_600_01, None])
def test_postgresql_keeps_what_was_accepted(now, cents: int | None) -> None:
    w = lump(allowed=True)
    milestone = reported(w)
    services.accept_part(milestone, by=w.team.mia, part="80 %", note="Why.")
    with pytest.raises(DatabaseError), transaction.atomic():
        MilestoneShare.objects.filter(milestone=milestone).update(accepted_cents=cents)


@pytest.mark.django_db
def test_agreement_says_whether_a_part_may_be_approved(now) -> None:
    for allowed in (True, False):
        agreement = make.drafted(lump(allowed=allowed))
        assert agreement.data["call"]["partial_approval"] is allowed
        assert agreement.data["template"] == contents.TEMPLATE


# --- the pages --------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_review_page_offers_a_part_only_where_the_call_allows_it(now, client) -> None:
    for allowed in (True, False):
        w = lump(allowed=allowed)
        milestone = reported(w)
        client.force_login(w.team.mia)
        url = f"/calls/{w.call.slug}/grants/{milestone.agreement.ref}/milestones/{milestone.ref}/"
        assert (b'value="part"' in client.get(url).content) is allowed
        wrong = client.post(url, {"verdict": "part", "part": "100 %", "note": "Why."})
        assert wrong.status_code == 422
        right = client.post(url, {"verdict": "part", "part": "80 %", "note": "Why."})
        assert right.status_code == (302 if allowed else 422)
        assert make.again(milestone).state == ("accepted" if allowed else "reported")
        if allowed:
            assert "9 600.00 EUR accepted" in client.get(url).content.decode().replace("\u00a0", " ")
            client.force_login(w.alice)
            own = client.get(f"/agreements/{milestone.agreement.ref}/milestones/{milestone.ref}/")
            assert "9 600.00 EUR accepted" in own.content.decode().replace("\u00a0", " ")
