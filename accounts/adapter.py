"""allauth's mails leave through our outbox, so that a lost mail server loses none of them."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.conf import settings

from core.outbox import store_message


class AccountAdapter(DefaultAccountAdapter):
    """Only the way mail leaves differs from allauth's own."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        full = {"request": current.request, "email": email, "site_name": settings.SITE_NAME, **context}
        mail = self.render_mail(template_prefix, email, full)
        html = next((part for part, kind in getattr(mail, "alternatives", []) if kind == "text/html"), "")
        store_message(
            f"account.{template_prefix.rpartition('/')[2]}",
            to=context.get("user"),
            email=email,
            subject=mail.subject,
            text=str(mail.body),
            html=str(html),
        )
