"""Drafts on paper."""

from django.db import models

from applicants.models.files import Version
from core import clock
from core.models import StoredFile


class DraftPrint(models.Model):
    """The newest PDF of a draft in one language (feature A28); `fingerprint` tells whether it still says what the draft says.
    It goes when the draft does."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="prints")
    language = models.CharField(max_length=8)
    fingerprint = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="draft_print_by_language")
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.language}"
