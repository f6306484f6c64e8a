"""What the clock found when it compared the texts of submitted applications (A23)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from applicants.models.files import Version
from core import clock


class Sketch(models.Model):
    """The sketch of a submitted version (applicants/resemblance.py); empty for one with little text. It tells nothing of what
    was written but whether it stands elsewhere, and goes when the contents of its application are deleted."""

    version = models.OneToOneField(Version, models.PROTECT, primary_key=True, related_name="sketch")
    numbers = ArrayField(models.BigIntegerField(), default=list)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [GinIndex(fields=["numbers"], name="sketch_numbers")]

    def __str__(self) -> str:
        return f"{self.version}: {len(self.numbers)}"


class Resemblance(models.Model):
    """Two submitted versions of different applications whose texts are alike; `later` was compared with `earlier`."""

    later = models.ForeignKey(Version, models.PROTECT, related_name="+")
    earlier = models.ForeignKey(Version, models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["later", "earlier"], name="resemblance_once"),
            models.CheckConstraint(condition=~Q(later=F("earlier")), name="resemblance_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.later} and {self.earlier}: {self.percent} %"
