"""Files that are on their way: taken part by part, so that a lost connection costs one part."""

from django.conf import settings
from django.db import models

from applicants.models.files import Application
from core import clock
from core.refs import new_ref


class PartialUpload(models.Model):
    """A file that a person has begun to upload for a question; gone when it is whole, or a day later."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    question = models.SlugField(max_length=40)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    replaces = models.CharField(max_length=12, blank=True)
    received = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.received} of {self.size}"


class UploadPart(models.Model):
    """Some bytes of it, from `start` on."""

    upload = models.ForeignKey(PartialUpload, models.CASCADE, related_name="parts")
    start = models.BigIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="upload_part_once")]

    def __str__(self) -> str:
        return f"{self.upload.name} from {self.start}"
