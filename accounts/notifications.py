"""What we write to people about who belongs to an organisation: one function for each message."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, JoinRequest, Membership, Organisation, User
from core.notices import Audience, Category, register, register_family
from core.outbox import write_message
from core.policy import roles_of


def _works_for_organisation(user: Any) -> bool:
    belongs = Membership.objects.filter(user=user, ended_at__isnull=True).exists()
    return belongs or not roles_of(user)  # who has no role anywhere is on the way into an organisation


FOR_ORGANISATION = Audience("organisation", _("For your organisation"), _works_for_organisation)

register_family("account.", Category.LEGAL)  # sign-in: codes, links, new passwords
register(
    Category.LEGAL, kinds=["colleague_invited", "role_changed", "membership_ended", "organisations_merged"]
)
register(Category.WORK, FOR_ORGANISATION, kinds=["join_requested", "join_answered"])
register(Category.NEWS, FOR_ORGANISATION, kinds=["invitation_answered"])


def signatories(organisation: Organisation) -> list[User]:
    """Who signs for it today: one query."""
    signing = Membership.objects.of(organisation).filter(
        role=Membership.Role.SIGNATORY, ended_at__isnull=True
    )
    return list(User.objects.filter(pk__in=signing.values("user"), is_active=True).order_by("pk"))


def colleague_invited(invitation: Invitation) -> None:
    """The invitation with its link: the link proves the address."""
    known = User.objects.filter(email__iexact=invitation.email).first()
    context = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "sender": invitation.invited_by,
        "path": invitation.get_absolute_url(),
    }
    _write("accounts/email/colleague_invited", known, context, about=invitation, email=invitation.email)


def invitation_answered(invitation: Invitation, *, name: str) -> None:
    """Tells who invited whether the person joins."""
    context = {"invitation": invitation, "name": name, **_people(invitation.organisation)}
    _write("accounts/email/invitation_answered", invitation.invited_by, context, about=invitation)


def role_changed(member: Membership) -> None:
    """What the person may do for the organisation from now on."""
    context = {"member": member, **_people(member.organisation)}
    _write("accounts/email/role_changed", member.user, context, about=member)


def membership_ended(member: Membership) -> None:
    """The person was taken off."""
    context = {"member": member, "organisation": member.organisation, "path": ""}
    _write("accounts/email/membership_ended", member.user, context, about=member)


def join_requested(request: JoinRequest) -> None:
    """To all who sign: somebody asks to be admitted."""
    for person in signatories(request.organisation):
        _write(
            "accounts/email/join_requested",
            person,
            {"asked": request, **_people(request.organisation)},
            about=request,
        )


def join_answered(request: JoinRequest) -> None:
    """The answer, to who asked."""
    path = {"path": reverse("accounts:organisation_list")}
    context = {"asked": request, "organisation": request.organisation, **path}
    _write("accounts/email/join_answered", request.user, context, about=request)


def organisations_merged(survivor: Organisation, duplicate: Organisation) -> None:
    """To all people of both: what was found to be one firm, and what they may do for it from now on."""
    members = Membership.objects.filter(organisation=survivor, ended_at__isnull=True, user__is_active=True)
    for member in members.select_related("user").order_by("pk"):
        context = {"member": member, "duplicate": duplicate, **_people(survivor)}
        _write("accounts/email/organisations_merged", member.user, context, about=member)


def _people(organisation: Organisation) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "path": reverse("accounts:organisation_people", args=[organisation.ref]),
    }


def _write(template: str, to: Any, context: dict[str, Any], *, about: Any, email: str = "") -> None:
    write_message(template.rpartition("/")[2], template, to=to, context=context, about=about, email=email)
