"""Who may do what with people and organisations; the policy's lines for this app."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import CharField, QuerySet, Value

from accounts.models import Membership, Organisation
from core.policy import ANYONE, SECOND_FACTOR, SIGNED_IN, Rule, roles_from, roles_from_row, rule
from core.prepared import Prepared

ADMINISTRATOR = "administrator"

POLICY: dict[str, Rule] = {
    "accounts:home": rule(SIGNED_IN, scope="own account"),
    "accounts:language_choose": rule(ANYONE, scope="the own browser, or the own account"),
    "accounts:profile": rule(SIGNED_IN, scope="own account"),
    "accounts:mail_again": rule(SIGNED_IN, scope="own mail that came back"),
    "accounts:notices": rule(SIGNED_IN, scope="own account"),
    "accounts:notice_end": rule(ANYONE, scope="whoever has the link of a mail; optional mail only"),
    "accounts:organisation_list": rule(SIGNED_IN, scope="own organisations"),
    "accounts:organisation_create": rule(SIGNED_IN, scope="own organisations"),
    "accounts:organisation_detail": rule(SIGNED_IN, scope="own organisations"),
    "accounts:organisation_people": rule(SIGNED_IN, scope="own organisations"),
    "accounts:organisation_join": rule(SIGNED_IN, scope="registered organisations: their name only"),
    "accounts:colleague_invite": rule(SIGNED_IN, scope="own organisations, as signatory"),
    "accounts:invitation_withdraw": rule(SIGNED_IN, scope="own organisations, as signatory"),
    "accounts:join_answer": rule(SIGNED_IN, scope="own organisations, as signatory; administrators all"),
    "accounts:person_role": rule(SIGNED_IN, scope="own organisations, as signatory"),
    "accounts:person_end": rule(SIGNED_IN, scope="own organisations: oneself, or as signatory"),
    "accounts:join_requests": rule(ADMINISTRATOR, scope="all open requests to join"),
    "accounts:invitation": rule(ANYONE, scope="whoever has the link"),
    "accounts:invitation_register": rule(ANYONE, scope="whoever has the link"),
    "accounts:invitation_decline": rule(ANYONE, scope="whoever has the link"),
}


@roles_from_row
def roles(user: Any) -> set[str]:
    """`administrator`, from the user's own row."""
    return {ADMINISTRATOR} if user.is_administrator else set()


@roles_from
def second_factor(user: int) -> "QuerySet[Any, Any]":
    """Whether the person with this primary key has set up a passkey or an authenticator app."""
    found = Authenticator.objects.filter(
        user_id=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    )
    return found.values_list(Value(SECOND_FACTOR, output_field=CharField()), flat=True)


def _signing(user: int, organisation: int) -> "QuerySet[Membership, Any]":
    signing = Membership.objects.of(organisation).filter(user=user, role=Membership.Role.SIGNATORY)
    return signing.filter(ended_at__isnull=True).values_list("pk")


_signs = Prepared(_signing, user=int, organisation=int)


def may_sign_for(user: Any, organisation: Organisation | int) -> bool:
    """Is the person a signatory of the organisation (or of that with this primary key) today? Of a merged entry those are
    who sign for the one that goes on."""
    pk = organisation if isinstance(organisation, int) else organisation.pk
    return user.pk is not None and bool(_signs.rows(user=user.pk, organisation=pk))
