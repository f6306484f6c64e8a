"""The questions of a section as its page asks them: which, of whom, under which condition, with what beside them."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from applicants import paths, queries
from applicants.models import Version
from applicants.queries import Content, OwnApplication
from applicants.views._drafts import shown_conflicts
from applicants.views._saving import Saving
from calls import formkit
from calls.queries import form_of


@dataclass(frozen=True)
class Asking:
    """A section of a form as this draft is asked it. `keys` are the questions on its page (None: all)."""

    definition: formkit.FormDefinition
    part: formkit.Section
    parties: list[formkit.Party]
    keys: frozenset[str] | None

    @property
    def fields(self) -> list[formkit.Field]:
        """The questions of the page, each for each organisation where it is asked so."""
        found = formkit.fields_of(self.part, self.parties)
        return [one for one in found if self.keys is None or one.question.key in self.keys]

    @property
    def files(self) -> list[formkit.Question]:
        return [one.question for one in self.fields if one.question.is_file]

    @property
    def calculates(self) -> bool:
        return any(one.question.is_calculated for one in self.fields)

    @property
    def names(self) -> list[str]:
        """The fields of the page that are typed into."""
        return [one.name for one in self.fields if one.question.is_typed]

    def form(self, *, only: Collection[str] | None = None, **given: Any) -> Any:
        """The form of the section, with `data` or `answers`; with `only`, no more of it than these fields need."""
        keys = self.keys
        if only is not None:
            keys = frozenset(one.question.key for one in self.fields if one.name in only)
        return formkit.build_form(self.part, parties=self.parties, keys=keys, **given)

    def conflicts(self, saving: Saving, numbers: dict[str, int]) -> dict[str, dict[str, Any]]:
        """What somebody else wrote, in words."""

        def show(name: str, value: Any) -> str:
            question = self.part.question(name)
            return formkit.display(question, value, self.parties) if question else ""

        return shown_conflicts(saving, numbers, show)

    def calculated(self, content: Content) -> list[dict[str, str]]:
        """The calculated values of the page with the answers as they are stored."""
        return [
            {
                "name": one.name,
                "told": formkit.calculated(self.definition, one.question, content.answers, self.parties),
            }
            for one in self.fields
            if one.question.is_calculated
        ]

    def shown(
        self, content: Content, form: Any, uploads: Any, conflicts: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Each question with its field, its files, or its calculated value."""
        told = {one["name"]: one["told"] for one in self.calculated(content)}
        return [self._shown(one, content, form, uploads, told, conflicts) for one in self.fields]

    def _shown(
        self,
        one: formkit.Field,
        content: Content,
        form: Any,
        uploads: Any,
        told: dict[str, str],
        conflicts: dict[str, Any],
    ) -> dict[str, Any]:
        question = one.question
        shown: dict[str, Any] = {
            "key": one.name,
            "question": question,
            "is_file": question.is_file,
            "is_calculated": question.is_calculated,
            "told": told.get(one.name, ""),
            "conflict": conflicts.get(one.name),
            "condition": self._condition(question),
            "files": [],
            "bound": None,
        }
        if question.is_file:
            shown["bound"] = uploads[f"file.{question.key}"]
            shown["files"] = [
                (row, paths.of(content.application, "file", row.ref))
                for row in content.files_of(question.key)
            ]
        elif not question.is_calculated:
            shown["bound"] = form[one.name]
        return shown

    def _condition(self, question: formkit.Question) -> dict[str, str] | None:
        """On which answer of the same page it depends, for the script, and in words for those without."""
        condition = question.condition
        decides = self.part.question(condition.question) if condition else None
        if condition is None or decides is None:
            return None
        return {
            "question": decides.key,
            "op": condition.op,
            "values": json.dumps([formkit.typed(decides, value) for value in condition.values]),
            "sentence": formkit.condition_in_words(condition, decides),
        }


def asking(draft: Version, section: str, content: Content | None = None) -> Asking:
    """How this draft is asked a section; its content is loaded only where the page depends on it. 404 when the form has
    no such section, or other answers rule it out."""
    definition = form_of(draft.form_revision)
    part = definition.section(section)
    if part is None:
        raise Http404
    depends = part.condition is not None or any(one.condition for one in part.questions)
    if content is None and (part.needs_parties or depends):
        content = queries.content_of(draft)
    if content is None:
        return Asking(definition, part, [], _marked(draft, part, None))
    keys = formkit.page_fields(definition, part, content.answers)
    if keys is None:
        raise Http404
    return Asking(definition, part, content.parties, _marked(draft, part, keys))


def _marked(draft: Version, part: formkit.Section, keys: frozenset[str] | None) -> frozenset[str] | None:
    """In a correction no more than what is marked; 404 when that is nothing."""
    if draft.correction is None:
        return keys
    prefix = f"{part.key}/"
    marks = {mark.removeprefix(prefix) for mark in draft.correction.fields if mark.startswith(prefix)}
    if not marks:
        raise Http404
    return frozenset(marks if keys is None else marks & keys)


def back_to(request: HttpRequest, one: OwnApplication, section: str) -> str:
    """The page of the section again, at the table whose rows were added or removed."""
    url = paths.of(one.application, "section", section)
    table = request.POST.get("do.row") or request.POST.get("do.drop") or ""
    name = table.partition("--")[0]
    return f"{url}#div_id_{name}" if name.replace("-", "").replace("_", "").isalnum() else url
