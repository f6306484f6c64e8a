"""Publication by two people: one proposes, another manager publishes."""

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from calls import notifications, queries
from calls.models import Call, CallChange, FormRevision
from calls.publication import Finding
from calls.services.duties import confirm_exceptions
from calls.states import CallState
from core import audit, clock
from core.errors import FourEyesRequired, Gap, Incomplete, InvalidTransition
from core.locks import lock_exclusive, lock_row
from core.workflow import transition
from funding import services as funding


@transaction.atomic(durable=True)
def propose_publication(call: Call, *, by: Any) -> Call:
    """Say that a draft is ready. The project's other managers are told; one of them publishes it.

    Raises Incomplete with every finding of the check that stands against it.
    """
    call = _lock_draft(call)
    if call.publication_proposed_at is not None:
        raise InvalidTransition(
            _("%s has proposed to publish this call already.") % call.publication_proposed_by
        )
    _check(call)
    call.publication_proposed_by, call.publication_proposed_at = by, clock.now()
    call.save(update_fields=["publication_proposed_by", "publication_proposed_at"])
    audit.record(call, "call.publication_proposed", by=by)
    notifications.publication_proposed(call)
    return call


@transaction.atomic(durable=True)
def withdraw_proposal(call: Call, *, by: Any, reason: str = "") -> Call:
    """Take a proposal back, or decline it with a reason; its author is told when it was somebody else."""
    call = _lock_draft(call)
    if call.publication_proposed_at is None:
        raise InvalidTransition(_("Nobody proposes to publish this call: it was withdrawn already."))
    proposer = call.publication_proposed_by
    call.publication_proposed_by = call.publication_proposed_at = None
    call.save(update_fields=["publication_proposed_by", "publication_proposed_at"])
    audit.record(call, "call.proposal_withdrawn", by=by, note=reason)
    if proposer is not None and proposer.pk != by.pk:
        notifications.proposal_declined(call, to=proposer, by=by, reason=reason.strip())
    return call


@transaction.atomic(durable=True)
def publish_call(call: Call, *, by: Any) -> Call:
    """Publish a proposed call: reserve its money, freeze its form, tell the managers. It opens by itself at its time.

    Raises FourEyesRequired for the one who proposed it, Incomplete when the check fails by now, BudgetExceeded when
    the money is no longer there (cap-24, cap-25).
    """
    lock_exclusive("call", call.pk)
    call = lock_row(call)
    if call.state == CallState.PUBLISHED and call.published_by_id == by.pk:
        return call
    call = _lock_draft(call)
    if call.publication_proposed_at is None:
        raise InvalidTransition(_("A manager proposes the publication first; then another one publishes."))
    if call.publication_proposed_by_id == by.pk:
        raise FourEyesRequired(
            _("You proposed this publication yourself; another manager has to publish it.")
        )
    funding.lock_money(call.project)
    _check(call)
    confirm_exceptions(call, by=by)
    if call.gives_money:
        _reserve(call, by=by)
    FormRevision.objects.filter(call=call, frozen_at__isnull=True).update(
        frozen_at=clock.now(), previous=None
    )
    if "draw" in call.tie_break:
        call.draw_seed = secrets.token_hex(16)
        call.save(update_fields=["draw_seed"])
    transition(call, CallState.PUBLISHED, by=by, data={"budget_cents": call.budget_cents})
    call.published_by, call.published_at = by, clock.now()
    call.save(update_fields=["published_by", "published_at"])
    with translation.override(settings.LANGUAGE_CODE):
        CallChange.objects.create(
            call=call,
            by=by,
            kind=CallChange.Kind.PUBLISHED,
            text=_("The call was published."),
            announced_at=clock.now(),
        )
    notifications.call_published(call)
    return call


def record_results_published(call: Call, *, by: Any) -> Call:
    """Told by evaluation, in its transaction: everybody may read who is funded from now on."""
    call = lock_row(call)
    call.results_published_at = clock.now()
    call.save(update_fields=["results_published_at"])
    audit.record(call, "call.results_published", by=by)
    return call


def _reserve(call: Call, *, by: Any) -> None:
    line = funding.open_budget_line(
        call.voucher_type, name=f"{call.code}: {call.title}"[:200], path=call.get_absolute_url()
    )
    funding.record_reserved(line, amount_cents=call.budget_cents, by=by, source=call)
    call.budget_line = line
    call.save(update_fields=["budget_line"])


def _lock_draft(call: Call) -> Call:
    locked = lock_row(call)
    if locked.state != CallState.DRAFT:
        raise InvalidTransition(
            _("%(call)s is %(state)s already.")
            % {"call": locked, "state": locked.get_state_display().lower()}
        )
    return locked


def _check(call: Call) -> None:
    against: list[Finding] = [one for one in queries.findings(call) if one.blocks]
    if against:
        gaps = [Gap(one.sentence, queries.part_url(call, one.part)) for one in against]
        raise Incomplete(_("The call cannot be published yet."), gaps)
