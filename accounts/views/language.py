"""The language of the pages: chosen at the foot of each, kept in a cookie, and by who is signed in with the account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.views._back import way_back

A_YEAR = 365 * 24 * 3600


@csrf_exempt  # a page that is the same for all visitors carries no token; a foreign site could only change the language
@require_POST
def language_choose(request: HttpRequest) -> HttpResponse:
    answer = redirect(way_back(request) or "/")
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return answer
    if request.user.is_authenticated:
        request.user.language = code
        request.user.save(update_fields=["language"])
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer
