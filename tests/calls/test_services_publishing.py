"""Publication by two people, and what may happen to a call afterwards."""

from datetime import date, timedelta
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from calls import queries, services
from calls.models import Call, CallChange, CallDocument
from calls.states import CALL_TRANSITIONS, CallPhase, CallState
from core import audit, clock
from core.errors import (
    BudgetExceeded,
    DeadlinePassed,
    DomainError,
    FourEyesRequired,
    Incomplete,
    InvalidTransition,
)
from core.models import OutgoingMessage
from core.workflow import is_allowed
from funding import queries as funding_queries
from funding import services as funding
from funding.models import Account
from tests.accounts import factories as people
from tests.calls import factories
from tests.calls.conftest import ready_call

NBSP = "\u00a0"


def _mails() -> list[tuple[str, str]]:
    return list(OutgoingMessage.objects.order_by("pk").values_list("kind", "to"))


def _publish(call: Call, team: Any) -> Call:
    services.propose_publication(call, by=team.mia)
    return services.publish_call(call, by=team.luc)


# --- propose ----------------------------------------------------------------------------------------------
def test_propose_publication_tells_the_other_managers(ready, team, now):
    services.propose_publication(ready, by=team.mia)

    ready.refresh_from_db()
    assert (ready.publication_proposed_by, ready.publication_proposed_at) == (team.mia, now)
    assert (ready.state, ready.published_at) == ("draft", None)
    assert _mails() == [("publication_proposed", team.luc.email)]
    mail = OutgoingMessage.objects.get()
    assert mail.subject == f"To publish: {ready}"
    assert f"http://testserver/calls/{ready.slug}/edit/publication/" in mail.text
    assert "Thursday 25 February 2027, 10:00 Brussels time" in mail.text
    assert "Co-funded by the European Union." in mail.text


def test_propose_publication_of_an_unfinished_call_lists_what_is_missing(team):
    call = services.create_call(team.voucher_type, title="Empty", code="EMP-1", by=team.mia)

    with pytest.raises(Incomplete) as caught:
        services.propose_publication(call, by=team.mia)

    assert caught.value.message == "The call cannot be published yet."
    assert len(caught.value.gaps) == 12
    assert [(gap.message, gap.target) for gap in caught.value.gaps if "form" in gap.target] == [
        ("The form has no section yet.", "/calls/empty/edit/form/")
    ]


def test_propose_publication_twice_is_refused(ready, team):
    services.propose_publication(ready, by=team.mia)

    with pytest.raises(InvalidTransition) as caught:
        services.propose_publication(ready, by=team.luc)
    assert caught.value.message == "Mia Laurent has proposed to publish this call already."


def test_propose_publication_of_a_published_call_is_refused(team):
    call = factories.call(team)

    with pytest.raises(InvalidTransition) as caught:
        services.propose_publication(call, by=team.mia)
    assert caught.value.message == f"{call} is published already."


# --- withdraw ---------------------------------------------------------------------------------------------
def test_withdraw_own_proposal_writes_to_nobody(ready, team):
    services.propose_publication(ready, by=team.mia)

    services.withdraw_proposal(ready, by=team.mia)

    ready.refresh_from_db()
    assert ready.publication_proposed_by is None
    assert [kind for kind, _to in _mails()] == ["publication_proposed"]


def test_withdraw_proposal_of_somebody_else_tells_them_why(ready, team):
    services.propose_publication(ready, by=team.mia)

    services.withdraw_proposal(ready, by=team.luc, reason="The budget is too low.")

    assert _mails()[-1] == ("proposal_declined", team.mia.email)
    mail = OutgoingMessage.objects.last()
    assert "Luc Peeters did not publish the call" in mail.text
    assert "The budget is too low." in mail.text
    assert "The budget is too low." in mail.html


def test_withdraw_proposal_that_is_not_there_is_refused(ready, team):
    with pytest.raises(InvalidTransition) as caught:
        services.withdraw_proposal(ready, by=team.mia)
    assert caught.value.message == "Nobody proposes to publish this call: it was withdrawn already."


# --- publish ----------------------------------------------------------------------------------------------
def test_publish_call_reserves_the_money_freezes_the_form_and_tells(ready, team, now):
    call = _publish(ready, team)

    call.refresh_from_db()
    assert (call.state, call.published_by, call.published_at) == ("published", team.luc, now)
    assert call.phase() == CallPhase.UPCOMING
    assert funding_queries.line_balance(call.budget_line, Account.RESERVED) == 100_000_00
    assert funding_queries.balance(team.project, Account.BUDGET) == 950_000_00
    assert queries.working_form(call).frozen_at == now
    assert list(CallChange.objects.values_list("kind", "text", "announced_at")) == [
        ("published", "The call was published.", now)
    ]
    assert _mails()[-1] == ("call_published", team.mia.email)
    assert [event.verb for event in audit.history(call)] == [
        "call.publication_proposed",
        "call.published",
    ]


def test_publish_call_by_its_proposer_is_refused(ready, team):
    services.propose_publication(ready, by=team.mia)

    with pytest.raises(FourEyesRequired) as caught:
        services.publish_call(ready, by=team.mia)
    assert caught.value.message == (
        "You proposed this publication yourself; another manager has to publish it."
    )
    ready.refresh_from_db()
    assert (ready.state, ready.budget_line) == ("draft", None)


def test_publish_call_that_nobody_proposed_is_refused(ready, team):
    with pytest.raises(InvalidTransition) as caught:
        services.publish_call(ready, by=team.luc)
    assert caught.value.message == ("A manager proposes the publication first; then another one publishes.")


def test_publish_call_after_a_change_needs_a_new_proposal(ready, team):
    services.propose_publication(ready, by=team.mia)
    services.change_text(ready, by=team.luc, title="Other")

    with pytest.raises(InvalidTransition):
        services.publish_call(ready, by=team.luc)


def test_publish_call_twice_by_the_same_person_is_done_once(ready, team):
    _publish(ready, team)

    services.publish_call(ready, by=team.luc)

    assert CallChange.objects.count() == 1
    assert funding_queries.balance(team.project, Account.BUDGET) == 950_000_00


def test_publish_call_that_another_has_published_is_refused(ready, team):
    _publish(ready, team)

    with pytest.raises(InvalidTransition) as caught:
        services.publish_call(ready, by=team.mia)
    assert caught.value.message == f"{ready} is published already."


def test_publish_call_whose_two_months_have_run_short_is_refused(ready, team, now):
    services.propose_publication(ready, by=team.mia)

    with clock.stopped_at(now + timedelta(days=12)), pytest.raises(Incomplete) as caught:
        services.publish_call(ready, by=team.luc)
    assert [gap.target for gap in caught.value.gaps] == [f"/calls/{ready.slug}/edit/dates/"]


def test_cap_25_calls_take_the_whole_envelope_and_not_a_cent_more(team, now):
    demo = ready_call(
        team, now, budget_cents=960_000_00, project_max_cents=80_000_00, sme_max_cents=60_000_00
    )
    green = ready_call(
        team,
        now,
        budget_cents=90_000_00,
        project_min_cents=0,
        project_max_cents=3_600_00,
        sme_max_cents=3_600_00,
    )
    cent = ready_call(team, now, budget_cents=1, project_min_cents=0, project_max_cents=1, sme_max_cents=1)

    services.propose_publication(cent, by=team.mia)
    _publish(demo, team)
    _publish(green, team)

    assert funding_queries.balance(team.project, Account.BUDGET) == 0
    with pytest.raises(Incomplete) as caught:
        services.publish_call(cent, by=team.luc)
    assert [gap.message for gap in caught.value.gaps] == [
        "The call asks for 0.01 EUR; 0.00 are free in the project: 0.01 too much."
    ]


def test_cap_24_the_36th_call_of_30000_is_blocked(team, now):
    line = funding.open_budget_line(team.voucher_type, name="Earlier calls")
    earlier = factories.call(team, budget_cents=30_000_00)
    funding.record_reserved(line, amount_cents=33 * 30_000_00, by=team.mia, source=earlier)
    calls = [ready_call(team, now, budget_cents=30_000_00) for _number in range(2)]
    for call in calls:
        services.propose_publication(call, by=team.mia)

    services.publish_call(calls[0], by=team.luc)

    assert funding_queries.balance(team.project, Account.BUDGET) == 0
    with pytest.raises(Incomplete) as caught:
        services.publish_call(calls[1], by=team.luc)
    assert [gap.message for gap in caught.value.gaps] == [
        f"The call asks for 30{NBSP}000.00 EUR; 0.00 are free in the project: 30{NBSP}000.00 too much."
    ]


def test_reserve_more_than_is_free_is_refused_by_the_ledger_itself(ready, team):
    line = funding.open_budget_line(team.voucher_type, name="Line")

    with pytest.raises(BudgetExceeded):
        funding.record_reserved(line, amount_cents=1_050_000_01, by=team.mia, source=ready)


# --- frozen by PostgreSQL ---------------------------------------------------------------------------------
def _sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    "change",
    [
        "budget_cents = budget_cents + 1",
        "project_min_cents = 0",
        "project_max_cents = project_max_cents + 1",
        "sme_max_cents = sme_max_cents - 1",
        "rate_numerator = 71",
        "rate_denominator = 101",
        "partners_min = 2",
        "partners_max = 9",
        "countries = '[]'",
        "sizes = '[\"large\"]'",
        "state_aid = true",
        "zone = 'UTC'",
        "project_months = 36",
        "evaluators_per_file = 1",
        "overall_threshold = 1",
        "tie_break = '[]'",
        "cut_rule = 'skip'",
        "max_awards = 1",
        "slug = 'other'",
        "code = 'OTHER'",
        "published_at = NULL",
        "published_by_id = NULL",
        "publication_proposed_by_id = NULL",
        "budget_line_id = NULL",
        "closes_at = closes_at - interval '1 millisecond'",
        "closes_at = NULL",
    ],
)
def test_published_call_cannot_change_even_by_sql(team, change):
    call = factories.call(team)

    with pytest.raises(DatabaseError):
        _sql(f"UPDATE calls_call SET {change} WHERE id = %s", call.pk)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM calls_criterion WHERE call_id = %s",
        "UPDATE calls_criterion SET weight = 50 WHERE call_id = %s",
        "DELETE FROM calls_instalment WHERE call_id = %s",
        "UPDATE calls_instalment SET percent = 50 WHERE call_id = %s",
        "UPDATE calls_formrevision SET definition = '{}' WHERE call_id = %s",
        "DELETE FROM calls_formrevision WHERE call_id = %s",
        "DELETE FROM calls_call WHERE id = %s",
    ],
)
def test_rules_of_a_published_call_cannot_change_even_by_sql(team, statement):
    call = factories.call(team)

    with pytest.raises(DatabaseError):
        _sql(statement, call.pk)


@pytest.mark.parametrize(
    "change", ["budget_cents = 1, project_min_cents = 0", "closes_at = closes_at - interval '1 day'"]
)
def test_draft_can_change_by_sql(ready, change):
    _sql(f"UPDATE calls_call SET {change} WHERE id = %s", ready.pk)


def test_one_person_cannot_publish_alone_even_by_sql(ready, team):
    services.propose_publication(ready, by=team.mia)

    with pytest.raises(DatabaseError):
        _sql("UPDATE calls_call SET published_by_id = %s WHERE id = %s", team.mia.pk, ready.pk)


# --- extend -----------------------------------------------------------------------------------------------
def test_extend_deadline_moves_it_and_writes_it_down_for_everybody(team, now):
    call = factories.call(team, decision_by=date(2027, 7, 1))

    services.extend_deadline(
        call, closes_at=call.closes_at + timedelta(days=7), reason="Power cut.", by=team.mia
    )

    call.refresh_from_db()
    assert call.closes_at == now + timedelta(days=67)
    change = CallChange.objects.get()
    assert (change.kind, change.announced_at) == ("deadline", None)
    assert change.text == (
        "The deadline moved from Monday 19 April 2027, 11:00 Brussels time to Monday 26 April 2027, 11:00 Brussels "
        "time. Power cut."
    )
    assert audit.history(call).last().verb == "call.deadline_extended"


def test_extend_deadline_takes_the_later_dates_with_it(team):
    call = factories.call(team, decision_by=date(2027, 4, 25), agreement_by=date(2027, 5, 1))
    later = call.closes_at + timedelta(days=7)

    with pytest.raises(DomainError) as caught:
        services.extend_deadline(call, closes_at=later, reason="Power cut.", by=team.mia)
    assert caught.value.field == "decision_by"

    services.extend_deadline(
        call,
        closes_at=later,
        reason="Power cut.",
        by=team.mia,
        decision_by=date(2027, 5, 2),
        agreement_by=date(2027, 5, 9),
    )
    call.refresh_from_db()
    assert (call.closes_at, call.decision_by, call.agreement_by) == (
        later,
        date(2027, 5, 2),
        date(2027, 5, 9),
    )


def test_extend_deadline_refuses_an_agreement_before_the_answer(team):
    call = factories.call(team, decision_by=date(2027, 7, 1))

    with pytest.raises(DomainError) as caught:
        services.extend_deadline(
            call,
            closes_at=call.closes_at + timedelta(days=1),
            reason="x",
            by=team.mia,
            agreement_by=date(2027, 6, 1),
        )
    assert caught.value.field == "agreement_by"


@pytest.mark.parametrize("days", [0, -1])
def test_extend_deadline_to_an_earlier_one_is_refused(team, days):
    call = factories.call(team)

    with pytest.raises(DomainError) as caught:
        services.extend_deadline(
            call, closes_at=call.closes_at + timedelta(days=days), reason="x", by=team.mia
        )
    assert (caught.value.message, caught.value.field) == (
        "A deadline only moves later; now it is Monday 19 April 2027, 11:00 Brussels time.",
        "closes_day",
    )


def test_extend_deadline_one_millisecond_after_it_is_refused(team):
    call = factories.call(team)
    later = call.closes_at + timedelta(days=7)

    with clock.stopped_at(call.closes_at + timedelta(milliseconds=1)), pytest.raises(DeadlinePassed):
        services.extend_deadline(call, closes_at=later, reason="Power cut.", by=team.mia)
    with clock.stopped_at(call.closes_at):
        services.extend_deadline(call, closes_at=later, reason="Power cut.", by=team.mia)

    call.refresh_from_db()
    assert call.closes_at == later


def test_extend_deadline_without_a_reason_is_refused(team):
    call = factories.call(team)

    with pytest.raises(DomainError) as caught:
        services.extend_deadline(call, closes_at=call.closes_at + timedelta(days=1), reason=" ", by=team.mia)
    assert caught.value.field == "reason"


def test_extend_deadline_of_a_draft_is_refused(ready, team):
    with pytest.raises(InvalidTransition):
        services.extend_deadline(
            ready, closes_at=ready.closes_at + timedelta(days=1), reason="x", by=team.mia
        )


# --- cancel -----------------------------------------------------------------------------------------------
def test_cancel_published_call_frees_its_money_and_tells(team):
    call = factories.call(team)

    services.cancel_call(call, reason="Merged with the next call.", by=team.mia)

    call.refresh_from_db()
    assert (call.state, call.phase()) == ("cancelled", CallPhase.CANCELLED)
    assert funding_queries.balance(team.project, Account.BUDGET) == 1_050_000_00
    assert list(CallChange.objects.values_list("kind", "text")) == [
        ("cancelled", "Merged with the next call.")
    ]
    assert _mails() == [("call_cancelled", team.luc.email)]


def test_cancel_draft_is_told_to_nobody(ready, team):
    services.cancel_call(ready, reason="No need.", by=team.mia)

    ready.refresh_from_db()
    assert ready.state == "cancelled"
    assert (CallChange.objects.count(), _mails()) == (0, [])
    assert Call.objects.public().count() == 0


def test_cancel_call_with_an_award_is_refused(team):
    call = factories.call(team)
    sme = people.organisation()
    funding.record_awarded(call.budget_line, [(sme, 10_000_00)], by=team.mia, source=call)

    with pytest.raises(DomainError) as caught:
        services.cancel_call(call, reason="No need.", by=team.mia)

    assert caught.value.message == (
        "Money of this call is awarded already: end those awards first, then cancel the call."
    )
    assert funding_queries.line_balance(call.budget_line, Account.RESERVED) == 90_000_00


def test_cancel_call_without_a_reason_is_refused(team):
    call = factories.call(team)

    with pytest.raises(DomainError) as caught:
        services.cancel_call(call, reason=" ", by=team.mia)
    assert caught.value.field == "reason"


def test_cancel_call_twice_is_refused(ready, team):
    services.cancel_call(ready, reason="No need.", by=team.mia)

    with pytest.raises(InvalidTransition):
        services.cancel_call(ready, reason="No need.", by=team.mia)


# --- documents --------------------------------------------------------------------------------------------
def pdf(name: str = "guide.pdf") -> SimpleUploadedFile:
    """A PDF of one empty page."""
    upload = SimpleUploadedFile(name, b"", content_type="application/pdf")
    document = pikepdf.new()
    document.add_blank_page()
    document.save(upload)
    upload.seek(0, 2)
    upload.size = upload.tell()
    upload.seek(0)
    return upload


def test_add_document_to_a_draft(ready, team):
    document = services.add_document(ready, title="Guide", file=pdf(), by=team.mia)

    assert (str(document.title), document.file.name, document.file.media_type) == (
        "Guide",
        "guide.pdf",
        "application/pdf",
    )
    assert CallChange.objects.count() == 0


def test_add_document_to_a_published_call_is_told_to_everybody(team):
    call = factories.call(team)

    services.add_document(call, title="Guide", file=pdf(), by=team.mia)

    assert list(CallChange.objects.values_list("kind", "text")) == [("document", "Document added: Guide")]


def test_add_document_that_is_no_file_for_us_is_refused(ready, team):
    upload = SimpleUploadedFile("guide.exe", b"MZ")

    with pytest.raises(DomainError) as caught:
        services.add_document(ready, title="Guide", file=upload, by=team.mia)
    assert caught.value.field == "file"


def test_add_document_to_a_cancelled_call_is_refused(ready, team):
    services.cancel_call(ready, reason="No need.", by=team.mia)

    with pytest.raises(InvalidTransition):
        services.add_document(ready, title="Guide", file=pdf(), by=team.mia)


def test_remove_document_of_a_draft(ready, team):
    document = services.add_document(ready, title="Guide", file=pdf(), by=team.mia)

    services.remove_document(ready, ref=document.ref, by=team.mia)

    assert CallDocument.objects.count() == 0
    with pytest.raises(DomainError) as caught:
        services.remove_document(ready, ref=document.ref, by=team.mia)
    assert caught.value.message == "This document is no longer there: somebody has removed it."


def test_remove_document_of_a_published_call_is_refused(team):
    call = factories.call(team)
    document = services.add_document(call, title="Guide", file=pdf(), by=team.mia)

    with pytest.raises(InvalidTransition):
        services.remove_document(call, ref=document.ref, by=team.mia)


# --- states -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("before", CallState.values)
@pytest.mark.parametrize("after", CallState.values)
def test_all_pairs_of_states(before, after):
    allowed = {
        ("draft", "published"),
        ("draft", "cancelled"),
        ("published", "archived"),
        ("published", "cancelled"),
    }

    assert is_allowed(Call(state=before), after) == ((before, after) in allowed)
    assert set(CALL_TRANSITIONS) == set(CallState.values)
