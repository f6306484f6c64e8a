"""Declaring de minimis aid in a draft; where the call is not State aid the page says why nothing is asked."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from applicants import deminimis, paths, queries, services
from applicants.forms import AidSheetForm, typed_aid, typed_members
from applicants.models import Partner
from applicants.queries import Content
from applicants.views._drafts import PAGE, arrived, context_of, elsewhere
from applicants.views._own import content_of, own


@PAGE
def application_aid(request: HttpRequest, ref: str, organisation: str) -> HttpResponseBase:
    one = own(request, ref)
    if (away := elsewhere(request, one)) is not None:
        return away
    content = content_of(one)
    partner = _partner(content, organisation)
    state = queries.member_state_of(content.call.project)
    aid = queries.party_aid(content.call, partner, state)
    posted = request.POST if request.method == "POST" and content.call.state_aid else None
    judged = posted is not None and not {"add", "remove"} & set(posted)
    form = AidSheetForm(
        posted if posted is not None else _start(partner, aid.declaration), member_state=state, judged=judged
    )
    made = form.declaration() if judged else None
    if made is not None:
        services.declare_aid(
            one.application,
            organisation=organisation,
            declaration=made,
            by=request.user,
            arrived=arrived(request),
        )
        messages.success(request, _("Declared. It is frozen with the version you submit."))
        return redirect(paths.of(one.application, "aid", organisation))
    context = context_of(request, one, content, "aid", form=form, aid=aid)
    context["member_state"] = deminimis.state_name(state)
    context["parties"] = queries.aid_of(content.call, content.partners)
    context["declared"] = deminimis.declaration_text(aid.declaration) if aid.declaration else []
    return render(request, "applicants/application_aid.html", context, status=422 if judged else 200)


def _partner(content: Content, organisation: str) -> Partner:
    for partner in content.partners:
        if partner.organisation.ref == organisation:
            return partner
    raise Http404


def _start(partner: Partner, declaration: deminimis.Declaration | None) -> dict:
    if declaration is not None:
        return typed_aid(declaration)
    return {"members": typed_members(queries.known_members(partner))}
