"""One table for everything: rows of a list, texts of a page, what a form writes."""

from django.db import models


class Row(models.Model):
    """Something with a few short columns and a long one."""

    ref = models.CharField(max_length=40, db_index=True)
    title = models.CharField(max_length=140)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=20)
    cents = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    body = models.TextField()

    def __str__(self) -> str:
        return self.ref
