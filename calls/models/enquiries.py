"""Questions about a call and the answers that everybody reads, with everything they said before."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calls.models.call import Call
from core import clock
from core.refs import new_ref

LONGEST_QUESTION = 2000
LONGEST_ANSWER = 5000


class Answer(models.Model):
    """A question and its answer, published to everybody under a number. What it says stands in its wordings."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="answer_number_once")]

    def __str__(self) -> str:
        return str(_("Question %(n)d") % {"n": self.number})

    def get_absolute_url(self) -> str:
        return f"{self.call.get_absolute_url()}#answer-{self.number}"


class Wording(models.Model):
    """What a published answer says from an instant on; the last one counts. Append-only: PostgreSQL refuses a change."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="wordings")
    question = models.TextField(max_length=LONGEST_QUESTION)
    text = models.TextField(max_length=LONGEST_ANSWER)
    reason = models.TextField(_("why it was corrected or withdrawn"), max_length=1000, blank=True)
    is_withdrawn = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_withdrawn=False) | ~Q(reason=""), name="wording_withdrawn_with_reason"
            )
        ]

    def __str__(self) -> str:
        return self.question[:60]


class Enquiry(models.Model):
    """What somebody asked about a call. Who it was is known to the machine alone, which writes to them; staff read the
    text only. It ends in an answer for everybody, or aside with a reason: there is no private answer."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="enquiries")
    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    text = models.TextField(max_length=LONGEST_QUESTION)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    email = models.EmailField(
        blank=True, help_text="Of somebody without an account; forgotten after the call"
    )
    language = models.CharField(max_length=5, default="en")
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, related_name="enquiries")
    aside_at = models.DateTimeField(null=True)
    aside_because = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name_plural = "enquiries"
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__isnull=True) | Q(aside_at__isnull=True), name="enquiry_one_end"
            ),
            models.CheckConstraint(
                condition=Q(aside_at__isnull=True) | ~Q(aside_because=""), name="enquiry_aside_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_open(self) -> bool:
        """Nobody has dealt with it yet."""
        return self.answer_id is None and self.aside_at is None
