"""Who writes and signs for an organisation: inviting, admitting, changing, leaving."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import permissions, queries, services
from accounts.forms import AdmitForm, InviteForm, JoinForm, RoleForm
from accounts.models import Invitation, JoinRequest, Membership, Organisation
from core.forms import Form, PlainForm, attempt
from core.policy import require


def organisation_people(request: HttpRequest, ref: str) -> HttpResponse:
    """Everybody who belongs to it sees who else does."""
    return _page(request, _own(request, ref))


@require_POST
def colleague_invite(request: HttpRequest, ref: str) -> HttpResponse:
    organisation = _signed(request, ref)
    form = InviteForm(request.POST)
    if attempt(form, services.invite_colleague, organisation, by=request.user):
        messages.success(
            request, _("The invitation is on its way to %(email)s.") % {"email": form.result.email}
        )
        return redirect("accounts:organisation_people", ref)
    return _page(request, organisation, invite=form)


@require_POST
def invitation_withdraw(request: HttpRequest, ref: str, invitation: str) -> HttpResponse:
    organisation = _signed(request, ref)
    found = get_object_or_404(Invitation, organisation=organisation, ref=invitation)
    form = PlainForm(request.POST)
    if attempt(form, services.withdraw_invitation, found, by=request.user):
        messages.success(request, _("The invitation is withdrawn."))
        return redirect("accounts:organisation_people", ref)
    return _page(request, organisation, refused=form)


@require_POST
def join_answer(request: HttpRequest, ref: str, asked: str) -> HttpResponse:
    organisation = get_object_or_404(queries.admitted_by(request.user), ref=ref)
    found = get_object_or_404(JoinRequest, organisation=organisation, ref=asked)
    form = AdmitForm(request.POST)
    if attempt(form, services.answer_join_request, found, by=request.user):
        messages.success(request, _("%(name)s is told.") % {"name": found.user})
        theirs = Organisation.objects.visible_to(request.user).filter(pk=organisation.pk).exists()
        return redirect("accounts:organisation_people", ref) if theirs else redirect("accounts:join_requests")
    return _page(request, organisation, refused=form)


@require_POST
def person_role(request: HttpRequest, ref: str, person: int) -> HttpResponse:
    organisation = _signed(request, ref)
    found = get_object_or_404(queries.colleagues(organisation), pk=person)
    form = RoleForm(request.POST)
    if attempt(form, services.change_role, found, by=request.user):
        messages.success(request, _("Saved."))
        return redirect("accounts:organisation_people", ref)
    return _page(request, organisation, refused=form)


@require_POST
def person_end(request: HttpRequest, ref: str, person: int) -> HttpResponse:
    """A signatory takes anybody off; everybody may leave."""
    organisation = _own(request, ref)
    found = get_object_or_404(queries.colleagues(organisation), pk=person)
    require(found.user_id == request.user.pk or permissions.may_sign_for(request.user, organisation))
    form = PlainForm(request.POST)
    if not attempt(form, services.end_membership, found, by=request.user):
        return _page(request, organisation, refused=form)
    if found.user_id == request.user.pk:
        messages.success(request, _("You have left %(name)s.") % {"name": organisation})
        return redirect("accounts:organisation_list")
    messages.success(request, _("%(name)s does not belong to it any more.") % {"name": found.user})
    return redirect("accounts:organisation_people", ref)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_join(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask those who sign for a registered organisation to be admitted."""
    organisation = get_object_or_404(queries.spoken_for(), ref=ref)
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, services.ask_to_join, organisation, by=request.user):
        return render(request, "accounts/join.html", {"organisation": organisation, "form": None})
    context = {"organisation": organisation, "form": form}
    return render(request, "accounts/join.html", context, status=422 if form.errors else 200)


def join_requests(request: HttpRequest) -> HttpResponse:
    """For administrators: who waits for an answer, where the signatories may be gone."""
    context = {"requests": queries.open_join_requests()}
    return render(request, "accounts/join_requests.html", context)


def _own(request: HttpRequest, ref: str) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user), ref=ref)


def _signed(request: HttpRequest, ref: str) -> Organisation:
    organisation = _own(request, ref)
    require(permissions.may_sign_for(request.user, organisation))
    return organisation


def _page(request: HttpRequest, organisation: Organisation, **forms: Form) -> HttpResponse:
    context = {
        "organisation": organisation,
        "people": queries.colleagues(organisation),
        "invitations": queries.open_invitations(organisation),
        "requests": queries.open_join_requests().filter(organisation=organisation),
        "may_sign": permissions.may_sign_for(request.user, organisation),
        "invite": InviteForm(),
        "signs": Membership.Role.SIGNATORY,
        **forms,
    }
    return render(request, "accounts/people.html", context, status=422 if forms else 200)
