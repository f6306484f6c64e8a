"""What applicants say about applying, once something of theirs is submitted: three short questions, free to answer."""

from django.db import models

from applicants.models.files import Application
from core import clock
from core.surveys import LONGEST_WORDS, is_mark


class SurveyAnswer(models.Model):
    """The one answer of an application. It does not say who wrote it, evaluators never see it, and nothing that is decided
    reads it."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="survey")
    ease = models.PositiveSmallIntegerField(help_text="1 is very hard, 5 is very easy")
    hours = models.PositiveIntegerField(null=True, help_text="About how long the application took")
    words = models.TextField(max_length=LONGEST_WORDS, blank=True, help_text="What should be better")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=is_mark("ease"), name="survey_answer_ease")]

    def __str__(self) -> str:
        return f"{self.application}: {self.ease}"
