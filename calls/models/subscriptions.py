"""Who wants to be told of what: of one call, or of new calls that fit a search."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from calls.models.call import Call
from core import clock
from core.refs import new_ref


def new_secret() -> str:
    """What stands in the links of a subscription's mails: who knows it may end the subscription, nothing else."""
    return new_ref(20)


class Subscription(models.Model):
    """News by mail for a person or a bare address. An address gets nothing until it confirms; ending deletes the row."""

    ref = models.CharField(max_length=20, unique=True, default=new_secret, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    email = models.EmailField(blank=True, help_text="In lower case; of somebody without an account")
    language = models.CharField(max_length=8, default="en")
    call = models.ForeignKey(Call, models.PROTECT, null=True, related_name="subscriptions")
    text = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    size = models.CharField(max_length=10, blank=True)
    project = models.SlugField(max_length=50, blank=True, db_index=False)
    amount = models.CharField(max_length=10, blank=True, help_text="Whole euros")
    created_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True, help_text="When the address was last asked to confirm")
    confirmed_at = models.DateTimeField(null=True)
    change_told = models.BigIntegerField(default=0, help_text="The last change of the call that was told")
    opening_told_at = models.DateTimeField(null=True)
    reminded_for = models.DateTimeField(null=True, help_text="The deadline that was reminded of")
    searched_until = models.DateTimeField(null=True, help_text="Calls published until then were told")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "email", "call", "text", "country", "size", "project", "amount"],
                nulls_distinct=False,
                name="subscription_once",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) & ~Q(email="") | Q(user__isnull=False, email=""),
                name="subscription_person_or_address",
            ),
            models.CheckConstraint(
                condition=Q(call__isnull=True) | Q(text="", country="", size="", project="", amount=""),
                name="subscription_call_or_search",
            ),
        ]

    def __str__(self) -> str:
        return str(self.call) if self.call is not None else self.text or "calls"

    def get_absolute_url(self) -> str:
        return reverse("calls:subscription_detail", args=[self.ref])

    @property
    def address(self) -> str:
        """Where its mails go."""
        person: User | None = self.user
        return person.email if person is not None else self.email

    @property
    def search(self) -> dict[str, Any]:
        """What it searches for, as the public list takes it; nothing set: every call."""
        return {name: getattr(self, name) for name in ("text", "country", "size", "project", "amount")}
