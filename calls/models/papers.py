"""Documents that are made of a call's own settings, and kept as they were handed out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.models.call import Call
from core import clock
from core.models import StoredFile


class Paper(models.TextChoices):
    """What is printed from a call's settings. The value is a part of the address."""

    GUIDE = "guide", _("Guide for applicants")
    FORM = "form", _("Application form, to prepare offline")
    SCORES = "score-sheet", _("Score sheet of the evaluators")
    CONDITIONS = "conditions", _("Conditions of the call, annex to the grant agreement")


class CallPaper(models.Model):
    """One document as it was made from the settings of that moment. `fingerprint` tells whether they are still the same:
    another one is never handed out. Those of a published call are kept as evidence of what was handed out when.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="papers")
    paper = models.CharField(max_length=12, choices=Paper.choices)
    language = models.CharField(max_length=8)
    fingerprint = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "paper", "language", "fingerprint"], name="call_paper_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_paper_display()}, {self.call.code}, {self.language}"
