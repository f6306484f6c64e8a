"""Anybody checks a receipt, without an account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applicants import queries, words
from applicants.forms import ReceiptForm
from core.limits import within_limit
from core.seal import certificate

A_MINUTE = 60
MOST_A_MINUTE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def receipt_check(request: HttpRequest) -> HttpResponse:
    """Is this receipt genuine? The link on a receipt brings number and fingerprint along."""
    linked = bool(request.GET.get("fingerprint"))
    if request.method != "POST" and not linked:
        return render(
            request, "applicants/receipt_check.html", {"form": ReceiptForm(), "seal": certificate()}
        )
    if not within_limit(request, "receipt", most=MOST_A_MINUTE, seconds=A_MINUTE):
        message = _("Too many checks within a minute. Please wait a moment, then send it again.")
        return render(request, "errors/refused.html", {"message": message}, status=429)
    form = ReceiptForm(request.POST, request.FILES) if request.method == "POST" else ReceiptForm(request.GET)
    context = {"form": form, "seal": certificate(), "judged": form.is_valid()}
    if form.is_valid():
        given = form.cleaned_data
        version = (
            queries.proven_by_file(given["file"])
            if given["file"]
            else queries.proven_by_fingerprint(given["number"], given["fingerprint"])
        )
        context["version"] = version
        if version is not None and version.arrived_at is not None:
            context["arrived"] = words.exact(version.arrived_at, version.application.call.zone)
            context["arrived_utc"] = words.exact_utc(version.arrived_at)
    return render(request, "applicants/receipt_check.html", context, status=422 if form.errors else 200)


@require_safe
def seal_certificate(request: HttpRequest) -> HttpResponse:
    """The certificate with which receipts are sealed, for PDF readers and programs."""
    seal = certificate()
    if seal is None:
        raise Http404
    answer = HttpResponse(seal.pem, content_type="application/x-pem-file")
    answer.headers["Content-Disposition"] = 'attachment; filename="seal.pem"'
    return answer
