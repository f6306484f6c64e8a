"""A section as a form: one field per question that is typed. Files have their own page."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from calls.formkit.answers import clean_answer, typed
from calls.formkit.definition import Question, QuestionType, Section
from core.errors import DomainError
from core.forms import Form
from core.localised import Localised

RADIOS_UP_TO = 6
"""More choices than these are a list that opens."""


class AnswerField(forms.Field):
    """The field of one question. Its value is the JSON value; nothing typed is fine while drafting."""

    def __init__(self, question: Question, *, language: str | None = None) -> None:
        self.question = question
        self.max_length = question.max_length
        super().__init__(
            required=False,
            label=_in(question.label, language),
            help_text=_in(question.help, language),
            widget=_widget(question, language),
        )
        self.optional = not question.required

    def clean(self, value: Any) -> Any:
        try:
            return clean_answer(self.question, "" if value is None else str(value))
        except DomainError as error:
            raise ValidationError(error.message) from error

    def prepare_value(self, value: Any) -> Any:
        return typed(self.question, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return typed(self.question, initial) != str(data or "")


class SectionForm(Form):
    """The questions of one section. `cleaned_data` are JSON values by the key of the question."""

    section: Section


def build_form(
    section: Section,
    *,
    data: Mapping[str, Any] | None = None,
    answers: Mapping[str, Any] | None = None,
    language: str | None = None,
) -> SectionForm:
    """The form of a section, filled with `answers` (JSON values) or with what was typed (`data`).

    What is required is not asked for here, so that a half-finished section can be saved: see `gaps`. `language`
    None is the reader's own.
    """
    form = SectionForm(data, initial=dict(answers or {}))
    form.section = section
    for question in section.questions:
        if not question.is_file:
            form.fields[question.key] = AnswerField(question, language=language)
    return form


def _in(text: Localised, language: str | None) -> str:
    return text.in_language(language) if language else str(text)


def _widget(question: Question, language: str | None) -> forms.Widget:
    if question.type == QuestionType.LONG_TEXT:
        return forms.Textarea(attrs={"rows": 4 if (question.max_length or 0) <= 600 else 8})
    if question.type == QuestionType.NUMBER:
        return forms.TextInput(attrs={"inputmode": "numeric", "class": "num"})
    if question.type == QuestionType.MONEY:
        return forms.TextInput(attrs={"inputmode": "decimal", "class": "num"})
    if question.type == QuestionType.DATE:
        return forms.DateInput(attrs={"type": "date"})
    if question.type == QuestionType.YES_NO:
        return forms.RadioSelect(choices=[("yes", _("Yes")), ("no", _("No")), *_no_answer(question)])
    if question.type == QuestionType.CHOICE:
        choices = [(one.value, _in(one.label, language)) for one in question.choices]
        if len(choices) <= RADIOS_UP_TO:
            return forms.RadioSelect(choices=[*choices, *_no_answer(question)])
        return forms.Select(choices=[("", _("Choose one")), *choices])
    return forms.TextInput()


def _no_answer(question: Question) -> list[tuple[str, Any]]:
    """A way back for what need not be answered: a radio button cannot be taken back by itself."""
    return [] if question.required else [("", _("No answer"))]
