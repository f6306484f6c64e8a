"""Fetching what the applicant may see, and what the frame of every page of an application needs."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from applicants import queries
from applicants.models import Application, Version
from applicants.queries import Content, OwnApplication
from applicants.states import VersionStatus
from calls.models import long_texts
from funding.visibility import visibility_of


def own(request: HttpRequest, ref: str, *, beside: bool = False) -> OwnApplication:
    """The person's own application with its two versions and their forms, or 404: two queries. With `beside` it also
    knows what stands beside its questions (queries.beside_the_questions)."""
    found = (
        Application.objects.visible_to(request.user)
        .select_related("call", "call__project", "organisation")
        .defer(*long_texts("call__"))
    )
    if beside:
        found = found.annotate(**queries.beside_the_questions(request.user))
    return queries.standing(get_object_or_404(found, ref=ref))


def draft_of(one: OwnApplication) -> Version:
    """The draft, tied to the application that was fetched already, or 404: no query."""
    if one.draft is None:
        raise Http404
    one.draft.application = one.application
    return one.draft


def content_of(one: OwnApplication) -> Content:
    """The draft's content: three queries."""
    return queries.content_of(draft_of(one))


def version_or_404(one: OwnApplication, number: int) -> Version:
    """A version of the application that was not thrown away."""
    versions = Version.objects.exclude(status=VersionStatus.DISCARDED)
    found = get_object_or_404(
        versions.select_related("form_revision", "submitted_by", "receipt"),
        application=one.application,
        number=number,
    )
    found.application = one.application
    return found


def frame(one: OwnApplication, **more: Any) -> dict[str, Any]:
    """The context every page of an application has."""
    application = one.application
    return {
        "own": one,
        "application": application,
        "call": application.call,
        "project": application.call.project,
        "visibility": visibility_of(application.call.project),
        "name": one.title or application.ref,
        **more,
    }
