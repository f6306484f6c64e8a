"""The part of an application's timeline that grants know: agreement, reports and payments, once the beneficiary sees them."""

from datetime import datetime, time
from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext as _

from applicants.models import Application
from applicants.states import ApplicationState
from core.audit import history
from core.timeline import Act, Coming
from grants.models import Agreement, Milestone, Payment, Report
from grants.queries.sheets import end_of
from grants.states import REPORTABLE, AgreementState, MilestoneState, PaymentState

REPORTS_SHOWN = 3
"""So many milestones to come are told; the agreement's page has them all."""


def acts(application: Application) -> list[Act]:
    """What happened since the agreement was sent: at most four queries."""
    agreement = _agreement(application)
    if agreement is None:
        return []
    return list(chain(_signed(agreement), _reported(agreement), _paid(agreement)))


def _agreement(application: Application) -> Agreement | None:
    sent = Agreement.objects.live().filter(application=application, sent_at__isnull=False)
    return sent.select_related("application__call").defer("data").order_by("-pk").first()


def _signed(agreement: Agreement) -> list[Act]:
    url = agreement.get_absolute_url()
    moments = [
        (agreement.sent_at, _("The grant agreement was sent to you")),
        (agreement.signed_at, _("You signed the grant agreement")),
        (agreement.countersigned_at, _("The consortium signed: the grant agreement is in force")),
    ]
    found = [Act(at, text, url=url) for at, text in moments if at is not None]
    ends = {
        AgreementState.COMPLETED: _("The grant agreement is completed"),
        AgreementState.TERMINATED: _("The grant agreement was terminated"),
    }
    events = history(agreement).filter(to_state__in=ends).order_by("pk")
    return [*found, *(Act(event.at, ends[AgreementState(event.to_state)], url=url) for event in events)]


def _reported(agreement: Agreement) -> list[Act]:
    url = agreement.get_absolute_url()
    reports = Report.objects.filter(milestone__agreement=agreement).select_related("milestone").order_by("pk")
    found = []
    for report in reports:
        told = {"label": report.milestone.label}
        found.append(Act(report.submitted_at, _("You reported on “%(label)s”") % told, url=url))
        if report.reviewed_at is not None:
            found.append(
                Act(
                    report.reviewed_at,
                    _("The call office answered your report on “%(label)s”") % told,
                    url=url,
                )
            )
    return found


def _paid(agreement: Agreement) -> list[Act]:
    """A payment counts as paid at the start of the day that the bank statement names."""
    paid = Payment.objects.filter(
        milestone__agreement=agreement, state=PaymentState.PAID, paid_on__isnull=False
    )
    zone = agreement.application.call.zoneinfo
    url = agreement.get_absolute_url()
    return [
        Act(
            datetime.combine(payment.paid_on, time.min, zone),
            _("Paid: “%(label)s” to %(name)s")
            % {"label": payment.milestone.label, "name": payment.organisation},
            url=url,
        )
        for payment in paid.select_related("milestone", "organisation").order_by("paid_on", "pk")
        if payment.paid_on is not None
    ]


def coming(application: Application) -> list[Coming]:
    """What comes next for a selected project: agreement, reports, payments. At most two queries."""
    if application.state != ApplicationState.SELECTED or not application.call.gives_money:
        return []
    agreement, call = _agreement(application), application.call
    if agreement is None:
        by = end_of(call.agreement_by, call.zone) if call.agreement_by else None
        return [Coming(_("The call office sends you the grant agreement"), by)]
    by_state = {
        AgreementState.SENT: Coming(
            _("Read the grant agreement and sign it"),
            yours=True,
            url=reverse("grants:agreement_sign", args=[agreement.ref]),
        ),
        AgreementState.SIGNED: Coming(_("The consortium signs the grant agreement")),
    }
    if agreement.state in by_state:
        return [by_state[AgreementState(agreement.state)]]
    return _milestones(agreement) if agreement.state == AgreementState.IN_FORCE else []


def _milestones(agreement: Agreement) -> list[Coming]:
    rows = Milestone.objects.filter(agreement=agreement, needs_report=True).order_by("position")
    zone = agreement.application.call.zone
    found = []
    for row in rows:
        told = {"label": row.label}
        if row.state in REPORTABLE:
            url = reverse("grants:milestone_report", args=[agreement.ref, row.ref])
            text = _("Report on “%(label)s”") % told
            found.append(Coming(text, end_of(row.due_on, zone), yours=True, url=url))
        elif row.state == MilestoneState.REPORTED:
            found.append(Coming(_("The call office looks at your report on “%(label)s”") % told))
    return found[:REPORTS_SHOWN]
