"""What is in the way of deleting a person, and what of theirs goes."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Invitation, Membership, Organisation, User
from accounts.queries import entries_of
from applicants.models import Application, Message, Version
from applicants.queries import under_hold
from applicants.states import ApplicationState, VersionStatus
from calls.models import Enquiry, Subscription
from core.errors import Gap
from core.models import OutgoingMessage
from evaluation.models import Assignment, Evaluator
from evaluation.states import AssignmentState, RoundState
from funding.models import ProjectMember
from grants.models import Agreement
from grants.states import AgreementState

RUNNING = {ApplicationState.OPEN, ApplicationState.ELIGIBLE, ApplicationState.RESERVE}
ENDED = {AgreementState.COMPLETED, AgreementState.WITHDRAWN, AgreementState.TERMINATED}


@dataclass(frozen=True)
class Plan:
    """What would happen to one person's data today."""

    obstacles: list[Gap]
    goes: list[str]
    alone_in: list[Organisation]
    """Organisations that nobody else works for: their drafts go, and a natural person's own data if nothing was submitted."""


def plan_for(user: User) -> Plan:
    """Read what deleting this person would do: nothing is changed."""
    return Plan(obstacles(user), _goes(user), alone_in(user))


def obstacles(user: User) -> list[Gap]:
    """Why the person cannot be deleted yet, each with what to do and where."""
    found = [*_only_signatory(user), *_only_manager(user), *_still_judging(user), *_held(user)]
    others = User.objects.filter(is_administrator=True, is_active=True).exclude(pk=user.pk)
    if user.is_administrator and not others.exists():
        found.append(Gap(_("You are the only administrator. Make somebody else one first.")))
    return found


def _only_signatory(user: User) -> list[Gap]:
    gaps = []
    for member in _current(user).filter(role=Membership.Role.SIGNATORY).select_related("organisation"):
        others = Membership.objects.filter(
            organisation=member.organisation_id,
            role=Membership.Role.SIGNATORY,
            ended_at__isnull=True,
            user__is_active=True,
        ).exclude(user=user)
        if others.exists() or not is_running(member.organisation):
            continue
        gaps.append(
            Gap(
                _(
                    "You alone sign for %(name)s, which has an application or a grant under way. Let somebody else sign first, "
                    "or withdraw the application."
                )
                % {"name": member.organisation},
                reverse("accounts:organisation_people", args=[member.organisation.ref]),
            )
        )
    return gaps


def is_running(organisation: Organisation) -> bool:
    """Has it something submitted that is not decided, a place on a reserve list, or a grant that has not ended?"""
    entries = entries_of([organisation.pk])[organisation.pk]
    files = Application.objects.filter(organisation__in=entries, last_final__isnull=False)
    if files.filter(state__in=RUNNING).exists():
        return True
    grants = Agreement.objects.filter(application__organisation__in=entries)
    ended = grants.filter(state__in=ENDED).exclude(state=AgreementState.WITHDRAWN).values("application")
    return (
        files.filter(state=ApplicationState.SELECTED, call__budget_cents__gt=0).exclude(pk__in=ended).exists()
    )


def _only_manager(user: User) -> list[Gap]:
    roles = ProjectMember.objects.filter(ended_at__isnull=True, role=ProjectMember.Role.MANAGER)
    return [
        Gap(
            _("You are the only manager of %(project)s. Another one has to be entered first.")
            % {"project": mine.project},
            mine.project.get_absolute_url(),
        )
        for mine in roles.filter(user=user).select_related("project")
        if not roles.filter(project=mine.project_id, user__is_active=True).exclude(user=user).exists()
    ]


def _still_judging(user: User) -> list[Gap]:
    open_ones = Assignment.objects.filter(
        evaluator__user=user, state__in=[AssignmentState.INVITED, AssignmentState.ACCEPTED]
    ).exclude(round__state=RoundState.RELEASED)
    count = open_ones.count()
    if not count:
        return []
    return [
        Gap(
            ngettext(
                "You have %(n)d file still to score. Score it, or ask the call office to take it back.",
                "You have %(n)d files still to score. Score them, or ask the call office to take them back.",
                count,
            )
            % {"n": count},
            reverse("evaluation:assignment_list"),
        )
    ]


def _held(user: User) -> list[Gap]:
    """A file that has to be kept keeps the names of those who took part in it: the people of its organisations, then and now,
    who wrote in it, who judged it. Why it is kept is not told."""
    places = Membership.objects.filter(user=user).values("organisation")
    versions = Version.objects.filter(
        Q(partners__organisation__in=places) | Q(preparations__user=user) | Q(submitted_by=user)
    )
    took_part = Application.objects.filter(
        Q(organisation__in=places)
        | Q(pk__in=versions.values("application"))
        | Q(pk__in=Message.objects.filter(by=user).values("application"))
        | Q(pk__in=Assignment.objects.filter(evaluator__user=user).values("application"))
        | Q(created_by=user)
    )
    if not took_part.filter(under_hold()).exists():
        return []
    text = _(
        "Something that you took part in has to be kept for a legal reason, with the names of those who did. Your account can "
        "be deleted when that has ended."
    )
    return [Gap(text)]


def alone_in(user: User) -> list[Organisation]:
    """Organisations that nobody else works for today."""
    found = []
    for member in _current(user).select_related("organisation"):
        others = Membership.objects.filter(organisation=member.organisation_id, ended_at__isnull=True)
        if not others.exclude(user=user).exists():
            found.append(member.organisation)
    return found


def _goes(user: User) -> list[str]:
    lines = [
        _("your name, your addresses, your password, passkeys and second factor, and every sign-in"),
        _("your place in organisations and projects"),
    ]
    mails = OutgoingMessage.objects.filter(recipient=user).count()
    if mails:
        lines.append(
            ngettext(
                "the text of %(n)d mail we wrote to you", "the text of %(n)d mails we wrote to you", mails
            )
            % {"n": mails}
        )
    drafts = left_drafts(user).count()
    if drafts:
        lines.append(
            ngettext(
                "%(n)d draft of an organisation that only you work for",
                "%(n)d drafts of organisations that only you work for",
                drafts,
            )
            % {"n": drafts}
        )
    if Enquiry.objects.filter(asked_by=user).exists() or Subscription.objects.filter(user=user).exists():
        lines.append(_("the questions you asked about calls, and the news you asked for"))
    if Invitation.objects.filter(email__iexact=user.email).exists():
        lines.append(_("invitations that were sent to you"))
    if Evaluator.objects.filter(user=user).exists():
        lines.append(_("your profile as an evaluator"))
    return lines


def left_drafts(user: User) -> QuerySet[Version]:
    """Drafts that nobody could go on with: of organisations that only this person works for."""
    entries = entries_of([one.pk for one in alone_in(user)]).values()
    return Version.objects.filter(
        status=VersionStatus.DRAFT, application__organisation__in=frozenset().union(*entries)
    )


def _current(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user, ended_at__isnull=True)
