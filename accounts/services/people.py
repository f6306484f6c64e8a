"""The verbs about who writes and signs for an organisation."""

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import notifications
from accounts.models import Invitation, JoinRequest, Membership, Organisation, User
from core import clock
from core.audit import record
from core.errors import DomainError, InvalidTransition
from core.locks import lock_row


@transaction.atomic(durable=True)
def invite_colleague(organisation: Organisation, *, email: str, role: str, by: User) -> Invitation:
    """Ask somebody to write, or also sign, for the organisation. An open invitation to the same address is renewed: its
    old link is dead. Raises DomainError for people who are there already.
    """
    organisation = lock_row(organisation)
    email = email.strip().lower()
    there = _current(organisation).filter(user__email__iexact=email).select_related("user").first()
    if there is not None:
        raise DomainError(
            _("%(name)s is there already, and %(role)s.")
            % {"name": there.user, "role": there.get_role_display()},
            field="email",
        )
    invitation = Invitation.objects.filter(organisation=organisation, email__iexact=email, answer="").first()
    invitation = invitation or Invitation(organisation=organisation, email=email)
    invitation.role, invitation.invited_by, invitation.invited_at = role, by, clock.now()
    invitation.token = secrets.token_urlsafe(16)
    invitation.save()
    record(organisation, "organisation.colleague_invited", by=by, data={"email": email, "role": role})
    notifications.colleague_invited(invitation)
    return invitation


@transaction.atomic(durable=True)
def withdraw_invitation(invitation: Invitation, *, by: User) -> Invitation:
    """Take an invitation back; its link is dead. Raises InvalidTransition when it was answered."""
    invitation = _locked_unanswered(invitation)
    _answer(invitation, Invitation.Answer.WITHDRAWN)
    data = {"email": invitation.email}
    record(invitation.organisation, "organisation.invitation_withdrawn", by=by, data=data)
    return invitation


@transaction.atomic(durable=True)
def accept_invitation(invitation: Invitation, *, by: User) -> Membership:
    """The invited person, signed in with the invited address, belongs to the organisation from now on.

    Who belongs to it already gets the invitation's role when that is more. Raises DomainError after 30 days, for another
    address, and when it was answered.
    """
    organisation = lock_row(invitation.organisation)
    invitation = _locked_open(invitation)
    if by.email.lower() != invitation.email.lower():
        raise DomainError(
            _("This invitation is for %(invited)s; you are signed in as %(email)s.")
            % {"invited": invitation.email, "email": by.email}
        )
    member = _admit(organisation, by, invitation.role)
    _answer(invitation, Invitation.Answer.ACCEPTED)
    record(organisation, "organisation.colleague_joined", by=by, data={"role": member.role})
    notifications.invitation_answered(invitation, name=str(by))
    return member


@transaction.atomic(durable=True)
def decline_invitation(invitation: Invitation, *, by: User | None = None) -> Invitation:
    """The invited person says no, without an account too: the link is enough. Who invited is told."""
    invitation = _locked_open(invitation)
    _answer(invitation, Invitation.Answer.DECLINED)
    data = {"email": invitation.email}
    record(invitation.organisation, "organisation.invitation_declined", by=by, data=data)
    notifications.invitation_answered(invitation, name=invitation.email)
    return invitation


@transaction.atomic(durable=True)
def register_invited(invitation: Invitation, *, full_name: str, password: str) -> User:
    """Make the account of an invited person who has none. They accept in a second step. Raises DomainError when the
    invitation is not open any more, or the address has an account."""
    invitation = _locked_open(invitation)
    user = create_proven_user(invitation.email, full_name=full_name, password=password)
    record(user, "user.registered_by_invitation", by=user, data={"invitation": invitation.pk})
    return user


def create_proven_user(email: str, *, full_name: str, password: str) -> User:
    """An account whose address is proven by a link that was mailed to it. Runs in the caller's transaction.

    Raises DomainError when the address has an account already.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise DomainError(_("There is an account with this address already. Sign in with it."))
    user = User.objects.create_user(
        email, password, full_name=full_name.strip(), language=get_language() or settings.LANGUAGE_CODE
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic(durable=True)
def change_role(member: Membership, *, role: str, by: User) -> Membership:
    """Let a colleague sign, or only write. Raises DomainError when nobody would be left to sign."""
    organisation = lock_row(member.organisation)
    member = _locked_current(member)
    if member.role == role:
        return member
    if role != Membership.Role.SIGNATORY:
        _require_another_signatory(member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    data = {"user": member.user_id, "role": [before, role]}
    record(organisation, "organisation.role_changed", by=by, data=data)
    if member.user_id != by.pk:
        notifications.role_changed(member)
    return member


@transaction.atomic(durable=True)
def end_membership(member: Membership, *, by: User) -> Membership:
    """Somebody leaves, or is taken off: from now on they see nothing of the organisation. What they did stays recorded.

    Raises DomainError when nobody would be left to sign.
    """
    organisation = lock_row(member.organisation)
    member = _locked_current(member)
    _require_another_signatory(member)
    member.ended_at = clock.now()
    member.save(update_fields=["ended_at"])
    record(organisation, "organisation.colleague_left", by=by, data={"user": member.user_id})
    if member.user_id != by.pk:
        notifications.membership_ended(member)
    return member


@transaction.atomic(durable=True)
def ask_to_join(organisation: Organisation, *, words: str, by: User) -> JoinRequest:
    """Ask the signatories of a registered organisation to be admitted; they are written to. A second request while one
    waits changes its words. Raises DomainError for who belongs to it."""
    organisation = lock_row(organisation)
    if _current(organisation).filter(user=by).exists():
        raise DomainError(_("You belong to %(name)s already.") % {"name": organisation})
    request, is_new = JoinRequest.objects.update_or_create(
        organisation=organisation, user=by, answer="", defaults={"words": words.strip()}
    )
    if is_new:
        record(organisation, "organisation.join_requested", by=by)
        notifications.join_requested(request)
    return request


@transaction.atomic(durable=True)
def answer_join_request(request: JoinRequest, *, admit: bool, role: str, by: User) -> JoinRequest:
    """A signatory admits the person with a role, or refuses; the person is told. An administrator may answer where the
    signatories are gone. Raises InvalidTransition when it was answered."""
    organisation = lock_row(request.organisation)
    request = lock_row(request)
    if request.answer:
        raise InvalidTransition(_("This request is answered already."))
    request.answer = JoinRequest.Answer.ADMITTED if admit else JoinRequest.Answer.REFUSED
    request.answered_at, request.answered_by = clock.now(), by
    request.save(update_fields=["answer", "answered_at", "answered_by"])
    data: dict[str, Any] = {"user": request.user_id, "answer": request.answer}
    if admit:
        data["role"] = _admit(organisation, request.user, role).role
    record(organisation, "organisation.join_answered", by=by, data=data)
    notifications.join_answered(request)
    return request


def _admit(organisation: Organisation, user: User, role: str) -> Membership:
    """The person's membership with at least this role."""
    member, is_new = Membership.objects.get_or_create(
        user=user, organisation=organisation, ended_at=None, defaults={"role": role}
    )
    if not is_new and role == Membership.Role.SIGNATORY and member.role != role:
        member.role = role
        member.save(update_fields=["role"])
    return member


def _current(organisation: Organisation) -> Any:
    return Membership.objects.filter(organisation=organisation, ended_at__isnull=True)


def _locked_current(member: Membership) -> Membership:
    found = Membership.objects.select_for_update().select_related("user").get(pk=member.pk)
    if found.ended_at is not None:
        raise InvalidTransition(_("%(name)s is not there any more.") % {"name": found.user})
    return found


def _require_another_signatory(member: Membership) -> None:
    """An organisation always has somebody who signs: whoever goes hands over first."""
    others = _current(member.organisation).filter(role=Membership.Role.SIGNATORY, user__is_active=True)
    others = others.exclude(pk=member.pk)
    if member.role == Membership.Role.SIGNATORY and not others.exists():
        raise DomainError(
            _("%(name)s is the only one who signs for %(organisation)s. Let somebody else sign first.")
            % {"name": member.user, "organisation": member.organisation}
        )


def _locked_unanswered(invitation: Invitation) -> Invitation:
    found = lock_row(invitation)
    if found.answer:
        raise InvalidTransition(
            _("This invitation is answered already: %(answer)s.") % {"answer": found.get_answer_display()}
        )
    return found


def _locked_open(invitation: Invitation) -> Invitation:
    found = _locked_unanswered(invitation)
    if not found.is_open():
        raise DomainError(_("This invitation is older than 30 days. Ask for a new one."))
    return found


def _answer(invitation: Invitation, answer: str) -> None:
    invitation.answer, invitation.answered_at = answer, clock.now()
    invitation.save(update_fields=["answer", "answered_at"])
