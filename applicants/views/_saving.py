"""How a page of a draft is saved: all of it by its button, or by HTMX only what changed; nothing typed is lost."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import Conflict, DomainError

BASE = "v."
"""A hidden field `v.<name>` carries the number of the field `<name>` that the writer saw."""


@dataclass
class Saving:
    """One attempt to save: what is to be saved, on which numbers it is based, and what came of it."""

    names: list[str]
    bases: dict[str, int]
    conflicts: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    refusal: str = ""

    @property
    def ok(self) -> bool:
        return not (self.conflicts or self.errors or self.refusal)

    def seen(self, current: Mapping[str, int]) -> dict[str, int]:
        """The number of each field as the writer has seen it: only what was saved just now has its new number.

        Otherwise a page would replace a text it never showed.
        """
        fresh = set(self.names) - set(self.conflicts) - set(self.errors)
        return {name: current[name] if name in fresh else self.bases.get(name, 0) for name in current}

    @property
    def status(self) -> int:
        if self.conflicts:
            return 409
        return 200 if self.ok else 422


def read(request: HttpRequest, known: Iterable[str]) -> Saving:
    """What the person wants saved: for HTMX the fields in `changed`, else all; `do.mine` insists on one's own text
    against the stored number it names, `do.theirs` gives way to the stored one."""
    names = list(known)
    if is_autosave(request):
        changed = request.POST.get("changed", "").split()
        names = [name for name in names if name in changed]
    bases = {
        key[len(BASE) :]: int(str(value))
        for key, value in request.POST.items()
        if key.startswith(BASE) and str(value).isdecimal() and len(str(value)) < 10
    }
    mine, _sep, number = request.POST.get("do.mine", "").rpartition(":")
    if number.isdecimal():
        bases[mine] = int(number)
    give_way = request.POST.get("do.theirs", "")
    return Saving([name for name in names if name != give_way], bases)


def is_autosave(request: HttpRequest) -> bool:
    """Did the browser send this by itself, with what changed?"""
    return request.method == "POST" and bool(getattr(request, "htmx", False))


def run(saving: Saving, form: forms.Form, verb: Callable[[list[str]], Any]) -> None:
    """Save the fields whose shape is right by `verb(names)`; keep the reasons of the others beside them.

    A Conflict's `theirs` is kept by field; any other rule that says no becomes the form's own error.
    """
    form.is_valid()
    saving.errors = {
        name: [str(reason) for reason in form.errors[name]] for name in saving.names if name in form.errors
    }
    try:
        verb([name for name in saving.names if name not in form.errors])
    except Conflict as conflict:
        saving.conflicts = dict(conflict.theirs) if isinstance(conflict.theirs, Mapping) else {}
    except DomainError as error:
        saving.refusal = error.message
        form.add_error(None, error.message)


def answer(
    request: HttpRequest,
    saving: Saving,
    *,
    bases: Mapping[str, int],
    conflicts: Mapping[str, Any],
    **more: Any,
) -> HttpResponse:
    """What HTMX gets: the numbers seen, and beside each field that was sent its reason or the other's text."""
    notes = [
        {"name": name, "errors": saving.errors.get(name, []), "conflict": conflicts.get(name)}
        for name in saving.names
    ]
    context = {"notes": notes, "refusal": saving.refusal, "bases": saving.seen(bases), **more}
    return render(request, "applicants/_saved.html", context, status=saving.status)
