"""Designing a form: each step gives a new definition and leaves the old one as it was. Pure.

Keys are made once from the words and stay when the words change, so that answers keep their place.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from calls.formkit.definition import DefinitionError, parse
from calls.formkit.reading import RESERVED
from core.errors import DomainError
from core.localised import localised

Definition = dict[str, Any]
PAGES = frozenset({"about", "partners", "declarations"})
"""Pages that every application has besides its sections."""

Json = dict[str, Any]


def add_section(definition: Mapping[str, Any], content: Mapping[str, Any]) -> Definition:
    """With one more section at the end. `content`: title, guidance."""
    made = _copy(definition)
    taken = _section_keys(made)
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
    taken = _question_keys(made)
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
    """With a section one place up (-1) or down (1), or a question in its section. A question at the end of its section
    goes on into the next one; at the end of the form nothing moves."""
    made = _copy(definition)
    sections = made["sections"]
    if not question:
        at = _place(sections, section)
        sections.insert(min(max(at + by, 0), len(sections) - 1), sections.pop(at))
        return _checked(made)
    here = _place(sections, section)
    rows = sections[here]["questions"]
    at = _place(rows, question)
    if 0 <= at + by < len(rows):
        rows.insert(at + by, rows.pop(at))
    elif 0 <= here + by < len(sections):
        next_rows = sections[here + by]["questions"]
        next_rows.insert(0 if by > 0 else len(next_rows), rows.pop(at))
    return _checked(made)


def place(
    definition: Mapping[str, Any], section: str, question: str = "", *, into: str, before: str = ""
) -> Definition:
    """With a section put before another one, or a question into a section before another question; at its end when
    `before` is empty. Putting a piece before itself changes nothing."""
    made = _copy(definition)
    rows = find_section(made, section)["questions"] if question else made["sections"]
    target = find_section(made, into)["questions"] if question else made["sections"]
    if before == (question or section):
        return made
    piece = rows.pop(_place(rows, question or section))
    target.insert(_place(target, before) if before else len(target), piece)
    return _checked(made)


def copy(definition: Mapping[str, Any], section: str, question: str = "") -> Definition:
    """With a copy right after a section or a question, under keys of its own. Conditions and formulas inside a copied
    section go on looking at what is copied with them."""
    made = _copy(definition)
    if question:
        rows = find_section(made, section)["questions"]
        piece = deepcopy(rows[_place(rows, question)])
        piece["key"] = key_from(piece["key"], _question_keys(made))
        rows.insert(_place(rows, question) + 1, piece)
        return _checked(made)
    rows = made["sections"]
    piece = deepcopy(rows[_place(rows, section)])
    piece["key"] = key_from(piece["key"], _section_keys(made))
    piece["questions"] = _renamed(piece["questions"], _free_keys(piece["questions"], made))
    rows.insert(_place(rows, section) + 1, piece)
    return _checked(made)


def _free_keys(questions: Sequence[Json], definition: Definition) -> dict[str, str]:
    """For each key one that is free in the form."""
    taken, renamed = _question_keys(definition), {}
    for one in questions:
        renamed[one["key"]] = key_from(one["key"], taken)
        taken.add(renamed[one["key"]])
    return renamed


def _renamed(questions: Sequence[Json], renamed: Mapping[str, str]) -> list[Json]:
    """Questions under other keys, referring to one another by them."""
    return [{**_refer(one, renamed), "key": renamed[one["key"]]} for one in questions]


def _refer(raw: Any, renamed: Mapping[str, str]) -> Any:
    """The same with other names wherever it refers to a question."""
    if isinstance(raw, list):
        return [_refer(one, renamed) for one in raw]
    if not isinstance(raw, dict):
        return raw
    made = {name: _refer(value, renamed) for name, value in raw.items()}
    if isinstance(made.get("question"), str):
        made["question"] = renamed.get(made["question"], made["question"])
    return made


def add_sections(definition: Mapping[str, Any], sections: Sequence[Mapping[str, Any]]) -> Definition:
    """With whole sections at the end; keys that are taken get a number, and references follow them."""
    made = _copy(definition)
    added = [deepcopy(dict(one)) for one in sections]
    renamed = _free_keys([one for section in added for one in section["questions"]], made)
    for section in added:
        section["key"] = key_from(section["key"], _section_keys(made))
        section["questions"] = _renamed(section["questions"], renamed)
        if "shown_if" in section:
            section["shown_if"] = _refer(section["shown_if"], renamed)
        made["sections"].append(section)
    return _checked(made)


def delete(definition: Mapping[str, Any], section: str, question: str = "") -> Definition:
    """Without a section and all its questions, or without one question. Raises DomainError, with the name of what
    depends on it, for a question that decides or is calculated with elsewhere."""
    made = _copy(definition)
    if question:
        rows, key = find_section(made, section)["questions"], question
    else:
        rows, key = made["sections"], section
    del rows[_place(rows, key)]
    try:
        return _checked(made)
    except DefinitionError as error:
        raise DomainError(
            _("“%(name)s” depends on this: change it first, then delete this.")
            % {"name": _name(made, error.place)}
        ) from error


def _name(definition: Definition, where: str) -> str:
    """The words of the section or question at this place."""
    section, _sep, question = where.partition("/")
    if question:
        return str(localised(find_question(definition, section, question)["label"]))
    return str(localised(find_section(definition, section)["title"]))


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


def _section_keys(definition: Definition) -> set[str]:
    return {section["key"] for section in definition["sections"]} | PAGES


def _question_keys(definition: Definition) -> set[str]:
    return {one["key"] for section in definition["sections"] for one in section["questions"]} | RESERVED


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
