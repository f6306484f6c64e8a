"""What all pages of a draft share: where they lead when there is none, their frame, where one goes after saving."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from applicants import paths, queries
from applicants.queries import Content, OwnApplication
from applicants.views._own import frame
from applicants.views._saving import Saving

PAGE = require_http_methods(["GET", "HEAD", "POST"])


def elsewhere(
    request: HttpRequest, one: OwnApplication, *, corrects: bool = False
) -> HttpResponseBase | None:
    """Where a page of a draft leads when there is none, or when the call no longer takes it. `corrects`: a page on which a
    correction is made; from the others it leads to what is marked."""
    if one.draft is None:
        return redirect(one.application)
    if one.correction is not None:
        return None if corrects else redirect(paths.of(one.application, "correction"))
    if request.method != "POST" and not one.is_open:
        return redirect(paths.of(one.application, "version", one.draft.number))
    return None


def context_of(
    request: HttpRequest, one: OwnApplication, content: Content, key: str, **more: Any
) -> dict[str, Any]:
    """The frame of a page of the draft: the list of sections, where one is, where one goes on."""
    steps = queries.steps(content) if one.correction is None else []
    place = next((index for index, step in enumerate(steps) if step.key == key), 0)
    items = [
        {"label": step.label, "url": step.url, "note": step.short, "current": step.key == key}
        for step in steps
    ]
    return frame(
        one,
        content=content,
        version=content.version,
        items=items,
        following=steps[place + 1] if place + 1 < len(steps) else None,
        autosave=f"{one.application.ref}:{content.version.number}:{key}",
        **more,
    )


def onward(request: HttpRequest, one: OwnApplication, context: dict[str, Any], here: str) -> HttpResponseBase:
    """After saving: to the next page, to the list, or back here."""
    go = request.POST.get("do.go", "")
    if go == "next" and context["following"]:
        return redirect(context["following"].url)
    if go == "list" and one.correction is not None:
        return redirect(paths.of(one.application, "correction"))
    return redirect(one.application if go == "list" else here)


def shown_conflicts(saving: Saving, numbers: dict[str, int], show: Any) -> dict[str, dict[str, Any]]:
    """What the other one wrote, in words, and the number one's own text has to be based on to replace it."""
    return {
        name: {"theirs": show(name, value), "number": numbers.get(name, 0)}
        for name, value in saving.conflicts.items()
    }


def arrived(request: HttpRequest) -> Any:
    """The instant that counts (core.middleware.arrival)."""
    return request.arrived  # type: ignore[attr-defined]
