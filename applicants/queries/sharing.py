"""Which questions are with whom, and which of them are done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from accounts.queries import same_firm
from applicants import paths
from applicants.models import Application, QuestionTask, SectionAnswers
from applicants.queries.content import Content
from applicants.queries.lists import OwnApplication
from calls import formkit
from core.actions import NextAction


@dataclass(frozen=True)
class Given:
    """A question that is with somebody."""

    task: QuestionTask
    label: str
    url: str
    done: bool

    @property
    def note(self) -> str:
        told = _("with %(name)s") % {"name": self.task.assignee}
        return f"{told}: “{self.task.words}”" if self.task.words else told

    @property
    def tone(self) -> str:
        return "good" if self.done else "busy"

    @property
    def tag(self) -> str:
        return _("Answered") if self.done else _("Waits")


def beside_the_questions(user: Any) -> dict[str, Exists]:
    """What a page of questions asks of its application in the statement that fetches it: does somebody else write for
    it, is a question with anybody, did the organisation write another application that the person may see?"""
    members = Membership.objects.of(OuterRef("organisation")).filter(ended_at=None, user__is_active=True)
    tasks = QuestionTask.objects.filter(application=OuterRef("pk"), done_at=None)
    others = Application.objects.visible_to(user).filter(same_firm("organisation"))
    return {
        "has_colleagues": Exists(members.exclude(user=user)),
        "has_given": Exists(tasks),
        "has_earlier": Exists(others.exclude(pk=OuterRef("pk"))),
    }


def given_questions(content: Content) -> list[Given]:
    """The questions of a draft that are with somebody, in the order of the form: one query, none where its fetch has
    said already that there are none."""
    if not getattr(content.application, "has_given", True):
        return []
    found = {task.question: task for task in _open(content.application)}
    return [
        Given(
            task=found[question.key],
            label=str(question.label),
            url=paths.question(content.application, f"{section.key}/{question.key}"),
            done=is_answered(
                found[question.key],
                content.answers.get(section.key, {}),
                content.numbers.get(section.key, {}),
            ),
        )
        for section, question in content.definition.questions()
        if question.key in found
    ]


def is_answered(task: QuestionTask, answers: Mapping[str, Any], numbers: Mapping[str, int]) -> bool:
    """Has the question an answer that was changed since it was given?"""
    own = [name for name in answers if name.partition("-")[0] == task.question]
    return any(
        not formkit.is_empty(answers[name]) and numbers.get(name, 0) > task.seen.get(name, 0) for name in own
    )


def label_of_question(part: formkit.Section, key: str) -> str:
    """A question's words in the reader's language."""
    question = part.question(key)
    return str(question.label) if question else key


def question_actions(drafts: Collection[OwnApplication], user: Any) -> list[NextAction]:
    """The questions that others gave to this person and wait, a line for each application: one query, two if any."""
    mine = QuestionTask.objects.filter(
        application__in=[one.application.pk for one in drafts], assignee=user, done_at=None
    )
    tasks = list(mine.order_by("pk"))
    if not tasks:
        return []
    versions = {one.application.pk: one.draft for one in drafts}
    rows = SectionAnswers.objects.filter(version__in=[one for one in versions.values() if one])
    answers = {(row.version_id, row.section): row for row in rows.order_by("pk")}
    waiting: dict[int, int] = {}
    for task in tasks:
        draft = versions[task.application_id]
        row = answers.get((draft.pk if draft else 0, task.section))
        if row is None or not is_answered(task, row.answers, row.field_versions):
            waiting[task.application_id] = waiting.get(task.application_id, 0) + 1
    return [_line(one, waiting[one.application.pk]) for one in drafts if one.application.pk in waiting]


def _line(one: OwnApplication, n: int) -> NextAction:
    name = one.title or one.application.ref
    title = ngettext(
        "A colleague gave you a question of “%(name)s”",
        "Colleagues gave you %(n)d questions of “%(name)s”",
        n,
    )
    return NextAction(
        title=title % {"n": n, "name": name},
        url=paths.of(one.application, "detail"),
        detail=str(one.application.call),
        due=one.application.deadline,
        tone="warn",
    )


def open_task(application: Application, question: str) -> QuestionTask | None:
    """With whom a question is, if with anybody: one query."""
    return _open(application, question).first()


def _open(application: Application, question: str = "") -> Any:
    only = Q(question=question) if question else Q()
    found = QuestionTask.objects.filter(only, application=application, done_at=None)
    return found.select_related("assignee", "given_by").order_by("pk")
