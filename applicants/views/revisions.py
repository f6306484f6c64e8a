"""A changed form: its effect on open drafts before it is published, and a draft's way on to it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants import queries, services
from applicants.views._drafts import PAGE, arrived, elsewhere
from applicants.views._own import draft_of, frame, own
from calls import services as calls
from calls.models import Call
from calls.permissions import can_revise_form
from core.forms import Form, attempt
from core.policy import require
from funding.visibility import visibility_of


class ReasonForm(Form):
    """Why the form changes: everybody reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Why it changes"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Everybody reads it, with the list of changes; people with drafts get it by mail."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)


@PAGE
def staff_form_change(request: HttpRequest, slug: str) -> HttpResponse:
    """The effect of a change of the form on open drafts, as counts; then its publication."""
    found = Call.objects.staffed_by(request.user).select_related("project")
    call = get_object_or_404(found, slug=slug)
    require(can_revise_form(request.user, call))
    change = queries.form_change(call)
    if change is None:
        return redirect("calls:form", call.slug)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"seen": change.mark})
    if request.method == "POST" and attempt(form, calls.publish_revision, call, by=request.user):
        messages.success(request, _("The new form is in use. People with drafts are told what changed."))
        return redirect("calls:form", call.slug)
    context = {"call": call, "project": call.project, "visibility": visibility_of(call.project)}
    context |= {"change": change, "form": form}
    return render(request, "applicants/staff_form_change.html", context, status=422 if form.errors else 200)


@PAGE
def application_form_change(request: HttpRequest, ref: str) -> HttpResponseBase:
    """What changed in the form since the draft was begun; POST moves the draft on."""
    one = own(request, ref)
    if (away := elsewhere(request, one)) is not None:
        return away
    draft = draft_of(one)
    if request.method == "POST":
        services.move_to_current_form(one.application, by=request.user, arrived=arrived(request))
        messages.success(request, _("Your draft is on the new form. All your answers are kept."))
        return redirect(one.application)
    if draft.form_revision.superseded_at is None:
        return redirect(one.application)
    context = frame(one, changes=queries.what_changed(draft), gaps=queries.gaps_by_new_form(draft))
    return render(request, "applicants/application_form_change.html", context)
