"""News by mail: asking for them, confirming, ending."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls import forms, queries, services
from calls.models import Call, Subscription
from calls.queries import Wanted
from calls.views._staff import status_of, typed
from core.forms import attempt
from core.limits import within_limit
from funding.visibility import visibility_of

AN_HOUR = 3600
MOST_AN_HOUR = 10


@require_safe
def subscription_list(request: HttpRequest) -> HttpResponse:
    found = [(one, Wanted(**one.search)) for one in queries.own_subscriptions(request.user)]
    return render(request, "calls/subscription_list.html", {"subscriptions": found})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_create(request: HttpRequest) -> HttpResponse:
    """For one call with `?call=SLUG`, else for the search of the public list, as its query string says it."""
    slug, call = request.GET.get("call", ""), None
    if slug:
        call = get_object_or_404(Call.objects.public().select_related("project"), slug=slug)
    wanted = Wanted() if call else Wanted.read(request.GET)
    person = request.user if request.user.is_authenticated else None
    form = forms.SubscribeForm(typed(request), is_known=person is not None)
    if form.is_valid() and not within_limit(request, "subscribe", most=MOST_AN_HOUR, seconds=AN_HOUR):
        message = _("Too many subscriptions within an hour. Please wait, then send it again.")
        return render(request, "errors/refused.html", {"message": message}, status=429)
    asked = {"call": call, "search": wanted.lasting, "by": person, "language": get_language() or "en"}
    if request.method == "POST" and attempt(form, services.subscribe, **asked):
        if person is not None:
            messages.success(request, _("You get these news by mail from now on."))
            return redirect("calls:subscription_list")
        return render(request, "calls/subscription_asked.html", {"email": form.cleaned_data["email"]})
    context = {"form": form, "call": call, "wanted": wanted}
    if call is not None:
        context |= {"project": call.project, "visibility": visibility_of(call.project)}
    return render(request, "calls/subscription_create.html", context, status=status_of(form))


@login_not_required
@require_safe
def subscription_detail(request: HttpRequest, ref: str) -> HttpResponse:
    """Where the links of mails lead. Reading it changes nothing: programs that look at links do not confirm."""
    found = Subscription.objects.filter(ref=ref).select_related("call").first()
    context = {"subscription": found, "wanted": Wanted(**found.search) if found else None}
    return render(request, "calls/subscription_detail.html", context)


@login_not_required
@require_POST
def subscription_confirm(request: HttpRequest, ref: str) -> HttpResponse:
    found = Subscription.objects.filter(ref=ref).first()
    if found is not None:
        services.confirm_subscription(found)
    return redirect("calls:subscription_detail", ref)


@csrf_exempt  # a mail program sends it with one click, without a page (RFC 8058); who knows the secret may end it
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_end(request: HttpRequest, ref: str) -> HttpResponse:
    """GET leads to the page that asks; POST ends it and answers at once, as mail programs do not follow redirects."""
    if request.method != "POST":
        return redirect("calls:subscription_detail", ref)
    found = Subscription.objects.filter(ref=ref).first()
    if found is not None:
        services.end_subscription(found)
    return render(request, "calls/subscription_detail.html", {"subscription": None})
