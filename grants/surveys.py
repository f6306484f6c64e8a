"""The rows of the short questions after the last payment: what was said, and who does not want to be asked."""

from django.conf import settings
from django.db import models

from core import clock
from core.surveys import LONGEST_WORDS, is_mark


class PaymentAnswer(models.Model):
    """The one answer of an agreement's beneficiary, which reports and is paid. It does not say who wrote it."""

    agreement = models.OneToOneField("grants.Agreement", models.PROTECT, related_name="survey")
    clarity = models.PositiveSmallIntegerField(help_text="1 is very unclear, 5 is very clear")
    speed = models.PositiveSmallIntegerField(help_text="1 is very slow, 5 is very quick")
    hours = models.PositiveIntegerField(null=True, help_text="About how long the reports took")
    words = models.TextField(max_length=LONGEST_WORDS, blank=True, help_text="What should be better")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=is_mark("clarity", "speed"), name="payment_answer_marks")
        ]

    def __str__(self) -> str:
        return f"{self.agreement}: {self.clarity}, {self.speed}"


class SurveyDeclined(models.Model):
    """A person does not want to be asked about an agreement any more; colleagues still are."""

    agreement = models.ForeignKey("grants.Agreement", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "user"], name="survey_declined_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}: {self.user}"
