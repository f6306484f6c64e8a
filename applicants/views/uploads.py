"""A file that comes part by part, asked for by the page's script; without it files come with the form."""

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from applicants import paths, services
from applicants.models import PartialUpload
from applicants.views._drafts import arrived
from applicants.views._own import own
from core.errors import DomainError

OFFSET = "X-Offset"
"""From which byte on the part goes."""


@require_POST
def application_upload_begin(request: HttpRequest, ref: str) -> JsonResponse:
    one, given = own(request, ref), request.POST
    size = given.get("size", "")
    try:
        upload = services.begin_upload(
            one.application,
            question=given.get("question", ""),
            name=given.get("name", "") or "file",
            size=int(size) if size.isascii() and size.isdecimal() and len(size) < 15 else 0,
            replaces=given.get("replaces", "")[:12],
            by=request.user,
            arrived=arrived(request),
        )
    except DomainError as error:
        return JsonResponse({"message": error.message}, status=422)
    return JsonResponse({"url": paths.of(one.application, "upload", upload.ref), "offset": upload.received})


@require_POST
def application_upload(request: HttpRequest, ref: str, upload: str) -> JsonResponse:
    """409 tells from where on it is missing; 422 why it is refused."""
    one = own(request, ref)
    rows = PartialUpload.objects.filter(application=one.application)
    found = get_object_or_404(rows.select_related("application"), ref=upload)
    start = request.headers.get(OFFSET, "")
    at = int(start) if start.isascii() and start.isdecimal() and len(start) < 15 else -1
    try:
        due = at == found.received and at < found.size
        after = services.add_part(found, start=at, content=request.body) if due else found
        if after.received < after.size:
            return JsonResponse({"offset": after.received}, status=200 if after is not found else 409)
        after.application = one.application
        services.finish_upload(after, by=request.user, arrived=arrived(request))
    except DomainError as error:
        return JsonResponse({"message": error.message}, status=422)
    return JsonResponse({"offset": after.size, "done": True})
