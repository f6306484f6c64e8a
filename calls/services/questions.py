"""Designing the application form of a draft: sections and questions, one step at a time."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from calls.formkit import DefinitionError, editing, parse
from calls.models import Call, FormRevision
from calls.parts import digest
from calls.publication import Part
from calls.services._common import lock_draft, record_part, stale_sentence
from core.errors import Conflict, DomainError


@transaction.atomic(durable=True)
def add_section(call: Call, *, content: Mapping[str, Any], by: Any) -> Call:
    """Add a section at the end of the form. `content`: title, guidance, each by language."""
    return _edit(call, lambda form: editing.add_section(form, content), "section added", by=by)


@transaction.atomic(durable=True)
def change_section(call: Call, *, section: str, content: Mapping[str, Any], by: Any, seen: str = "") -> Call:
    """Change the words of a section. Raises Conflict when it changed after the page was opened."""

    def step(form: dict[str, Any]) -> dict[str, Any]:
        _check_seen(call, {**editing.find_section(form, section), "questions": []}, seen)
        return editing.change_section(form, section, content)

    return _edit(call, step, f"section {section} changed", by=by)


@transaction.atomic(durable=True)
def add_question(call: Call, *, section: str, content: Mapping[str, Any], by: Any) -> Call:
    """Add a question at the end of a section. Raises DomainError for a question that cannot be asked like this."""
    return _edit(
        call, lambda form: editing.add_question(form, section, content), f"question added to {section}", by=by
    )


@transaction.atomic(durable=True)
def change_question(
    call: Call, *, section: str, question: str, content: Mapping[str, Any], by: Any, seen: str = ""
) -> Call:
    """Change a question; its key stays. Raises Conflict when it changed after the page was opened."""

    def step(form: dict[str, Any]) -> dict[str, Any]:
        _check_seen(call, editing.find_question(form, section, question), seen)
        return editing.change_question(form, section, question, content)

    return _edit(call, step, f"question {section}/{question} changed", by=by)


@transaction.atomic(durable=True)
def move_in_form(call: Call, *, section: str, question: str = "", step: int, by: Any) -> Call:
    """Move a section, or a question in its section, one place up (-1) or down (1)."""
    place = f"{section}/{question}" if question else section
    return _edit(call, lambda form: editing.move(form, section, question, by=step), f"{place} moved", by=by)


@transaction.atomic(durable=True)
def delete_from_form(call: Call, *, section: str, question: str = "", by: Any) -> Call:
    """Delete a section with its questions, or one question."""
    place = f"{section}/{question}" if question else section
    return _edit(call, lambda form: editing.delete(form, section, question), f"{place} deleted", by=by)


@transaction.atomic(durable=True)
def set_form(call: Call, *, definition: Mapping[str, Any], by: Any) -> Call:
    """Put a whole form in the place of the one being designed."""
    return _edit(call, lambda _form: dict(definition), "form replaced", by=by)


def mark_of_section(section: Mapping[str, Any]) -> str:
    """The mark that the page of a section carries: its own words, not its questions."""
    return digest({**section, "questions": []})


def _check_seen(call: Call, content: Mapping[str, Any], seen: str) -> None:
    if seen and seen != digest(content):
        raise Conflict(stale_sentence(call))


def _edit(call: Call, step: Callable[[dict[str, Any]], dict[str, Any]], what: str, *, by: Any) -> Call:
    """Lock the call and its form, take the step, keep the new definition if it can be read."""
    call = lock_draft(call, Part.FORM)
    revision = FormRevision.objects.select_for_update().filter(call=call).order_by("-number")[0]
    try:
        made = step(revision.definition)
        parse(made)
    except DefinitionError as error:
        raise DomainError(error.message) from error
    if made != revision.definition:
        revision.definition = made
        revision.save(update_fields=["definition"])
        record_part(call, Part.FORM, by=by, changed={"step": what})
    return call
