"""The verbs about agreements: what they do, and each refusal."""

import uuid
from datetime import date

import pytest

from accounts.models import Membership
from calls.services import record_association
from core.errors import Conflict, DomainError, FourEyesRequired, InvalidTransition
from core.files import store_bytes
from core.models import OutgoingMessage, StoredFile
from funding import queries as funding
from funding.models import Account, Indicator, KpiEvent
from grants import queries, services
from grants.models import Agreement, AgreementShare, Milestone, MilestoneShare
from grants.tasks import render_agreement
from tests.grants import factories as make

pytestmark = pytest.mark.django_db


def books(w: make.World) -> dict[str, int]:
    """What stands on each account of the call, in cents."""
    names = [Account.RESERVED, Account.AWARDED, Account.COMMITTED, Account.ACCRUED, Account.PAID]
    return {name.value: funding.line_balance(w.call.budget_line, name) for name in names}


def mails(kind: str) -> list[str]:
    return sorted(OutgoingMessage.objects.filter(kind=kind).values_list("to", flat=True))


# --- drafting ---------------------------------------------------------------------------------------------
def test_draft_agreement_freezes_data_shares_and_milestones(now) -> None:
    w = make.world(partners=[5_000_01])

    agreement = services.draft_agreement(w.application, by=w.team.mia, starts_on=date(2027, 4, 1), months=9)

    assert (agreement.ref, agreement.state, agreement.amount_cents) == (
        f"{w.application.ref}-GA",
        "drafted",
        25_000_01,
    )
    assert (agreement.starts_on, agreement.ends_on) == (date(2027, 4, 1), date(2027, 12, 31))
    assert list(agreement.shares.values_list("amount_cents", flat=True)) == [20_000_00, 5_000_01]
    rows = list(agreement.milestones.values_list("label", "needs_report", "due_on", "amount_cents"))
    assert rows == [
        ("Advance", False, date(2027, 4, 1), 10_000_00),
        ("Final report", True, date(2027, 12, 31), 15_000_01),
    ]
    parts = MilestoneShare.objects.filter(milestone__agreement=agreement)
    assert list(parts.order_by("pk").values_list("amount_cents", flat=True)) == [
        8_000_00,
        2_000_00,
        12_000_00,
        3_000_01,
    ]
    data = agreement.data
    assert (data["title"], data["call"]["rate"]) == ("Vision control for short steel series", "70\u00a0%")
    assert [p["legal_name"] for p in data["parties"]] == ["Rossi Meccanica S.r.l.", "Partner 1 SARL"]
    assert data["parties"][1]["parts"] == [2_000_00, 3_000_01]
    assert data["sections"][0]["answers"][0]["text"] == "Parts are checked by hand."


def test_draft_agreement_moves_no_money(now) -> None:
    w = make.world()
    before = books(w)
    make.drafted(w)
    assert (
        books(w)
        == before
        == {"reserved": 80_000_00, "awarded": 20_000_00, "committed": 0, "accrued": 0, "paid": 0}
    )


def test_draft_agreement_keeps_what_was_submitted_when_the_organisation_changes_its_name(now) -> None:
    w = make.world()
    w.application.organisation.legal_name = "Renamed S.p.A."
    w.application.organisation.save()
    assert make.drafted(w).data["parties"][0]["legal_name"] == "Rossi Meccanica S.r.l."


@pytest.mark.parametrize(
    ("total", "percents", "expected"),
    [
        pytest.param(80_000_00, [40, 45, 15], [32_000_00, 36_000_00, 12_000_00], id="cap-35"),
        pytest.param(33_333_33, [40, 45, 15], [13_333_33, 15_000_00, 5_000_00], id="cap-36"),
        pytest.param(3_600_00, [70, 30], [2_520_00, 1_080_00], id="cap-37"),
        pytest.param(59_999_99, [50, 50], [30_000_00, 29_999_99], id="cap-39"),
    ],
)
def test_cap_35_to_39_milestones_split_exactly(
    now, total: int, percents: list[int], expected: list[int]
) -> None:
    w = one_award(total, percents)
    agreement = services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)
    amounts = list(agreement.milestones.values_list("amount_cents", flat=True))
    assert amounts == expected
    assert sum(amounts) == agreement.amount_cents == total


def test_cap_40_split_of_99_percent_is_a_configuration_error(now) -> None:
    w = one_award(20_000_00, [40, 45, 14])
    with pytest.raises(DomainError, match="add up to 99 %; they must add up to 100 %"):
        services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)
    assert Agreement.objects.count() == 0


def one_award(total: int, percents: list[int]) -> make.World:
    """An award of this total; two organisations when it is above the ceiling of one."""
    lead = min(total, 60_000_00)
    rest = [total - lead] if total > lead else []
    return make.world(
        cents=lead, partners=rest, percents=percents, budget_cents=100_000_00, project_max_cents=100_000_00
    )


def test_draft_agreement_twice_is_refused(now) -> None:
    w = make.world()
    make.drafted(w)
    with pytest.raises(DomainError, match="already has a grant agreement"):
        services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)


def test_draft_agreement_of_a_file_that_is_not_selected_is_refused(now) -> None:
    w = make.world()
    w.application.__class__.objects.filter(pk=w.application.pk).update(state="withdrawn")
    with pytest.raises(DomainError, match="is “withdrawn”, so it cannot have a grant agreement"):
        services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)


def test_draft_agreement_without_a_released_decision_is_refused(now) -> None:
    w = make.world()
    other = make.applications.application(w.call, state="selected")
    with pytest.raises(DomainError, match="no released decision"):
        services.draft_agreement(other, by=w.team.mia, starts_on=make.STARTS_ON)


@pytest.mark.parametrize(
    ("starts_on", "months", "field"),
    [
        (date(2026, 8, 31), 6, "starts_on"),  # before the project
        (date(2028, 12, 1), 12, "starts_on"),  # ends after it
        (date(2027, 4, 1), 13, "months"),
        (date(2027, 4, 1), -1, "months"),
    ],
)
def test_draft_agreement_outside_the_project_is_refused(
    now, starts_on: date, months: int, field: str
) -> None:
    w = make.world()
    with pytest.raises(DomainError) as refused:
        services.draft_agreement(w.application, by=w.team.mia, starts_on=starts_on, months=months)
    assert refused.value.field == field


def test_draft_agreements_goes_on_after_a_refusal(now) -> None:
    w = make.world()
    second = make.award(w.call, w.team, cents=10_000_00)
    make.drafted(w)
    made, refused = services.draft_agreements(
        [w.application, second], by=w.team.mia, starts_on=make.STARTS_ON
    )
    assert ([a.application for a in made], refused) == (
        [second],
        [f"{w.application.ref} already has a grant agreement."],
    )


def test_draft_agreements_raises_when_none_could_be_made(now) -> None:
    w = make.world()
    with pytest.raises(DomainError) as refused:
        services.draft_agreements([w.application], by=w.team.mia, starts_on=date(2020, 1, 1))
    assert refused.value.field == "starts_on"


def test_awaiting_agreement_lists_selected_files_without_one(now) -> None:
    w = make.world()
    second = make.award(w.call, w.team, cents=10_000_00)
    make.applications.application(w.call)
    make.drafted(w)
    assert [(a.ref, a.award_cents) for a in queries.awaiting_agreement(w.call)] == [(second.ref, 10_000_00)]


# --- sending, withdrawing ---------------------------------------------------------------------------------
def test_send_agreement_writes_to_the_signatories_alone(now) -> None:
    w = make.world()
    agreement = services.send_agreement(make.drafted(w), by=w.team.mia)
    assert (agreement.state, agreement.sent_at) == ("sent", now)
    assert mails("agreement_to_sign") == [w.alice.email]


def test_send_agreement_before_its_document_is_made_is_refused(now) -> None:
    w = make.world()
    agreement = services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)
    with pytest.raises(DomainError, match="still being made"):
        services.send_agreement(agreement, by=w.team.mia)
    assert make.again(agreement).state == "drafted"


def test_send_agreement_whose_file_was_tampered_with_is_refused(now) -> None:
    w = make.world()
    agreement = services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)
    content = f"%PDF-1.7 {uuid.uuid4()}".encode()
    agreement.document = store_bytes(content, name="a.pdf", media_type="application/pdf", by=None)
    agreement.save(update_fields=["document"])
    with open(agreement.document.content.path, "ab") as handle:
        handle.write(b"x")
    with pytest.raises(DomainError, match="no longer has the content"):
        services.send_agreement(agreement, by=w.team.mia)


def test_send_agreement_twice_is_refused(now) -> None:
    w = make.world()
    agreement = make.sent(w)
    with pytest.raises(InvalidTransition):
        services.send_agreement(agreement, by=w.team.mia)
    assert len(mails("agreement_to_sign")) == 1


def test_withdraw_agreement_lets_another_be_drafted(now) -> None:
    w = make.world()
    first = make.sent(w)
    services.withdraw_agreement(first, by=w.team.mia, reason="The start is wrong.")
    assert make.again(first).state == "withdrawn"
    assert queries.closing_note(first) == "The start is wrong."
    assert mails("agreement_withdrawn") == sorted([w.alice.email, w.bob.email])
    assert make.drafted(w).ref == f"{w.application.ref}-GA2"


def test_withdraw_agreement_that_was_not_sent_writes_to_nobody(now) -> None:
    w = make.world()
    services.withdraw_agreement(make.drafted(w), by=w.team.mia, reason="Wrong month")
    assert mails("agreement_withdrawn") == []


def test_withdraw_agreement_needs_a_reason(now) -> None:
    w = make.world()
    with pytest.raises(DomainError) as refused:
        services.withdraw_agreement(make.sent(w), by=w.team.mia, reason="  ")
    assert refused.value.field == "reason"


def test_withdraw_agreement_in_force_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(InvalidTransition):
        services.withdraw_agreement(make.in_force(w), by=w.team.mia, reason="Too late")


# --- signing ----------------------------------------------------------------------------------------------
def test_sign_agreement_records_name_time_and_hash(now) -> None:
    w = make.world()
    agreement = make.sent(w)
    services.sign_agreement(agreement, by=w.alice, name=" alice  bianchi ", sha256=agreement.document.sha256)
    agreement = make.again(agreement)
    assert (agreement.state, agreement.signed_by, agreement.signed_at, agreement.signed_name) == (
        "signed",
        w.alice,
        now,
        "alice bianchi",
    )
    assert agreement.signed_sha256 == agreement.document.sha256
    assert mails("agreement_signed") == sorted([w.team.mia.email, w.team.luc.email])


def test_sign_agreement_by_a_colleague_who_does_not_sign_is_refused(now) -> None:
    w = make.world()
    agreement = make.sent(w)
    for person in (w.bob, w.charlie, w.team.mia):
        with pytest.raises(DomainError, match="Only a signatory"):
            services.sign_agreement(
                agreement, by=person, name=person.full_name, sha256=agreement.document.sha256
            )
    assert make.again(agreement).state == "sent"


def test_sign_agreement_under_another_document_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(Conflict, match="not the document you opened"):
        services.sign_agreement(make.sent(w), by=w.alice, name=w.alice.full_name, sha256="0" * 64)


def test_sign_agreement_with_another_name_is_refused(now) -> None:
    w = make.world()
    agreement = make.sent(w)
    with pytest.raises(DomainError) as refused:
        services.sign_agreement(agreement, by=w.alice, name="A. Bianchi", sha256=agreement.document.sha256)
    assert (refused.value.field, refused.value.message) == (
        "name",
        "Type your full name as it stands in your account: Alice Bianchi.",
    )


@pytest.mark.parametrize("stage", [make.drafted, make.signed, make.in_force])
def test_sign_agreement_that_was_not_sent_or_is_signed_is_refused(now, stage) -> None:
    w = make.world()
    agreement = stage(w)
    with pytest.raises(InvalidTransition):
        services.sign_agreement(
            agreement, by=w.alice, name=w.alice.full_name, sha256=agreement.document.sha256
        )


def test_sign_agreement_of_a_file_withdrawn_meanwhile_is_refused(now) -> None:
    w = make.world()
    agreement = make.sent(w)
    w.application.__class__.objects.filter(pk=w.application.pk).update(state="withdrawn")
    with pytest.raises(DomainError, match="cannot have a grant agreement"):
        services.sign_agreement(
            agreement, by=w.alice, name=w.alice.full_name, sha256=agreement.document.sha256
        )


# --- countersigning ---------------------------------------------------------------------------------------
def countersign(agreement: Agreement, by, **changes) -> Agreement:
    values = {"name": by.full_name, "sha256": agreement.document.sha256, **changes}
    return services.countersign_agreement(agreement, by=by, **values)


def test_countersign_agreement_commits_and_owes_what_is_due_at_signature(now) -> None:
    w = make.world()
    agreement = make.signed(w)
    countersign(agreement, w.team.mia)
    assert books(w) == {
        "reserved": 80_000_00,
        "awarded": 0,
        "committed": 12_000_00,
        "accrued": 8_000_00,
        "paid": 0,
    }
    assert make.again(agreement).state == "in_force"
    assert list(agreement.milestones.values_list("state", flat=True)) == ["accepted", "planned"]
    assert mails("agreement_in_force") == sorted([w.alice.email, w.bob.email])
    assert mails("agreement_in_force_staff") == sorted([w.team.luc.email, w.team.fred.email])


def test_countersign_agreement_counts_the_project_and_each_sme_once(now) -> None:
    w = make.world(partners=[5_000_00])
    for position, code in enumerate(["projects-funded", "smes-supported"]):
        Indicator.objects.create(project=w.team.project, code=code, name=code, target=9, position=position)
    countersign(make.signed(w), w.team.mia)
    second = make.award(w.call, w.team, by=w.alice, organisation=w.application.organisation, cents=10_000_00)
    w.application = second
    countersign(make.signed(w), w.team.mia)
    counted = [
        KpiEvent.objects.filter(indicator__code=c).count() for c in ("projects-funded", "smes-supported")
    ]
    assert counted == [2, 2]


def test_countersign_agreement_by_the_signatory_of_the_beneficiary_is_refused(now) -> None:
    w = make.world()
    Membership.objects.create(user=w.team.mia, organisation=w.application.organisation)
    agreement = make.sent(w)
    digest = agreement.document.sha256
    services.sign_agreement(agreement, by=w.team.mia, name=w.team.mia.full_name, sha256=digest)
    with pytest.raises(FourEyesRequired):
        countersign(make.again(agreement), w.team.mia)
    assert books(w)["committed"] == 0


@pytest.mark.parametrize("stage", [make.drafted, make.sent, make.in_force])
def test_countersign_agreement_that_is_not_signed_is_refused(now, stage) -> None:
    w = make.world()
    agreement = stage(w)
    with pytest.raises(InvalidTransition):
        countersign(agreement, w.team.mia)


def test_countersign_agreement_under_another_document_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(Conflict):
        countersign(make.signed(w), w.team.mia, sha256="f" * 64)


def test_countersign_agreement_with_another_name_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(DomainError) as refused:
        countersign(make.signed(w), w.team.mia, name="Luc Peeters")
    assert refused.value.field == "name"


def test_countersign_agreement_of_a_file_withdrawn_meanwhile_is_refused(now) -> None:
    w = make.world()
    agreement = make.signed(w)
    w.application.__class__.objects.filter(pk=w.application.pk).update(state="withdrawn")
    with pytest.raises(DomainError, match="cannot have a grant agreement"):
        countersign(agreement, w.team.mia)
    assert books(w)["awarded"] == 20_000_00


# --- the document -----------------------------------------------------------------------------------------
def test_render_agreement_twice_gives_one_file(now) -> None:
    w = make.world()
    agreement = services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)
    assert [render_agreement(agreement.pk), render_agreement(agreement.pk)] == [True, False]
    assert StoredFile.objects.filter(name=f"{agreement.ref}.pdf").count() == 1


def test_render_agreement_of_a_withdrawn_one_makes_nothing(now) -> None:
    w = make.world()
    agreement = services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)
    services.withdraw_agreement(agreement, by=w.team.mia, reason="Wrong")
    assert render_agreement(agreement.pk) is False


def test_rows_agree_with_one_another(now) -> None:
    """What PostgreSQL does not check: shares and milestones of an agreement sum to its amount."""
    w = make.world(cents=19_999_99, partners=[3_333_34, 1])
    agreement = make.drafted(w)
    shares = AgreementShare.objects.filter(agreement=agreement).values_list("amount_cents", flat=True)
    milestones = Milestone.objects.filter(agreement=agreement)
    assert sum(shares) == agreement.amount_cents == sum(m.amount_cents for m in milestones)
    for milestone in milestones:
        assert sum(s.amount_cents for s in milestone.shares.all()) == milestone.amount_cents


def test_draft_agreement_waits_for_the_association_of_the_country(now) -> None:
    w = make.world(countries_pending=["IT"])

    with pytest.raises(DomainError, match="The association of Italy to the programme is not recorded"):
        services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)

    record_association(
        w.call, country="IT", in_force_on=now.date(), url="https://example.org/it", by=w.team.mia
    )
    agreement = services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)
    assert agreement.amount_cents == 20_000_00
