"""A changed form: its effect on open drafts before it is published, and a draft's way on to it."""

from dataclasses import dataclass
from typing import Any

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
from calls.forms import DeclineForm
from calls.models import Call
from calls.permissions import can_revise_form
from core.forms import Form, attempt
from core.policy import require
from funding.visibility import visibility_of


@dataclass(frozen=True)
class _Step:
    """A step with a change of the form, and what is said when it is taken."""

    verb: Any
    done: Any


_PROPOSE = _Step(
    calls.propose_revision, gettext_lazy("Proposed. The other managers of the project are told by mail.")
)
_PUT_IN_FORCE = _Step(
    calls.publish_revision, gettext_lazy("The new form is in use. People with drafts are told what changed.")
)
_TAKE_BACK = _Step(
    calls.withdraw_revision,
    gettext_lazy("The proposal is taken back. The change can be worked on again."),
)


class SeenForm(Form):
    """The mark of the change whose effect was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)


class ReasonForm(SeenForm):
    """Why the form changes: everybody reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Why it changes"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Everybody reads it, with the list of changes; people with drafts get it by mail."
        ),
    )


@PAGE
def staff_form_change(request: HttpRequest, slug: str) -> HttpResponse:
    """The effect of a change of the form on open drafts, as counts; one manager proposes it, another puts it in force."""
    found = Call.objects.staffed_by(request.user).select_related("project")
    call = get_object_or_404(found, slug=slug)
    require(can_revise_form(request.user, call))
    change = queries.form_change(call)
    if change is None:
        return redirect("calls:form", call.slug)
    is_posted = request.method == "POST"
    is_proposed, takes_back = change.revision.proposed_at is not None, request.POST.get("do") == "withdraw"
    kind = SeenForm if is_proposed else ReasonForm
    form = kind(request.POST if is_posted and not takes_back else None, initial={"seen": change.mark})
    decline = DeclineForm(request.POST if takes_back else None, auto_id="decline_%s")
    step = _TAKE_BACK if takes_back else _PUT_IN_FORCE if is_proposed else _PROPOSE
    if is_posted and attempt(decline if takes_back else form, step.verb, call, by=request.user):
        messages.success(request, step.done)
        return redirect("calls:form", call.slug)
    context = {"call": call, "project": call.project, "visibility": visibility_of(call.project)}
    context |= {"change": change, "form": form, "decline": decline}
    context |= {"is_own": change.revision.proposed_by_id == request.user.pk}
    status = 422 if form.errors or decline.errors else 200
    return render(request, "applicants/staff_form_change.html", context, status=status)


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
