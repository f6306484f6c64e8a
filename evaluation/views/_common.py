"""What the funder's pages of a round share."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from applicants.models import Application, Attachment
from core.errors import DomainError
from core.files import serve_private
from core.policy import require
from evaluation import queries
from evaluation.models import Round
from evaluation.permissions import available_actions, can_manage_round
from funding.visibility import visibility_of


def round_of(request: HttpRequest, slug: str) -> Round:
    """The round of a call of the person's own projects, by its address, else 404."""
    rounds = Round.objects.visible_to(request.user).select_related(
        "call__project",
        "call__budget_line",
        "cut_off",
        "proposed_by",
        "confirmed_by",
        "released_by",
        "ranked_by",
    )
    code, _dot, number = slug.partition(".")
    return get_object_or_404(rounds, call__slug=code, number=int(number or 1))


def managed_round(request: HttpRequest, slug: str) -> Round:
    """The same for a verb: 403 for those of the project who only read."""
    round = round_of(request, slug)
    require(can_manage_round(request.user, round))
    return round


def file_in(round: Round, request: HttpRequest, ref: str) -> Application:
    """A file of the round that the person may see, else 404 (also when they are recused from it)."""
    return get_object_or_404(queries.file_of(round, ref, request.user))


def context(request: HttpRequest, round: Round, **more: Any) -> dict[str, Any]:
    """What every page of the round shows around its own content."""
    return {
        "round": round,
        "call": round.call,
        "project": round.call.project,
        "visibility": visibility_of(round.call.project),
        "actions": available_actions(request.user, round),
        **more,
    }


def attempt_button(
    request: HttpRequest, done: str, verb: Any, *args: Any, back: str, slug: str, **kwargs: Any
) -> HttpResponse:
    """Run a verb that needs nothing typed, say what came of it, and go back to the page it was on."""
    try:
        verb(*args, by=request.user, **kwargs)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect(back, slug)


def serve_attachment(version_pk: int, ref: str, *, cleaned: bool = False, name: str = "") -> HttpResponse:
    """A file of this version, or a copy `cleaned` of author data and under another `name`; whoever calls has checked who
    asks."""
    attachment = get_object_or_404(
        Attachment.objects.select_related("file"), version=version_pk, ref=ref, removed_at__isnull=True
    )
    return serve_private(attachment.file, cleaned=cleaned, name=name)  # type: ignore[return-value]  # a response that streams is one
