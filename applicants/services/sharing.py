"""Giving a question of an application to a colleague, and being done with it (A13)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applicants import notifications, queries
from applicants.models import Application, QuestionTask
from applicants.services._drafts import locked_draft
from calls.queries import form_of
from core import clock
from core.audit import record
from core.errors import DomainError


@transaction.atomic(durable=True)
def give_question(
    application: Application, *, section: str, question: str, assignee: User, by: Any, words: str = ""
) -> QuestionTask:
    """Ask a colleague to see to a question; the colleague is written to, once. A question that is with somebody goes to
    the new person. Raises DomainError for a question that is not asked, and for who does not write for the applicant."""
    draft = locked_draft(application, at=None)
    part = form_of(draft.form_revision).section(section)
    if part is None or all(one.key != question for one in part.questions):
        raise DomainError(_("The form has no such question any more. Load the page again."))
    if assignee.pk not in {one.pk for one in notifications.writers(draft.application)}:
        raise DomainError(
            _("%(name)s does not write for %(organisation)s.")
            % {"name": assignee, "organisation": draft.application.organisation},
            field="assignee",
        )
    _open(draft.application, question).update(done_at=clock.now())
    row = draft.answers.filter(section=section).first()
    numbers = row.field_versions if row else {}
    task = QuestionTask.objects.create(
        application=draft.application,
        section=section,
        question=question,
        assignee=assignee,
        words=words.strip(),
        seen={name: number for name, number in numbers.items() if name.partition("-")[0] == question},
        given_by=by,
    )
    data = {"question": question, "to": assignee.pk}
    record(draft.application, "application.question_given", by=by, data=data)
    if assignee != by:
        notifications.question_given(task, label=queries.label_of_question(part, question))
    return task


@transaction.atomic(durable=True)
def finish_question(application: Application, *, question: str, by: Any) -> None:
    """The question needs nobody's care any more: said by its person, or by any colleague. Twice is once."""
    draft = locked_draft(application, at=None)
    if _open(draft.application, question).update(done_at=clock.now()):
        record(draft.application, "application.question_done", by=by, data={"question": question})


def _open(application: Application, question: str) -> Any:
    return QuestionTask.objects.filter(application=application, question=question, done_at=None)
