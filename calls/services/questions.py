"""Designing the application form, of a draft or of a revision: sections and questions, one step at a time."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from calls.formkit import DefinitionError, editing, parse, standard
from calls.models import Call, FormRevision
from calls.parts import digest
from calls.publication import Part
from calls.services._common import clear_form_proposal, lock_draft, record_part, stale_sentence
from calls.states import CallState
from core import audit
from core.errors import Conflict, DomainError
from core.locks import lock_row

_END = "the end"


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
def place_in_form(
    call: Call, *, section: str, question: str = "", into: str, before: str = "", by: Any
) -> Call:
    """Put a section before another one, or a question into a section before another one; at the end when `before` is
    empty."""
    target = f"{into}/{before}" if question else before or _END
    what = f"{section}/{question}" if question else section
    return _edit(
        call,
        lambda form: editing.place(form, section, question, into=into, before=before),
        f"{what} placed at {target}",
        by=by,
    )


@transaction.atomic(durable=True)
def copy_in_form(call: Call, *, section: str, question: str = "", by: Any) -> Call:
    """Put a copy right after a section with its questions, or after a question; the copy has keys of its own."""
    place = f"{section}/{question}" if question else section
    return _edit(call, lambda form: editing.copy(form, section, question), f"{place} copied", by=by)


@transaction.atomic(durable=True)
def add_standard_sections(call: Call, *, keys: list[str] | None = None, by: Any) -> Call:
    """Add standard sections (domain.md 6.4) at the end: those with these keys, or all."""
    sections = standard.sections(keys)
    return _edit(
        call,
        lambda form: editing.add_sections(form, sections),
        f"{len(sections)} standard sections added",
        by=by,
    )


@transaction.atomic(durable=True)
def undo_in_form(call: Call, *, by: Any) -> Call:
    """Take the last change of the form back; done again it brings the change back. Raises DomainError when there is
    nothing to take back."""
    call = _lock_form(call)
    revision = _working(call)
    if revision.previous is None:
        raise DomainError(_("There is no change to take back."))
    return _keep(call, revision, revision.previous, "last change taken back", by=by)


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
    call = _lock_form(call)
    revision = _working(call)
    try:
        made = step(revision.definition)
        parse(made)
    except DefinitionError as error:
        raise DomainError(error.message) from error
    return _keep(call, revision, made, what, by=by)


def _keep(call: Call, revision: FormRevision, made: Mapping[str, Any], what: str, *, by: Any) -> Call:
    if made != revision.definition:
        revision.previous, revision.definition = revision.definition, dict(made)
        revision.save(update_fields=["definition", "previous"])
        record_part(call, Part.FORM, by=by, changed={"step": what})
        if revision.proposed_at is not None:
            clear_form_proposal(revision)
            audit.record(call, "call.form_proposal_cleared", by=by, note="changed after it was proposed")
    return call


def _working(call: Call) -> FormRevision:
    return FormRevision.objects.select_for_update().filter(call=call).order_by("-number")[0]


def _lock_form(call: Call) -> Call:
    """The call, locked, while its form may change: a draft, or a published call whose next revision is being made."""
    begun = FormRevision.objects.filter(call=call, frozen_at=None).exists()
    if begun and lock_row(call).state == CallState.PUBLISHED:
        return lock_row(call)
    return lock_draft(call, Part.FORM)
