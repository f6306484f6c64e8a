"""A draft moves on to the revision of the form that is in use: nothing that was answered is lost."""

from datetime import datetime
from typing import Any

from django.db import transaction

from applicants.models import Application, SectionAnswers, Version
from applicants.services._drafts import locked_draft
from calls.formkit import compare
from calls.queries import form_of
from core.audit import record


@transaction.atomic(durable=True)
def move_to_current_form(application: Application, *, by: Any, arrived: datetime | None = None) -> Version:
    """Let the draft be asked by the form in use, because its owner says so. A draft that is there already stays."""
    draft = locked_draft(application, at=arrived)
    move_on(draft, by=by)
    return draft


def move_on(draft: Version, *, by: Any) -> None:
    """Give a locked draft the form in use if it has an earlier one, inside the caller's transaction.

    Answers go with their questions to the sections where these are now, each with the number of its last change; what
    is no longer asked stays where it was, unseen and not submitted.
    """
    if draft.form_revision.superseded_at is None:
        return
    current = draft.application.call.current_form()
    data = {"version": draft.number, "from": draft.form_revision.number, "to": current.number}
    draft.form_revision = current
    draft.save(update_fields=["form_revision"])
    regroup_answers(draft, by=by)
    record(draft.application, "application.form_moved", by=by, data=data)


def regroup_answers(draft: Version, *, by: Any) -> None:
    """Put each answer into the section where the draft's form asks its question; what it does not ask stays."""
    definition = form_of(draft.form_revision)
    rows = {row.section: row for row in draft.answers.all()}
    answers = compare.regroup({key: row.answers for key, row in rows.items()}, definition)
    numbers = compare.regroup({key: row.field_versions for key, row in rows.items()}, definition)
    for section in {*rows, *answers}:
        row = rows.get(section) or SectionAnswers(version=draft, section=section, changed_by=by)
        held = (answers.get(section, {}), numbers.get(section, {}))
        if (row.answers, row.field_versions) != held:
            row.answers, row.field_versions = held
            row.save()
