"""Trying a form without an application: what was typed, what would stop a submission, what evaluators would read. Pure:
nothing is kept anywhere, so a trial never mixes with anything real."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from calls.formkit.answers import asked_fields, gaps
from calls.formkit.calculating import told as calculated
from calls.formkit.fields import SectionForm, build_form
from calls.formkit.model import Field, FormDefinition, Party, label_of
from calls.formkit.shown import ShownTable, display, tables
from core.errors import Gap


@dataclass(frozen=True)
class Read:
    """An answer as evaluators would read it. `is_hidden`: left out where they do not learn who applies."""

    label: str
    text: str
    tables: list[ShownTable]
    is_hidden: bool


@dataclass(frozen=True)
class Trial:
    """A form that was tried: its pages by section, what stands against a submission, and each section as it would be
    read. Files count as attached; what cannot be an answer counts as not given."""

    forms: dict[str, SectionForm]
    gaps: list[Gap]
    read: list[tuple[str, list[Read]]]


def try_form(definition: FormDefinition, parties: Sequence[Party], data: Mapping[str, Any] | None) -> Trial:
    """Try the form with what was typed on all its pages at once; None: nothing was yet."""
    forms = {section.key: build_form(section, data=data, parties=parties) for section in definition.sections}
    if data is None:
        return Trial(forms, [], [])
    for form in forms.values():
        form.is_valid()
    answers = {key: form.cleaned_data for key, form in forms.items()}
    refused = [
        Gap(f"“{form.fields[name].label}”: {reason}", f"{key}/{name}")
        for key, form in forms.items()
        for name, reasons in form.errors.items()
        for reason in reasons
    ]
    attached = {question.key: 1 for _section, question in definition.questions() if question.is_file}
    wrong = {gap.target for gap in refused}
    missing = [gap for gap in gaps(definition, answers, attached, parties) if gap.target not in wrong]
    return Trial(forms, [*refused, *missing], read_answers(definition, parties, answers))


def read_answers(
    definition: FormDefinition, parties: Sequence[Party], answers: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, list[Read]]]:
    """Each section's title with what evaluators would read in it; what was not asked is left out."""
    rows: dict[str, list[Read]] = {}
    for section, one in asked_fields(definition, answers, parties):
        value = answers.get(section.key, {}).get(one.name)
        rows.setdefault(section.key, []).append(_told(definition, parties, answers, one, value))
    return [(str(section.title), rows[section.key]) for section in definition.sections if section.key in rows]


def _told(
    definition: FormDefinition,
    parties: Sequence[Party],
    answers: Mapping[str, Mapping[str, Any]],
    one: Field,
    value: Any,
) -> Read:
    question = one.question
    shown = tables(question, value, parties)
    if question.is_calculated:
        text = calculated(definition, question, answers, parties)
    elif question.is_file:
        text = _("The attached file.")
    else:
        text = "" if shown else display(question, value, parties)
    return Read(label_of(one), text, shown, not question.blind)
