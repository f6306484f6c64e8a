"""How sign-in differs from allauth's own: mail leaves through our outbox, guesses are counted by whom they can hurt."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from core.limits import client_address
from core.outbox import store_message

_REMEMBERED = 90 * 24 * 3600


def guessed_from(request: HttpRequest, email: str) -> str:
    """Whose guesses at an account are counted together: those of all strangers; or those from an address from which the
    account's owner signed in within 90 days. So strangers share ten guesses an hour and cannot lock the owner out (QS15).
    """
    known = _known(request, email)
    return f"{email.lower()}:{known}" if cache.get(known) else email.lower()


def _known(request: HttpRequest, email: str) -> str:
    told = f"{email.lower()}|{client_address(request)}"
    return "signed-in:" + salted_hmac("accounts.adapter", told).hexdigest()[:32]


@receiver(user_logged_in)
def remember_address(request: HttpRequest, user: User, **_more: Any) -> None:
    """The owner signed in from here: kept as a keyed hash only, for 90 days."""
    cache.set(_known(request, user.email), 1, timeout=_REMEMBERED)


@receiver(email_changed)
def record_new_address(
    user: User, from_email_address: EmailAddress | None, to_email_address: EmailAddress, **_more: Any
) -> None:
    """The account moved to an address that is proven. allauth tells the old one; memberships hang on the person."""
    if from_email_address is not None and from_email_address.email != to_email_address.email:
        moved = [from_email_address.email, to_email_address.email]
        record(user, "user.email_changed", by=user, data={"email": moved})


class AccountAdapter(DefaultAccountAdapter):
    """The way mail leaves, and what counts as the same guesser."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return guessed_from(request, str(credentials.get("email", "")))

    def give_guess_back(self) -> None:
        """What `pre_authenticate` counted was no wrong guess."""
        self._rollback_login_failed_rl_usage()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        to = context.get("user") or User.objects.filter(email__iexact=email).first() or _who_asks()
        full = {
            "request": current.request,
            "email": email,
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "current_site": {"name": settings.SITE_NAME, "domain": settings.SITE_URL},
            "recipient": to,
            "visibility": None,
            **context,
        }
        with translation.override(getattr(to, "language", "") or translation.get_language()):
            mail = self.render_mail(template_prefix, email, full)
        html = next((part for part, kind in getattr(mail, "alternatives", []) if kind == "text/html"), "")
        store_message(
            f"account.{template_prefix.rpartition('/')[2]}",
            to=to,
            email=email,
            subject=mail.subject,
            text=str(mail.body),
            html=str(html),
        )


def _who_asks() -> User | None:
    """Who is signed in: the reader, when an address of theirs is left behind."""
    user = getattr(current.request, "user", None)
    return user if isinstance(user, User) else None


class SecondFactorAdapter(DefaultMFAAdapter):
    """The name a new passkey gets unless the person gives one."""

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        have = user.authenticator_set.filter(type=type).count()
        return _("Passkey %(number)d") % {"number": have + 1}
