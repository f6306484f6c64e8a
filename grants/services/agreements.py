"""The verbs about an agreement, from draft to force."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from applicants.models import Application
from applicants.payload import answer_in
from applicants.queries.money import outside_by_organisation
from applicants.states import ApplicationState
from calls import awards
from calls import queries as calls
from calls.models import Call, Instalment
from calls.plans import InstalmentPlan
from core import clock
from core.audit import record
from core.errors import Conflict, DomainError, FourEyesRequired, Gap, Incomplete
from core.files import read_verified
from core.locks import lock_row
from core.tasks import enqueue
from core.workflow import transition
from evaluation.models import Decision
from funding import services as funding
from grants import contents, notifications, permissions, queries
from grants.instalments import SplitError
from grants.models import Agreement, AgreementShare, Milestone, MilestoneShare
from grants.plan import Part, PlannedMilestone, last_day, plan_milestones, two_places
from grants.services._common import accept, check_possible
from grants.states import AgreementState
from grants.tasks import render_agreement

Shares = list[tuple[Organisation, int]]


@transaction.atomic(durable=True)
def draft_agreement(
    application: Application,
    *,
    by: User,
    starts_on: date,
    months: int | None = None,
    instalments: Sequence[InstalmentPlan] | None = None,
) -> Agreement:
    """Draft the agreement of a selected file: shares and milestones by the call's instalments, data frozen, document on
    its way. `months` defaults to the longest project of the call, or of its type; `instalments` are agreed for this
    project, where the call allows it, instead of those of the call.

    Raises DomainError when the file has no award, has an agreement already, when the dates do not fit the project, or
    when the call's instalments do not add up (cap-40).
    """
    application = lock_row(application)
    call, decision = application.call, _award(application)
    most = call.months_for(answer_in(decision.version.payload, call.topic_question))
    months = months or most
    _check_dates(call, starts_on, months, most)
    shares: Shares = [
        (s.organisation, s.amount_cents) for s in decision.shares.select_related("organisation")
    ]
    if not shares:
        raise DomainError(_("The decision on %s names no organisation to be paid.") % application.ref)
    _check_countries(call, [organisation for organisation, _cents in shares])
    rows: list[Instalment | InstalmentPlan] = [*call.instalments.all()]
    if instalments is not None:
        _check_instalments(call, instalments, sum(cents for _organisation, cents in shares), months)
        rows = list(instalments)
    plan, ends_on = _plan(rows, shares, starts_on), last_day(starts_on, months)
    ref = _next_ref(application)
    agreement = Agreement.objects.create(
        ref=ref,
        application=application,
        decision=decision,
        amount_cents=sum(cents for _organisation, cents in shares),
        starts_on=starts_on,
        ends_on=ends_on,
        drafted_by=by,
        data=contents.build(
            ref=ref,
            decision=decision,
            shares=shares,
            milestones=plan,
            starts_on=starts_on,
            ends_on=ends_on,
            months=months,
        ),
    )
    _write_plan(agreement, shares, plan)
    record(agreement, "agreement.drafted", by=by, data={"amount_cents": agreement.amount_cents})
    enqueue(render_agreement, agreement.pk)
    return agreement


def draft_agreements(
    applications: Iterable[Application], *, by: User, starts_on: date, months: int | None = None
) -> tuple[list[Agreement], list[str]]:
    """Draft many, each in a transaction of its own: those made, and a sentence for each that was refused.

    Raises the last refusal when not one could be made, so that its field is known.
    """
    made: list[Agreement] = []
    refused: list[DomainError] = []
    for application in applications:
        try:
            made.append(draft_agreement(application, by=by, starts_on=starts_on, months=months))
        except DomainError as error:
            refused.append(error)
    if refused and not made:
        raise refused[-1]
    return made, [error.message for error in refused]


def _award(application: Application) -> Decision:
    if Agreement.objects.live().filter(application=application).exists():
        raise DomainError(_("%s already has a grant agreement.") % application.ref)
    _check_selected(application)
    decision = (
        queries.awards().filter(application=application).select_related("version", "round__call").first()
    )
    if decision is None:
        raise DomainError(_("There is no released decision to fund %s.") % application.ref)
    return decision


def _check_countries(call: Call, organisations: Iterable[Organisation]) -> None:
    """Organisations of a country whose association was pending get an agreement only when it is in force today."""
    today = clock.now().astimezone(call.zoneinfo).date()
    lacking = calls.not_associated(call, {str(one.country) for one in organisations}, today)
    if lacking:
        raise DomainError(
            _(
                "The association of %(country)s to the programme is not recorded as in force, so its organisations cannot get an "
                "agreement. Record it with the call first."
            )
            % {"country": lacking[0]}
        )


def _check_selected(application: Application) -> None:
    if application.state != ApplicationState.SELECTED:
        raise DomainError(
            _("%(ref)s is “%(state)s”, so it cannot have a grant agreement.")
            % {"ref": application.ref, "state": application.get_state_display().lower()}
        )


def _check_dates(call: Call, starts_on: date, months: int, most: int) -> None:
    project = call.project
    if not 1 <= months <= most:
        raise DomainError(
            _("A project of this call lasts 1 to %(most)d months, not %(months)d.")
            % {"most": most, "months": months},
            field="months",
        )
    ends_on = last_day(starts_on, months)
    if starts_on < project.started_on or ends_on > project.ends_on:
        raise DomainError(
            _(
                "From %(start)s for %(months)d months it would end on %(end)s; %(project)s itself runs from %(from)s to %(to)s."
            )
            % {
                "start": _in_words(starts_on),
                "months": months,
                "end": _in_words(ends_on),
                "project": project.acronym,
                "from": _in_words(project.started_on),
                "to": _in_words(project.ends_on),
            },
            field="starts_on",
        )


def _in_words(day: date) -> str:
    return date_format(day, "j F Y")


def _check_instalments(
    call: Call, instalments: Sequence[InstalmentPlan], grant_cents: int, months: int
) -> None:
    """Instalments of one project come to exactly its grant, and end with it (cap-40)."""
    if not call.instalments_agreed:
        raise DomainError(_("The instalments of this call are the same for every project."))
    if not instalments:
        raise DomainError(_("The agreement needs at least one instalment."))
    parts = [awards.Portion(one.percent, one.amount_cents) for one in instalments]
    own = replace(call.award, project_min_cents=grant_cents, project_max_cents=grant_cents)
    if fault := awards.fault_of_instalments(parts, own):
        raise DomainError(fault)
    for one in instalments:
        if one.due != Instalment.Due.SIGNATURE and not 1 <= one.month <= months:
            told = {"label": one.label, "months": months}
            raise DomainError(_("“%(label)s”: its month is one of 1 to %(months)d.") % told)


def _plan(
    rows: Sequence[Instalment | InstalmentPlan], shares: Shares, starts_on: date
) -> list[PlannedMilestone[Organisation]]:
    exact = awards.exact_percents([awards.Portion(row.percent, row.amount_cents) for row in rows])
    with translation.override("en"):
        parts = [
            Part(
                str(row.label),
                row.percent if row.percent is not None else two_places(percent),
                row.due == Instalment.Due.SIGNATURE,
                row.month,
                percent,
            )
            for row, percent in zip(rows, exact, strict=True)
        ]
    try:
        return plan_milestones(parts, shares, starts_on=starts_on)
    except SplitError as error:
        raise DomainError(
            _("The call's instalments are set up wrongly. %(why)s Correct them in the call first.")
            % {"why": error.message}
        ) from error


def _next_ref(application: Application) -> str:
    """<file>-GA; after one that was withdrawn -GA2, and so on."""
    earlier = Agreement.objects.filter(application=application).count()
    return f"{application.ref}-GA{earlier + 1 if earlier else ''}"


def _write_plan(agreement: Agreement, shares: Shares, plan: list[PlannedMilestone[Organisation]]) -> None:
    AgreementShare.objects.bulk_create(
        AgreementShare(agreement=agreement, organisation=organisation, amount_cents=cents)
        for organisation, cents in shares
    )
    milestones = Milestone.objects.bulk_create(
        Milestone(
            agreement=agreement,
            position=planned.position,
            label=planned.label[:120],
            needs_report=planned.needs_report,
            due_on=planned.due_on,
            percent=planned.percent,
            amount_cents=planned.amount_cents,
        )
        for planned in plan
    )
    MilestoneShare.objects.bulk_create(
        MilestoneShare(milestone=milestone, organisation=organisation, amount_cents=cents)
        for milestone, planned in zip(milestones, plan, strict=True)
        for organisation, cents in planned.shares
    )


@transaction.atomic(durable=True)
def send_agreement(agreement: Agreement, *, by: User) -> Agreement:
    """Send the agreement to the beneficiary's signatories. Raises DomainError while its document is not made yet, or
    Incomplete with each condition of the decision that is not recorded as fulfilled."""
    agreement = lock_row(agreement)
    check_possible(agreement, AgreementState.SENT)
    _check_selected(agreement.application)
    if agreement.document is None:
        raise DomainError(_("The document is still being made. Try again in a moment."))
    read_verified(agreement.document)
    _check_conditions(agreement)
    transition(agreement, AgreementState.SENT, by=by)
    agreement.sent_at = clock.now()
    agreement.save(update_fields=["sent_at"])
    notifications.agreement_to_sign(agreement)
    return agreement


@transaction.atomic(durable=True)
def withdraw_agreement(agreement: Agreement, *, by: User, reason: str) -> Agreement:
    """Take back an agreement that is not in force, so that a right one can be drafted. The award stays."""
    agreement = lock_row(agreement)
    was_sent = agreement.sent_at is not None
    transition(agreement, AgreementState.WITHDRAWN, by=by, note=_reason(reason))
    if was_sent:
        notifications.agreement_withdrawn(agreement, reason=reason.strip())
    return agreement


def _check_conditions(agreement: Agreement) -> None:
    still_open = queries.open_conditions(agreement)
    if still_open:
        page = queries.conditions_url(agreement)
        sentence = _("It cannot be sent for signature yet: not every condition of the decision is fulfilled.")
        raise Incomplete(sentence, [Gap(text, page) for text in still_open])


def _reason(text: str) -> str:
    if not text.strip():
        raise DomainError(_("Give the reason: the beneficiary reads it."), field="reason")
    return text.strip()


@transaction.atomic(durable=True)
def sign_agreement(agreement: Agreement, *, by: User, name: str, sha256: str) -> Agreement:
    """The beneficiary signs: a signatory types the full name under the document whose hash was shown.

    Raises Conflict when the hash is not that of the document, DomainError for anybody but a signatory or another name.
    """
    agreement = lock_row(agreement)
    if not permissions.can_sign_agreement(by, agreement):
        raise DomainError(_("Only a signatory of %s can sign.") % agreement.application.organisation)
    check_possible(agreement, AgreementState.SIGNED)
    _check_selected(agreement.application)
    _check_document(agreement, sha256)
    _check_name(name, by)
    transition(agreement, AgreementState.SIGNED, by=by, data={"sha256": sha256, "name": name.strip()})
    agreement.signed_at, agreement.signed_by = clock.now(), by
    agreement.signed_name, agreement.signed_sha256 = " ".join(name.split()), sha256
    agreement.save(update_fields=["signed_at", "signed_by", "signed_name", "signed_sha256"])
    notifications.agreement_signed(agreement)
    return agreement


def _check_document(agreement: Agreement, sha256: str) -> None:
    stored = agreement.document
    if stored is None or stored.sha256 != sha256:
        raise Conflict(
            _("This is not the document you opened. Read the agreement again, then sign."),
            theirs=stored.sha256 if stored else "",
        )
    read_verified(stored)


def _check_name(name: str, by: User) -> None:
    if " ".join(name.split()).casefold() != " ".join(by.full_name.split()).casefold():
        raise DomainError(
            _("Type your full name as it stands in your account: %s.") % by.full_name, field="name"
        )


@transaction.atomic(durable=True)
def countersign_agreement(agreement: Agreement, *, by: User, name: str, sha256: str) -> Agreement:
    """The coordinator signs: the agreement is in force, its money committed, what is due at signature owed.

    Raises FourEyesRequired for the person who signed for the beneficiary; Conflict when it is another document than
    the one that was signed.
    """
    agreement = lock_row(agreement)
    application = agreement.application
    check_possible(agreement, AgreementState.IN_FORCE)
    if agreement.signed_by_id == by.pk:
        raise FourEyesRequired(_("You signed for the beneficiary; another manager has to countersign."))
    _check_selected(application)
    _check_document(agreement, sha256)
    _check_document(agreement, agreement.signed_sha256)
    _check_name(name, by)
    agreement.countersigned_at, agreement.countersigned_by = clock.now(), by
    agreement.save(update_fields=["countersigned_at", "countersigned_by"])
    transition(agreement, AgreementState.IN_FORCE, by=by, data={"sha256": sha256, "name": name.strip()})
    line = application.call.budget_line
    shares = [(s.organisation, s.amount_cents) for s in agreement.shares.select_related("organisation")]
    outside = outside_by_organisation(application.call, application.last_final_id)
    funding.record_committed(line, shares, by=by, source=agreement, outside=outside)  # type: ignore[arg-type]  # a call with agreements has its line
    first = list(agreement.milestones.filter(needs_report=False))
    for milestone in first:
        accept(milestone, by=by, note="")
    _count(agreement, by)
    notifications.agreement_in_force(agreement, first=first, by=by)
    return agreement


def _count(agreement: Agreement, by: User) -> None:
    """One more project funded; each SME counts once in the project, however many agreements it has."""
    project = agreement.application.call.project
    funding.record_kpi(
        project, "projects-funded", key=f"agreement:{agreement.ref}", by=by, note=agreement.ref
    )
    for share in agreement.shares.select_related("organisation"):
        if share.organisation.is_sme:
            key, note = f"sme:{share.organisation.ref}", f"{share.organisation}, {agreement.ref}"[:200]
            funding.record_kpi(project, "smes-supported", key=key, by=by, note=note)
