"""A call as a file: download it, or make a draft of one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from calls import forms, permissions, queries, services
from calls.callfile.samples import sample as find_sample
from calls.callfile.samples import samples
from calls.services import CallFileRefused
from calls.views._staff import frame, own_call, status_of, typed
from core.forms import attempt
from core.policy import require


@require_safe
def call_file(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    name = f"{call.code.lower()}.yaml"
    return HttpResponse(
        queries.file_of(call),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def call_clone(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    form = forms.CloneForm(typed(request))
    if request.method == "POST" and attempt(form, services.clone_call, call, by=request.user):
        messages.success(request, _("The copy is a draft. Set its dates; look at its texts and its money."))
        return redirect("calls:call_edit", form.result.slug)
    return render(request, "calls/call_clone.html", frame(request, call, form=form), status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def call_import(request: HttpRequest) -> HttpResponse:
    bound = request.method == "POST"
    form = forms.ImportForm(
        request.POST if bound else None, request.FILES if bound else None, user=request.user
    )
    problems: list[str] = []
    if bound and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("text", "project", "code")}
        if "do.check" in request.POST:
            problems = services.check_call_file(**given, by=request.user)
            if not problems:
                messages.success(request, _("Nothing is wrong with it. Nothing was made yet."))
        else:
            try:
                call = services.import_call(**given, by=request.user)
            except CallFileRefused as refused:
                problems = refused.problems
            else:
                messages.success(request, _("The draft is made. Only your project sees it."))
                return redirect("calls:call_edit", call.slug)
    context = {"form": form, "problems": problems, "samples": samples()}
    return render(
        request, "calls/call_import.html", context, status=422 if problems or (bound and form.errors) else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def call_from_sample(request: HttpRequest, sample: str) -> HttpResponse:
    try:
        chosen = find_sample(sample)
    except LookupError as error:
        raise Http404 from error
    form = forms.SampleForm(typed(request), user=request.user, sample=chosen)
    if request.method == "POST" and attempt(
        form, services.create_from_sample, sample=sample, by=request.user
    ):
        messages.success(request, _("The draft is made. Set its dates; look at its texts and its money."))
        return redirect("calls:call_edit", form.result.slug)
    context = {"form": form, "sample": chosen}
    return render(request, "calls/call_from_sample.html", context, status=status_of(form))
