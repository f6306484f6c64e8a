"""What waits for a person in grants: the lines of the home pages."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from applicants.models import Application
from applicants.states import ApplicationState
from core.actions import NextAction
from core.money import format_eur
from evaluation.states import DecisionState, Outcome
from funding.models import ProjectMember
from grants.models import Agreement, AgreementShare, BankAccount, Milestone, MilestoneShare, Payment
from grants.queries.ending import recoveries, to_close, to_repay
from grants.queries.sheets import end_of, today
from grants.queries.survey import to_say
from grants.states import PAYABLE, REPORTABLE, AgreementState, MilestoneState, PaymentState


def next_actions(user: Any) -> list[NextAction]:
    """What the person has to do as a manager, as a finance officer and for their own organisations, and what waits
    for somebody else."""
    roles: dict[str, set[int]] = {}
    members = ProjectMember.objects.filter(user=user, ended_at__isnull=True)
    for role, project in members.values_list("role", "project"):
        roles.setdefault(role, set()).add(project)
    managed, paying = (
        roles.get(ProjectMember.Role.MANAGER, set()),
        roles.get(ProjectMember.Role.FINANCE, set()),
    )
    lines = _managing(user, managed) if managed else []
    lines += _paying(user, paying, managed) if paying or managed else []
    lines += recoveries(user, paying | managed) if paying or managed else []
    signs_for: dict[int, str] = {}
    own = Membership.objects.filter(user=user, ended_at__isnull=True)
    for role, *entries in own.values_list("role", "organisation", "organisation__aliases"):
        signs_for |= {entry: role for entry in entries if entry is not None}
    return [*lines, *_receiving(signs_for), *to_repay(user), *to_say(user)] if signs_for else lines


# --- managers ---------------------------------------------------------------------------------------------
def _managing(user: Any, projects: set[int]) -> list[NextAction]:
    return [
        *_to_draft(user, projects),
        *_agreements_by_call(user, projects),
        *_milestones_by_call(user, projects),
        *to_close(user, projects),
    ]


def _to_draft(user: Any, projects: set[int]) -> list[NextAction]:
    award = Q(decisions__state=DecisionState.RELEASED, decisions__outcome=Outcome.FUND)
    rows = (
        Application.objects.visible_to_staff(user)
        .filter(award, call__project__in=projects, state=ApplicationState.SELECTED)
        .exclude(pk__in=Agreement.objects.live().values("application"))
        .values(
            slug=F("call__slug"), title=F("call__title"), by=F("call__agreement_by"), zone=F("call__zone")
        )
        .annotate(n=Count("pk", distinct=True))
        .order_by("call__slug")
    )
    return [
        NextAction(
            ngettext("Draft %(n)d grant agreement", "Draft %(n)d grant agreements", row["n"])
            % {"n": row["n"]},
            reverse("grants:agreement_list", args=[row["slug"]]),
            str(row["title"]),
            end_of(row["by"], row["zone"]) if row["by"] else None,
        )
        for row in rows
    ]


def _agreements_by_call(user: Any, projects: set[int]) -> list[NextAction]:
    states = [AgreementState.DRAFTED, AgreementState.SENT, AgreementState.SIGNED]
    rows = (
        Agreement.objects.visible_to_staff(user)
        .filter(application__call__project__in=projects, state__in=states)
        .values("state", slug=F("application__call__slug"), title=F("application__call__title"))
        .annotate(n=Count("pk"), one=Min("ref"))
        .order_by("application__call__slug", "state")
    )
    lines = []
    for row in rows:
        n = row["n"]
        url = reverse("grants:agreement_list", args=[row["slug"]])
        if n == 1:
            url = reverse("grants:agreement_staff", args=[row["slug"], row["one"]])
        words = {
            AgreementState.DRAFTED: ngettext(
                "Check and send %(n)d grant agreement", "Check and send %(n)d grant agreements", n
            ),
            AgreementState.SENT: ngettext(
                "%(n)d agreement waits for the beneficiary's signature",
                "%(n)d agreements wait for the beneficiaries' signatures",
                n,
            ),
            AgreementState.SIGNED: ngettext(
                "Countersign %(n)d grant agreement", "Countersign %(n)d grant agreements", n
            ),
        }[row["state"]]
        waits = row["state"] == AgreementState.SENT
        lines.append(NextAction(words % {"n": n}, url, str(row["title"]), waiting_for_others=waits))
    return lines


def _milestones_by_call(user: Any, projects: set[int]) -> list[NextAction]:
    mine = Milestone.objects.filter(
        agreement__in=Agreement.objects.visible_to_staff(user).filter(
            application__call__project__in=projects
        ),
        agreement__state__in=PAYABLE,
    )
    call = {
        "slug": F("agreement__application__call__slug"),
        "title": F("agreement__application__call__title"),
    }
    reported = _per_call(mine.filter(state=MilestoneState.REPORTED), call)
    live = Payment.objects.filter(
        milestone=OuterRef("milestone"), organisation=OuterRef("organisation")
    ).exclude(state=PaymentState.CANCELLED)
    owed = MilestoneShare.objects.filter(
        ~Exists(live), ~Q(accepted_cents=0), milestone=OuterRef("pk"), amount_cents__gt=0
    )
    unproposed = mine.filter(Exists(owed), state=MilestoneState.ACCEPTED)
    late = mine.filter(
        agreement__state=AgreementState.IN_FORCE,
        state__in=REPORTABLE,
        needs_report=True,
        due_on__lt=today(settings.DEFAULT_ZONE),
    )
    lines = [
        NextAction(
            ngettext("Review %(n)d report", "Review %(n)d reports", row["n"]) % {"n": row["n"]},
            _milestone_url(row),
            str(row["title"]),
        )
        for row in reported
    ]
    lines += [
        NextAction(
            ngettext(
                "Propose the payment of %(n)d milestone", "Propose the payment of %(n)d milestones", row["n"]
            )
            % {"n": row["n"]},
            _milestone_url(row),
            str(row["title"]),
        )
        for row in _per_call(unproposed, call)
    ]
    lines += [
        NextAction(
            ngettext("%(n)d report is overdue", "%(n)d reports are overdue", row["n"]) % {"n": row["n"]},
            _milestone_url(row),
            str(row["title"]),
            tone="warn",
            waiting_for_others=True,
        )
        for row in _per_call(late, call)
    ]
    return lines


def _per_call(found: QuerySet[Milestone], call: dict[str, Any]) -> Any:
    grouped = found.order_by("agreement__application__call__slug").values(**call)
    return grouped.annotate(n=Count("pk"), agreement_ref=Min("agreement__ref"), one=Min("ref"))


def _milestone_url(row: dict[str, Any]) -> str:
    if row["n"] == 1:
        return reverse("grants:milestone_review", args=[row["slug"], row["agreement_ref"], row["one"]])
    return reverse("grants:agreement_list", args=[row["slug"]])


# --- finance officers -------------------------------------------------------------------------------------
def _paying(user: Any, paying: set[int], managed: set[int]) -> list[NextAction]:
    lines = _accounts(paying) if paying else []
    rows = (
        Payment.objects.visible_to_staff(user)
        .filter(milestone__agreement__application__call__project__in=paying | managed)
        .filter(state__in=[PaymentState.PROPOSED, PaymentState.APPROVED, PaymentState.FAILED])
        .values(
            "state", project=F("milestone__agreement__application__call__project"), own=Q(proposed_by=user)
        )
        .annotate(n=Count("pk"), cents=Sum("amount_cents"), one=Min("ref"))
        .order_by("state", "project")
    )
    return lines + [_payment_line(row, row["project"] in paying) for row in rows]


def _payment_line(row: Any, pays: bool) -> NextAction:
    n = row["n"]
    others = not pays or (row["own"] and row["state"] == PaymentState.PROPOSED)
    words = {
        PaymentState.PROPOSED: ngettext(
            "A second person approves %(n)d payment", "A second person approves %(n)d payments", n
        )
        if others
        else ngettext("Approve %(n)d payment", "Approve %(n)d payments", n),
        PaymentState.APPROVED: ngettext(
            "Finance pays %(n)d approved payment", "Finance pays %(n)d approved payments", n
        )
        if others
        else ngettext(
            "Pay %(n)d approved payment and mark it paid", "Pay %(n)d approved payments and mark them paid", n
        ),
        PaymentState.FAILED: ngettext(
            "%(n)d payment came back from the bank", "%(n)d payments came back from the bank", n
        ),
    }[row["state"]]
    url = reverse("grants:payment_list") + f"?state={row['state']}"
    if n == 1:
        url = reverse("grants:payment_detail", args=[row["one"]])
    failed = row["state"] == PaymentState.FAILED
    return NextAction(
        words % {"n": n},
        url,
        f"{format_eur(row['cents'])} EUR",
        tone="warn" if failed else "",
        waiting_for_others=others and not failed,
    )


def _accounts(projects: set[int]) -> list[NextAction]:
    rows = (
        BankAccount.objects.filter(
            agreement__application__call__project__in=projects,
            agreement__state__in=[AgreementState.SIGNED, AgreementState.IN_FORCE],
            replaced_at__isnull=True,
            verified_at__isnull=True,
        )
        .select_related("agreement__application__call", "organisation")
        .defer("agreement__data")
        .order_by("added_at")
    )
    return [
        NextAction(
            _("Check a new bank account: call back first"),
            reverse(
                "grants:bank_account_verify",
                args=[row.agreement.application.call.slug, row.agreement.ref, row.organisation.ref],
            ),
            f"{row.organisation}, {row.agreement.ref}",
            tone="warn",
        )
        for row in rows
    ]


# --- beneficiaries ----------------------------------------------------------------------------------------
def _receiving(organisations: dict[int, str]) -> list[NextAction]:
    live = [AgreementState.SENT, AgreementState.SIGNED, AgreementState.IN_FORCE]
    known = BankAccount.objects.filter(
        agreement=OuterRef("agreement"), organisation=OuterRef("organisation"), replaced_at__isnull=True
    )
    without = AgreementShare.objects.filter(~Exists(known), agreement=OuterRef("pk"))
    found = (
        Agreement.objects.filter(application__organisation__in=organisations, state__in=live)
        .annotate(lacks_account=Exists(without))
        .select_related("application__call")
        .defer("data")
    )
    lines = []
    for agreement in found:
        lines += _own_agreement(agreement, organisations[agreement.application.organisation_id])
    return [*lines, *_reports(organisations)]


def _own_agreement(agreement: Any, role: str) -> list[NextAction]:
    call, page = agreement.application.call, agreement.get_absolute_url()
    lines = []
    if agreement.state == AgreementState.SENT:
        due = end_of(call.agreement_by, call.zone) if call.agreement_by else None
        if role == Membership.Role.SIGNATORY:
            lines.append(
                NextAction(
                    _("Sign the grant agreement"),
                    reverse("grants:agreement_sign", args=[agreement.ref]),
                    agreement.ref,
                    due,
                )
            )
        else:
            text = _("A signatory of your organisation signs the grant agreement")
            lines.append(NextAction(text, page, agreement.ref, due, waiting_for_others=True))
    if agreement.state == AgreementState.SIGNED:
        text = _("The coordinator countersigns the grant agreement")
        lines.append(NextAction(text, page, agreement.ref, waiting_for_others=True))
    if agreement.lacks_account:
        text = _("Enter the bank account for the payments")
        others = role != Membership.Role.SIGNATORY
        lines.append(NextAction(text, f"{page}#accounts", agreement.ref, waiting_for_others=others))
    return lines


def _reports(organisations: dict[int, str]) -> list[NextAction]:
    """The next report of each agreement, and those that are being read."""
    rows = (
        Milestone.objects.filter(
            agreement__application__organisation__in=organisations,
            agreement__state=AgreementState.IN_FORCE,
            needs_report=True,
            state__in=[*REPORTABLE, MilestoneState.REPORTED],
        )
        .select_related("agreement__application__call")
        .defer("agreement__data")
        .order_by("agreement", "position")
    )
    lines, seen = [], set()
    for row in rows:
        call = row.agreement.application.call
        url = reverse("grants:milestone_report", args=[row.agreement.ref, row.ref])
        detail = f"{row.label}, {row.agreement.ref}"
        due = end_of(row.due_on, call.zone)
        if row.state == MilestoneState.REPORTED:
            lines.append(
                NextAction(_("The coordinator reads your report"), url, detail, waiting_for_others=True)
            )
        elif row.state == MilestoneState.RETURNED:
            lines.append(NextAction(_("Complete the report that was returned"), url, detail, due, "warn"))
        elif row.agreement_id not in seen:
            late = row.is_overdue(today(call.zone))
            text = _("Hand in the report: it is overdue") if late else _("Hand in the report")
            lines.append(NextAction(text, url, detail, due, "warn" if late else ""))
        seen.add(row.agreement_id)
    return lines
