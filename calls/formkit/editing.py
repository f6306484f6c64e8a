"""Designing a form: each step gives a new definition and leaves the old one as it was. Pure.

Keys are made once from the words and stay when the words change, so that answers keep their place.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from calls.formkit.definition import parse
from core.errors import DomainError

Definition = dict[str, Any]
Json = dict[str, Any]


def add_section(definition: Mapping[str, Any], content: Mapping[str, Any]) -> Definition:
    """With one more section at the end. `content`: title, guidance."""
    made = _copy(definition)
    taken = {section["key"] for section in made["sections"]}
    made["sections"].append({"key": key_from(content["title"], taken), **content, "questions": []})
    return _checked(made)


def change_section(definition: Mapping[str, Any], key: str, content: Mapping[str, Any]) -> Definition:
    """With other words for a section. Raises DomainError when it is no longer there."""
    made = _copy(definition)
    section = find_section(made, key)
    kept = {"key": section["key"], "questions": section.get("questions", [])}
    section.clear()
    section.update({"key": kept["key"], **content, "questions": kept["questions"]})
    return _checked(made)


def add_question(definition: Mapping[str, Any], section: str, content: Mapping[str, Any]) -> Definition:
    """With one more question at the end of a section. `content`: everything of the question but its key."""
    made = _copy(definition)
    taken = {question["key"] for one in made["sections"] for question in one["questions"]}
    find_section(made, section)["questions"].append(
        {"key": key_from(content["label"], taken), **_given(content)}
    )
    return _checked(made)


def change_question(
    definition: Mapping[str, Any], section: str, key: str, content: Mapping[str, Any]
) -> Definition:
    """With another content of a question; its key stays."""
    made = _copy(definition)
    question = find_question(made, section, key)
    question.clear()
    question.update({"key": key, **_given(content)})
    return _checked(made)


def move(definition: Mapping[str, Any], section: str, question: str = "", *, by: int) -> Definition:
    """With a section, or a question inside its section, one place up (-1) or down (1); at the end nothing moves."""
    made = _copy(definition)
    if question:
        rows, key = find_section(made, section)["questions"], question
    else:
        rows, key = made["sections"], section
    place = _place(rows, key)
    target = min(max(place + by, 0), len(rows) - 1)
    rows.insert(target, rows.pop(place))
    return made


def delete(definition: Mapping[str, Any], section: str, question: str = "") -> Definition:
    """Without a section and all its questions, or without one question."""
    made = _copy(definition)
    if question:
        rows, key = find_section(made, section)["questions"], question
    else:
        rows, key = made["sections"], section
    del rows[_place(rows, key)]
    return made


def find_section(definition: Mapping[str, Any], key: str) -> Json:
    """The section with this key. Raises DomainError when somebody has deleted it."""
    sections = definition.get("sections", [])
    return sections[_place(sections, key)]


def find_question(definition: Mapping[str, Any], section: str, key: str) -> Json:
    """The question with this key in this section. Raises DomainError when somebody has deleted it."""
    questions = find_section(definition, section).get("questions", [])
    return questions[_place(questions, key)]


def key_from(words: Mapping[str, str] | str, taken: set[str]) -> str:
    """A key made of the first words, not yet taken: "What problem do you solve?" gives what_problem_do_you_solve."""
    text = words if isinstance(words, str) else next((one for one in words.values() if one), "")
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", ascii_text).strip("_")[:34].strip("_")
    stem = stem if stem[:1].isalpha() else f"q_{stem}".strip("_")
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    return key


def _given(content: Mapping[str, Any]) -> Json:
    """Only what says something: no empty help, no limit that was not set."""
    return {name: value for name, value in content.items() if value not in (None, "", [], {})}


def _copy(definition: Mapping[str, Any]) -> Definition:
    made = deepcopy(dict(definition))
    made.setdefault("sections", [])
    for section in made["sections"]:
        section.setdefault("questions", [])
    return made


def _place(rows: Sequence[Mapping[str, Any]], key: str) -> int:
    for number, row in enumerate(rows):
        if row.get("key") == key:
            return number
    raise DomainError(_("This part of the form is no longer there: somebody has deleted it."))


def _checked(definition: Definition) -> Definition:
    parse(definition)
    return definition
