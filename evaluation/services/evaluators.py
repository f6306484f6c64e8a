"""Inviting evaluators, and their answers."""

import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import works_for
from accounts.services import create_proven_user
from applicants.queries import consulted
from core import clock
from core.audit import record
from core.errors import DomainError, InvalidTransition
from core.locks import lock_row
from core.workflow import transition
from evaluation import notifications
from evaluation.assignment import same_name
from evaluation.models import Evaluator, Round
from evaluation.queries import applying_parties
from evaluation.services._common import lock_round, need_state
from evaluation.states import EvaluatorState, RoundState
from funding.models import ProjectMember


@transaction.atomic(durable=True)
def invite_evaluator(
    round: Round,
    *,
    name: str,
    email: str,
    organisation_name: str = "",
    country: str = "",
    profile: str = "",
    by: Any,
) -> Evaluator:
    """Invite a person by e-mail to judge files of the round; one who declined may be invited again. `profile`: the code of
    one of the call's profiles, where it has some.

    Raises DomainError for a second invitation, for a profile that is not the call's, for somebody of an applicant (rank-51), or for staff that decides.
    """
    round = lock_round(round)
    need_state(round, RoundState.SETUP, RoundState.SCORING)
    email = email.strip().lower()
    known = Evaluator.objects.filter(round=round, email=email).first()
    if known is not None and known.state != EvaluatorState.DECLINED:
        raise DomainError(
            _("%(email)s is already on the list: %(state)s.")
            % {"email": email, "state": known.get_state_display().lower()},
            field="email",
        )
    _refuse_interested(round, email, organisation_name)
    profiles = [one.code for one in round.call.selection.profiles]
    if profile not in (profiles or [""]):
        raise DomainError(_("Choose one of the profiles of the call."), field="profile")
    evaluator = known or Evaluator(round=round, email=email)
    evaluator.name, evaluator.organisation_name, evaluator.country = name, organisation_name, country
    evaluator.profile = profile
    _renew(evaluator, by)
    evaluator.save()
    if known is not None:
        transition(evaluator, EvaluatorState.INVITED, by=by)
    else:
        record(evaluator, "evaluator.invited", by=by)
    notifications.evaluator_invited(evaluator)
    return evaluator


@transaction.atomic(durable=True)
def resend_invitation(evaluator: Evaluator, *, by: Any) -> Evaluator:
    """Send a new link that lives for 30 days; the old one is dead. Raises InvalidTransition when it was answered."""
    evaluator = lock_row(evaluator)
    _need_unanswered(evaluator)
    _renew(evaluator, by)
    evaluator.save(update_fields=["token", "invited_at", "invited_by", "answered_at"])
    record(evaluator, "evaluator.invited_again", by=by)
    notifications.evaluator_invited(evaluator)
    return evaluator


@transaction.atomic(durable=True)
def accept_invitation(evaluator: Evaluator, *, by: User) -> Evaluator:
    """The invited person, signed in with the invited address, becomes an evaluator.

    Raises DomainError for another person, after 30 days, after an answer, or when they now work for an applicant.
    """
    evaluator = lock_row(evaluator)
    _need_open(evaluator)
    if by.email.lower() != evaluator.email:
        raise DomainError(
            _(
                "This invitation is for %(invited)s; you are signed in as %(email)s. Sign out and open the link again."
            )
            % {"invited": evaluator.email, "email": by.email}
        )
    _refuse_interested(
        evaluator.round,
        evaluator.email,
        evaluator.organisation_name,
        tells_names=not evaluator.round.call.blind,
    )
    evaluator.user, evaluator.answered_at = by, clock.now()
    evaluator.save(update_fields=["user", "answered_at"])
    transition(evaluator, EvaluatorState.ACCEPTED, by=by)
    notifications.evaluator_answered(evaluator)
    return evaluator


@transaction.atomic(durable=True)
def register_evaluator(evaluator: Evaluator, *, full_name: str, password: str) -> User:
    """Make the account of an invited person who has none: the link proves the address. They accept in a second step.

    Raises DomainError after 30 days, after an answer, or when the address has an account already.
    """
    evaluator = lock_row(evaluator)
    _need_open(evaluator)
    user = create_proven_user(evaluator.email, full_name=full_name, password=password)
    record(user, "user.registered_by_invitation", by=user, data={"evaluator": evaluator.pk})
    return user


@transaction.atomic(durable=True)
def decline_invitation(evaluator: Evaluator, *, reason: str = "", by: Any = None) -> Evaluator:
    """The invited person says no, without an account too; the link is enough. The one who invited is told."""
    evaluator = lock_row(evaluator)
    _need_open(evaluator)
    evaluator.answered_at = clock.now()
    evaluator.save(update_fields=["answered_at"])
    transition(evaluator, EvaluatorState.DECLINED, by=by, note=reason.strip())
    notifications.evaluator_answered(evaluator, reason.strip())
    return evaluator


def _renew(evaluator: Evaluator, by: Any) -> None:
    evaluator.token = secrets.token_urlsafe(16)
    evaluator.invited_at, evaluator.invited_by, evaluator.answered_at = clock.now(), by, None


def _need_unanswered(evaluator: Evaluator) -> None:
    if evaluator.state != EvaluatorState.INVITED:
        raise InvalidTransition(
            _("This invitation is answered already: %(state)s.")
            % {"state": evaluator.get_state_display().lower()}
        )


def _need_open(evaluator: Evaluator) -> None:
    _need_unanswered(evaluator)
    if evaluator.is_expired(clock.now()):
        raise DomainError(_("This invitation is older than 30 days. Ask the call office for a new one."))
    if evaluator.round.state not in (RoundState.SETUP, RoundState.SCORING):
        raise DomainError(_("The scoring of this call is over, so nobody can join it any more."))


def _refuse_interested(round: Round, email: str, organisation_name: str, *, tells_names: bool = True) -> None:
    """Nobody judges a call in which their own employer applies, or an organisation they write or
    wrote for under a mandate, or which they decide. `tells_names`: may the sentence say
    who applies?"""
    parties = applying_parties(round)
    people = list(User.objects.filter(email__iexact=email).values_list("pk", flat=True))
    bound = [*works_for(people).values(), *consulted(people).values()]
    theirs = [key for keys in bound for key in sorted(keys) if key in parties]
    named = [key for key, (name, _ref) in parties.items() if same_name(name, organisation_name)]
    found = next(iter([*theirs, *named]), None)
    if found is not None and not tells_names:
        raise DomainError(
            _(
                "An organisation that you work for has a part in this call, so you cannot judge it. Please decline."
            )
        )
    if found is not None:
        name, ref = parties[found]
        raise DomainError(
            _(
                "This person works for %(name)s, which applies in this call (%(ref)s), so they cannot judge it."
            )
            % {"name": name, "ref": ref},
            field="email",
        )
    deciding = ProjectMember.objects.filter(
        project=round.call.project_id, user__email__iexact=email, ended_at__isnull=True
    ).exclude(role=ProjectMember.Role.PARTNER)
    if deciding.exists():
        raise DomainError(
            _("This person runs the project and has a part in its decisions or payments, so they cannot judge its files."),
            field="email",
        )  # fmt: skip
