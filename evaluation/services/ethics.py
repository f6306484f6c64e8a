"""The check of ethics and security: a manager names who checks, that person declares and judges, two say no."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants.services import record_recusal
from core import clock
from core.audit import record
from core.errors import DomainError, FourEyesRequired, InvalidTransition
from core.locks import lock_row
from core.workflow import transition
from evaluation import notifications
from evaluation.ethics import MOST_CONDITIONS, Reviewer, lines_of, refusal
from evaluation.listing import Place
from evaluation.models import Decision, EthicsCheck, Objection, Round
from evaluation.queries.checks import is_checked
from evaluation.queries.ethics import check_lines, reviewers_of, subject_of
from evaluation.queries.interests import hides_names
from evaluation.services._common import lock_round, need_impartial, need_reason, need_state
from evaluation.statements import ABSENCE, BLIND_ABSENCE
from evaluation.states import EthicsOutcome, EthicsState, ObjectionState, Outcome, RoundState
from funding.models import ProjectMember

CHECKING = (RoundState.RANKED, RoundState.RELEASED)
"""Before the decisions are proposed, and after the release for a file that moves up or is examined again."""


@transaction.atomic(durable=True)
def name_reviewer(round: Round, *, files: Sequence[str], reviewer: int, by: Any) -> list[EthicsCheck]:
    """Give files (references) to one person to be checked, all or none; they are told by mail, without naming the files.

    `reviewer` is the number of a person of the project or of an evaluator of the round. Raises DomainError for a person
    who may not check one of the files, and for a file that somebody checks already.
    """
    round = lock_round(round)
    _need_check(round)
    if not files:
        raise DomainError(_("Choose one file or more."), field="files")
    person = next((one for one in reviewers_of(round) if one.key == reviewer), None)
    if person is None:
        raise DomainError(
            _("Choose a person of the project, or an evaluator who accepted."), field="reviewer"
        )
    due, others = check_lines(round, by)
    known = {line.file.ref: line for line in [*due, *others]}
    made = [_name(round, known, ref, person, by) for ref in dict.fromkeys(files)]
    notifications.ethics_named(made[0], len(made))
    return made


def _name(round: Round, known: Any, ref: str, person: Reviewer, by: Any) -> EthicsCheck:
    line = known.get(ref)
    if line is None:
        raise DomainError(_("%s is not on the list of this evaluation.") % ref, field="files")
    if line.check is not None:
        raise DomainError(_("Somebody checks %s already. Take that back first.") % ref, field="files")
    if round.state == RoundState.RANKED and line.place in (None, Place.BELOW):
        raise DomainError(_("%s is not ranked, so there is nothing to check.") % ref, field="files")
    if round.state == RoundState.RELEASED and _is_funded(line.file):
        raise DomainError(_("%s is funded already.") % ref, field="files")
    if sentence := refusal(subject_of(round, line.file), person):
        raise DomainError(sentence, field="reviewer")
    for old in EthicsCheck.objects.live().select_for_update(of=("self",)).filter(application=line.file.pk):
        transition(old, EthicsState.REVOKED, by=by, note=_("Another version of the file counts now."))
    check = EthicsCheck.objects.create(
        round=round,
        application_id=line.file.pk,
        version_id=line.file.version_pk,
        reviewer_id=person.key,
        named_by=by,
    )
    record(check, "ethics_check.named", by=by, data={"application": ref, "reviewer": person.name})
    return check


def _is_funded(file: Any) -> bool:
    return Decision.objects.filter(application=file.pk, outcome=Outcome.FUND).exists()


@transaction.atomic(durable=True)
def declare_no_conflict(check: EthicsCheck, *, by: Any) -> EthicsCheck:
    """The reviewer agrees to the statement of no conflict; the file opens to them."""
    check = _own(check, by)
    if check.state != EthicsState.NAMED:
        raise InvalidTransition(_("You have declared on this file already."))
    statement = BLIND_ABSENCE if hides_names(check.round, by) else ABSENCE
    check.statement, check.declared_at = str(statement), clock.now()
    check.save(update_fields=["statement", "declared_at"])
    transition(check, EthicsState.OPEN, by=by, data={"statement": check.statement})
    return check


@transaction.atomic(durable=True)
def decline_check(check: EthicsCheck, *, details: str, by: Any) -> EthicsCheck:
    """The reviewer has a conflict: the file closes to them at once, the managers are told and name somebody else.

    A person of the project is recused from the file everywhere.
    """
    check = _own(check, by)
    details = need_reason(details, _("Say in a few words what connects you with this file."), field="details")
    check.note = details
    check.save(update_fields=["note"])
    transition(check, EthicsState.DECLINED, by=by, note=details)
    project = check.round.call.project_id
    if ProjectMember.objects.filter(user=by, project=project, ended_at__isnull=True).exists():
        record_recusal(check.application, user=by, reason=details, by=by)
    notifications.ethics_declined(check)
    return check


@transaction.atomic(durable=True)
def judge_ethics(
    check: EthicsCheck, *, outcome: str, conditions: str = "", reasons: str = "", by: Any
) -> EthicsCheck:
    """What came of the check. Cleared, or with conditions (one a line), counts at once; not cleared waits for a second person.

    Raises DomainError for conditions that are not named, and for a file that is not cleared without reasons: an applicant
    reads them in the letter.
    """
    check = _own(check, by)
    if check.state != EthicsState.OPEN:
        raise InvalidTransition(_("This check is not open to you now."))
    named = lines_of(conditions) if outcome == EthicsOutcome.CONDITIONS else []
    if outcome not in EthicsOutcome.values:
        raise DomainError(_("Say what comes of the check."), field="outcome")
    if outcome == EthicsOutcome.CONDITIONS and not named:
        raise DomainError(_("Name the conditions, one a line."), field="conditions")
    if len(named) > MOST_CONDITIONS:
        raise DomainError(_("These are more than %d conditions.") % MOST_CONDITIONS, field="conditions")
    if outcome == EthicsOutcome.REFUSED:
        need_reason(reasons, _("Give the reasons: the applicant reads them in the letter."), field="reasons")
    check.outcome, check.conditions, check.reasons = outcome, named, reasons.strip()
    check.judged_at, check.note = clock.now(), ""
    check.save(update_fields=["outcome", "conditions", "reasons", "judged_at", "note"])
    note = "\n".join([*named, check.reasons]).strip()
    is_refused = outcome == EthicsOutcome.REFUSED
    transition(
        check,
        EthicsState.PUT if is_refused else EthicsState.CLOSED,
        by=by,
        note=note,
        data={"outcome": outcome},
    )
    if is_refused:
        notifications.ethics_refused(check)
    return check


@transaction.atomic(durable=True)
def confirm_refusal(check: EthicsCheck, *, by: Any) -> EthicsCheck:
    """A manager other than the reviewer confirms that the file is not cleared: it is out of the ranked list.

    Raises FourEyesRequired for the reviewer, DomainError for a person recused from a file of the list.
    """
    round = lock_round(check.round)
    _need_check(round)
    need_impartial(round, by)
    check = lock_row(check)
    if check.state != EthicsState.PUT:
        raise InvalidTransition(_("There is nothing to confirm."))
    if check.reviewer_id == by.pk:
        raise FourEyesRequired(_("You checked this file. Another manager of the project has to confirm it."))
    check.confirmed_at, check.confirmed_by = clock.now(), by
    check.save(update_fields=["confirmed_at", "confirmed_by"])
    transition(check, EthicsState.CLOSED, by=by)
    return check


@transaction.atomic(durable=True)
def return_check(check: EthicsCheck, *, reason: str, by: Any) -> EthicsCheck:
    """The second person does not agree that the file is not cleared: its reviewer looks again, with the reason."""
    round = lock_round(check.round)
    _need_check(round)
    check = lock_row(check)
    if check.state != EthicsState.PUT:
        raise InvalidTransition(_("There is nothing to confirm."))
    check.note = need_reason(reason, _("Say why it is to be looked at again: the reviewer reads it."))
    check.save(update_fields=["note"])
    transition(check, EthicsState.OPEN, by=by, note=check.note)
    notifications.ethics_returned(check)
    return check


@transaction.atomic(durable=True)
def take_back_check(check: EthicsCheck, *, reason: str, by: Any) -> EthicsCheck:
    """A check counts no more, closed or not: somebody else can be named. It stays on record with the reason.

    After the release only where the file moves up or is examined again: what the letter of a decision says stays.
    """
    round = lock_round(check.round)
    _need_check(round)
    need_impartial(round, by)
    check = lock_row(check)
    if round.state == RoundState.RELEASED and not _is_examined_again(check):
        raise InvalidTransition(_("The decision is released, and this check is a part of it."))
    check.note = need_reason(reason, _("Say why this check is taken back: it stays on record."))
    check.save(update_fields=["note"])
    transition(check, EthicsState.REVOKED, by=by, note=check.note)
    return check


def _is_examined_again(check: EthicsCheck) -> bool:
    """Is it still open, or was an objection of this file upheld that is not decided yet?"""
    upheld = Objection.objects.filter(application=check.application_id, state=ObjectionState.UPHELD)
    return check.is_open or upheld.exists()


def _own(check: EthicsCheck, by: Any) -> EthicsCheck:
    """The check, locked, for its reviewer. Raises DomainError for anybody else, or when this is not the time."""
    round = lock_round(check.round)
    _need_check(round)
    found = EthicsCheck.objects.visible_to(by).filter(pk=check.pk).exists()
    check = lock_row(check)
    if not found or check.reviewer_id != by.pk:
        raise DomainError(_("Only the person who was named checks this file."))
    check.round = round
    return check


def _need_check(round: Round) -> None:
    if not is_checked(round):
        raise DomainError(_("This call has no check of ethics and security."))
    need_state(round, *CHECKING)
