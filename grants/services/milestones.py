"""The verbs about a milestone: reported, accepted, returned, refused."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.errors import DomainError, FourEyesRequired, InvalidTransition
from core.files import store_upload
from core.locks import lock_row
from core.workflow import transition
from funding import services as funding
from grants import notifications
from grants.models import Agreement, Milestone, Report
from grants.partial import PartError, part_of, spread
from grants.services._common import accept, check_possible, complete_if_done, shares_of
from grants.states import AgreementState, MilestoneState

MAX_REPORT = 10_000
"""Characters of a report's text, a line break counted as one."""


def _locked(milestone: Milestone) -> tuple[Agreement, Milestone]:
    """The agreement first, then the milestone: the order in which everything about money is locked."""
    agreement = lock_row(milestone.agreement)
    milestone = lock_row(milestone)
    milestone.agreement = agreement
    if agreement.state != AgreementState.IN_FORCE:
        raise InvalidTransition(
            _("The agreement %(ref)s is “%(state)s”; only one in force has reports and payments.")
            % {"ref": agreement.ref, "state": agreement.get_state_display().lower()}
        )
    return agreement, milestone


@transaction.atomic(durable=True)
def report_milestone(
    milestone: Milestone, *, by: User, text: str, file: UploadedFile | None = None
) -> Report:
    """Hand in the report of a milestone; one that was returned is followed by a new one.

    Raises InvalidTransition when a report is being read or was decided; DomainError for an empty or too long text or a
    file that cannot be taken.
    """
    _agreement, milestone = _locked(milestone)
    if not milestone.needs_report:
        raise DomainError(_("Nothing has to be reported for “%s”.") % milestone.label)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise DomainError(_("Write what was done, in your own words."), field="text")
    if len(text) > MAX_REPORT:
        raise DomainError(
            _("The report has %(n)d characters; at most %(max)d are possible. Put the rest into the file.")
            % {"n": len(text), "max": MAX_REPORT},
            field="text",
        )
    transition(milestone, MilestoneState.REPORTED, by=by)
    stored = store_upload(file, by=by) if file else None
    report = Report.objects.create(
        milestone=milestone, text=text, file=stored, submitted_by=by, submitted_at=clock.now()
    )
    notifications.report_received(report)
    return report


@transaction.atomic(durable=True)
def accept_milestone(milestone: Milestone, *, by: User, note: str = "") -> Milestone:
    """Accept the report: the milestone's money is owed, payments can be proposed."""
    _agreement, milestone = _locked(milestone)
    _check_reader(milestone, by)
    accept(milestone, by=by, note=note.strip())
    return _reviewed(milestone, by, note)


@transaction.atomic(durable=True)
def accept_part(milestone: Milestone, *, by: User, part: str, note: str) -> Milestone:
    """Accept a part of the milestone, "80 %" of it or an amount, with the reasons (cap-42). That part is owed, shared in
    proportion; the rest goes back to the call when the agreement ends.

    Raises DomainError when the call does not allow it: the report is returned for rework instead, and no figure is kept.
    """
    agreement, milestone = _locked(milestone)
    _check_reader(milestone, by)
    if not agreement.application.call.partial_approval:
        raise DomainError(
            _("This call approves milestones whole. Return the report and say what is missing."),
            field="verdict",
        )
    note = _reasons(note)
    check_possible(milestone, MilestoneState.ACCEPTED)
    try:
        accepted = part_of(milestone.amount_cents, part)
    except PartError as error:
        raise DomainError(error.message, field="part") from error
    shares = list(milestone.shares.all())
    for share, cents in zip(shares, spread(accepted, [one.amount_cents for one in shares]), strict=True):
        share.accepted_cents = cents
        share.save(update_fields=["accepted_cents"])
    accept(milestone, by=by, note=note, data={"accepted_cents": accepted, "typed": part.strip()})
    return _reviewed(milestone, by, note)


@transaction.atomic(durable=True)
def return_milestone(milestone: Milestone, *, by: User, note: str) -> Milestone:
    """Give the report back with what is missing; the beneficiary reports again."""
    _agreement, milestone = _locked(milestone)
    _check_reader(milestone, by)
    transition(milestone, MilestoneState.RETURNED, by=by, note=_reasons(note))
    return _reviewed(milestone, by, note)


@transaction.atomic(durable=True)
def refuse_milestone(milestone: Milestone, *, by: User, note: str) -> Milestone:
    """Refuse the report for good: its money is not paid and goes back to the call."""
    agreement, milestone = _locked(milestone)
    _check_reader(milestone, by)
    transition(milestone, MilestoneState.REFUSED, by=by, note=_reasons(note))
    shares = shares_of(milestone)
    if shares:
        line = agreement.application.call.budget_line
        funding.record_decommitted(line, shares, by=by, source=milestone)  # type: ignore[arg-type]
    reviewed = _reviewed(milestone, by, note)
    complete_if_done(agreement, by=by)
    return reviewed


def _check_reader(milestone: Milestone, by: User) -> None:
    report = milestone.reports.order_by("-pk").first()
    if milestone.needs_report and report is None:
        raise InvalidTransition(_("Nothing was reported for “%s” yet.") % milestone.label)
    if report is not None and report.submitted_by_id == by.pk:
        raise FourEyesRequired(_("You wrote this report yourself; another manager has to review it."))


REVIEWS = {"accept": accept_milestone, "return": return_milestone, "refuse": refuse_milestone}


def review_milestone(milestone: Milestone, *, by: User, verdict: str, note: str, part: str = "") -> Milestone:
    """Accept (all or a part), return or refuse, as a form says it. Raises DomainError for another word."""
    if verdict == "part":
        return accept_part(milestone, by=by, part=part, note=note)
    verb = REVIEWS.get(verdict)
    if verb is None:
        raise DomainError(_("Choose what becomes of the report."), field="verdict")
    return verb(milestone, by=by, note=note)


def _reasons(note: str) -> str:
    if not note.strip():
        raise DomainError(_("Give the reasons: the beneficiary reads them."), field="note")
    return note.strip()


def _reviewed(milestone: Milestone, by: User, note: str) -> Milestone:
    report = milestone.reports.order_by("-pk").first()
    if report is not None:
        report.reviewed_at, report.reviewed_by, report.review_note = clock.now(), by, note.strip()
        report.save(update_fields=["reviewed_at", "reviewed_by", "review_note"])
    notifications.report_reviewed(milestone, verdict=milestone.state, note=note.strip())
    return milestone
