"""What changed from one revision of a form to the next, in words, and where answers go. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from calls.formkit.model import FormDefinition, Question


class Change(StrEnum):
    """What happened to a question."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Difference:
    """One change: what, to which question (its key, "" for a section), and the sentence for people."""

    change: Change
    question: str
    sentence: str


WORDED = ("label", "help", "evaluators")


def differences(before: FormDefinition, after: FormDefinition) -> list[Difference]:
    """All changes, in the order of the new form, what is gone at the end; texts and rules alike."""
    old = {question.key: (section, question) for section, question in before.questions()}
    found = []
    for section, question in after.questions():
        place = {"question": question.label, "section": section.title}
        if question.key not in old:
            words = (
                _("New and needed: “%(question)s” in “%(section)s”.")
                if question.required
                else _("New: “%(question)s” in “%(section)s”.")
            )
            found.append(Difference(Change.ADDED, question.key, words % place))
            continue
        was_in, was = old[question.key]
        if was_in.key != section.key:
            found.append(
                Difference(Change.MOVED, question.key, _("“%(question)s” is now in “%(section)s”.") % place)
            )
        if said := _what_changed(was, question):
            sentence = _("“%(question)s”: %(what)s.") % {"question": question.label, "what": ", ".join(said)}
            found.append(Difference(Change.CHANGED, question.key, sentence))
    found += [
        Difference(
            Change.REMOVED, key, _("“%(question)s” is no longer asked.") % {"question": question.label}
        )
        for key, (_section, question) in old.items()
        if after.question(key) is None
    ]
    return found + _sections(before, after)


def _what_changed(was: Question, now: Question) -> list[str]:
    said = []
    if any(dict(getattr(was, name)) != dict(getattr(now, name)) for name in WORDED):
        said.append(_("other words"))
    if was.type != now.type:
        said.append(_("another kind of answer"))
    if was.required != now.required:
        said.append(_("now needed") if now.required else _("no longer needed"))
    if was.condition != now.condition:
        said.append(_("asked under another condition"))
    if was.type == now.type and _limits(was) != _limits(now):
        said.append(_("other limits or choices"))
    return said


def _limits(question: Question) -> tuple[Any, ...]:
    skipped = {"key", "type", "required", "condition", *WORDED}
    return tuple(value for name, value in vars(question).items() if name not in skipped)


def _sections(before: FormDefinition, after: FormDefinition) -> list[Difference]:
    """Sections whose title, guidance, condition or place changed, said once for each."""
    found = []
    for section in after.sections:
        was = before.section(section.key)
        if was is not None and (
            (dict(was.title), dict(was.guidance), was.condition)
            != (dict(section.title), dict(section.guidance), section.condition)
        ):
            sentence = _("The section “%(title)s” has other words or another condition.") % {
                "title": section.title
            }
            found.append(Difference(Change.CHANGED, "", sentence))
    return found


def regroup(answers: Mapping[str, Mapping[str, Any]], after: FormDefinition) -> dict[str, dict[str, Any]]:
    """Answers under the sections of the new form. What is no longer asked stays where it was: nothing is lost."""
    homes = {question.key: section.key for section, question in after.questions()}
    made: dict[str, dict[str, Any]] = {}
    for section, row in answers.items():
        for name, value in row.items():
            made.setdefault(homes.get(name.partition("-")[0], section), {})[name] = value
    return made
