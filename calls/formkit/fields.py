"""A section as a form: one field per question that is typed. Files have their own page."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _

from calls.formkit.answers import clean_answer, typed
from calls.formkit.compound import CellError
from calls.formkit.model import PARTED, Field, Party, Question, QuestionType, Section, fields_of
from calls.formkit.simple import is_empty
from calls.formkit.widgets import boxes_for, control_for
from core.errors import DomainError
from core.forms import Form
from core.localised import Localised
from core.templatetags.prose import in_its_language


class AnswerField(forms.Field):
    """The field of one question. Its value is the JSON value; nothing typed is fine while drafting."""

    def __init__(
        self,
        question: Question,
        *,
        language: str | None = None,
        party: Party | None = None,
        parties: Sequence[Party] = (),
    ) -> None:
        self.question, self.parties = question, tuple(parties)
        self.max_length = question.max_length
        label = _in(question.label, language)
        parted = question.type in PARTED
        super().__init__(
            required=False,
            label=f"{label} – {party.name}" if party else label,
            help_text=_help(question, language),
            widget=boxes_for(question, self.parties) if parted else control_for(question, language),
        )
        self.optional = not question.required
        self.lang = "" if language else question.label.foreign

    def clean(self, value: Any) -> Any:
        try:
            return clean_answer(self.question, value, self.parties)
        except CellError as error:
            self.widget.faults = error.cells  # type: ignore[attr-defined]
            raise ValidationError(error.sentences) from error
        except DomainError as error:
            raise ValidationError(error.message) from error

    def prepare_value(self, value: Any) -> Any:
        return typed(self.question, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        empty: Any = {} if self.question.type in PARTED else ""
        return typed(self.question, initial) != (data or empty)


class SectionForm(Form):
    """The questions of one section. `cleaned_data` are JSON values by the name of the field."""

    section: Section


def build_form(
    section: Section,
    *,
    data: Mapping[str, Any] | None = None,
    answers: Mapping[str, Any] | None = None,
    language: str | None = None,
    parties: Sequence[Party] = (),
    keys: Collection[str] | None = None,
) -> SectionForm:
    """The form of a section, filled with `answers` (JSON values) or with what was typed (`data`).

    What is required is not asked for here, so that a half-finished section can be saved: see `gaps`. `language`
    None is the reader's own; `parties` are who takes part, the applicant first; `keys` leaves out the questions that
    are not asked (None: none is).
    """
    given = {name: value for name, value in (answers or {}).items() if not is_empty(value)}
    form = SectionForm(data, initial=given)
    form.section = section
    for one in fields_of(section, list(parties)):
        if one.question.is_typed and (keys is None or one.question.key in keys):
            form.fields[one.name] = AnswerField(
                one.question, language=language, party=one.party, parties=parties
            )
            known = _known(one, parties)
            if known and one.name not in given:
                form.initial[one.name] = known
    return form


def _known(one: Field, parties: Sequence[Party]) -> dict[str, str]:
    """What is known of an organisation already, offered to be checked and saved."""
    if one.question.type != QuestionType.ORGANISATION or not parties:
        return {}
    known = (one.party or parties[0]).known
    return {part: known[part] for part in one.question.parts if known.get(part)}


def _help(question: Question, language: str | None) -> str:
    words = _marked(question.help, language)
    if question.listed:
        public = _("Public: it stands in the catalogue once your entry is accepted.")
        words = format_html("{} {}", words, public) if words else public
    looked_at = _marked(question.evaluators, language)
    if not looked_at:
        return words
    gap = " " if words else ""
    sentence = format_html(escape(_("Evaluators look at: %s")).replace("%s", "{}"), looked_at)
    return format_html('{}{}<span class="looked-at">{}</span>', words, gap, sentence)


def _marked(text: Localised, language: str | None) -> str:
    """The text; where it is there only in another language than the reader's, marked as being in that (WCAG 3.1.2)."""
    return _in(text, language) if language else str(in_its_language(text))


def _in(text: Localised, language: str | None) -> str:
    return text.in_language(language) if language else str(text)
