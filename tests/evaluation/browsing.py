"""A client for tests of pages."""

from django.test import Client

from accounts.models import User
from core import clock


def sign_in(user: User, *, recently: bool = True) -> Client:
    """A client of this person, who gave the password just now (or an hour ago, for sensitive pages)."""
    client = Client()
    client.force_login(user)
    at = clock.now().timestamp() - (0 if recently else 3600)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": at}]
    session.save()
    return client
