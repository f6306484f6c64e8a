"""Fetching what the applicant may see, and what the frame of every page of an application needs."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from applicants import queries, services
from applicants.models import Application, Version
from applicants.queries import Content, OwnApplication
from applicants.states import VersionStatus
from calls.models import long_texts
from core.policy import require
from funding.visibility import visibility_of


def own(request: HttpRequest, ref: str, *, beside: bool = False, speaks: bool = False) -> OwnApplication:
    """The person's own application with its two versions and their forms, or 404: two queries. With `beside` it also
    knows what stands beside its questions (queries.beside_the_questions).

    Who writes under a mandate has `mandate` set, and what they send is noted in the draft (queries.prepared_by). With
    `speaks` only the applicant's own people go on: to others it is 403.
    """
    found = (
        Application.objects.visible_to(request.user)
        .annotate(
            is_own=queries.by_own_people(request.user, "organisation"),
            is_prepared=queries.written_under_mandate(),
        )
        .select_related("call", "call__project", "organisation")
        .defer(*long_texts("call__"))
    )
    if beside:
        found = found.annotate(**queries.beside_the_questions(request.user))
    application = get_object_or_404(found, ref=ref)
    one = queries.standing(application)
    if application.is_own:
        return one
    require(not speaks, _("Only the people of %(name)s do this.") % {"name": application.organisation})
    if request.method == "POST" and one.draft is not None:
        services.note_preparation(application, one.draft, by=request.user)
    return replace(one, mandate=queries.mandate_of(request.user, application))


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


def prepared(one: OwnApplication, version: Version | None) -> list[queries.Prepared]:
    """Who wrote under a mandate in this version or before it; no query where its fetch has said that nobody did."""
    if version is None or not one.application.is_prepared:  # type: ignore[attr-defined]  # from `own`
        return []
    return queries.prepared_by(one.application, up_to=version.number)


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
