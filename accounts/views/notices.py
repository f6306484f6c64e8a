"""How often we write to a person: the page of their choices, and the way out at the end of optional mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.forms_notices import NoticesForm
from accounts.models import User
from core import notices as paces
from core.forms import attempt
from core.models import OutgoingMessage, Pace


def notices(request: HttpRequest) -> HttpResponse:
    form = NoticesForm(request.POST or None, user=request.user)
    if request.method == "POST" and attempt(form, paces.choose, request.user):
        messages.success(request, _("Saved."))
        return redirect("accounts:notices")
    waiting = OutgoingMessage.objects.waiting_for_digest().filter(recipient=request.user)
    context = {"form": form, "waiting": waiting.count()}
    return render(request, "accounts/notices.html", context, status=422 if form.errors else 200)


@csrf_exempt  # a mail program sends it with one click, without a page (RFC 8058); who has the signed link may end it
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_end(request: HttpRequest, signed: str) -> HttpResponse:
    """GET asks, because programs look at links; POST ends the optional mail of one role and answers at once."""
    way = paces.way_out(signed)
    person = User.objects.filter(pk=way.user).first() if way is not None else None
    if way is None or person is None:
        raise Http404
    if request.method == "POST":
        paces.choose(person, {(way.audience, paces.Category.NEWS.value): Pace.NEVER})
    context = {"is_ended": request.method == "POST", "signed": signed}
    return render(request, "accounts/notice_end.html", context)
