"""What the pages of the workshop share."""

from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from calls import permissions
from calls.models import Call
from funding.visibility import visibility_of


def own_call(request: HttpRequest, slug: str) -> Call:
    """The call, for the people of its project; 404 for everybody else."""
    found: QuerySet[Call] = Call.objects.staffed_by(request.user)
    return get_object_or_404(
        found.select_related("project", "voucher_type", "publication_proposed_by", "budget_line"), slug=slug
    )


def frame(request: HttpRequest, call: Call, **more: Any) -> dict[str, Any]:
    """The context that every page of the workshop has."""
    return {
        "call": call,
        "project": call.project,
        "actions": permissions.available_actions(request.user, call),
        "visibility": visibility_of(call.project),
        **more,
    }


def status_of(form: BaseForm) -> int:
    """422 for a form that was refused, 200 for one that is shown."""
    return 422 if form.is_bound and (form.errors or not form.is_valid()) else 200


def with_fresh_mark(form: BaseForm, mark: str) -> BaseForm:
    """After a conflict the page carries the mark of what is stored now: saving again replaces it knowingly."""
    if hasattr(form, "theirs"):
        form.data = form.data.copy()
        form.data["seen"] = mark
    return form


def typed(request: HttpRequest) -> Any:
    """What was sent by POST, if anything was sent: an empty form is a form too."""
    return request.POST if request.method == "POST" else None


def read_only(form: BaseForm) -> None:
    """Show a form, rows and all, without anything that can be typed into."""
    for one in [form, *getattr(form, "rows", [])]:
        for field in one.fields.values():
            field.disabled = True
