"""The public pages of an invitation: whoever has the link may answer it."""

from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import RegisterForm
from accounts.models import User
from core import clock
from core.forms import PlainForm, attempt
from evaluation import services
from evaluation.forms import DeclineForm
from evaluation.models import Evaluator
from evaluation.states import EvaluatorState, RoundState
from funding.visibility import visibility_of


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, and the answer: a yes needs to be signed in with the invited address."""
    evaluator = _find(token)
    form = PlainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and evaluator is not None:
        if not request.user.is_authenticated:
            return redirect(evaluator)
        if attempt(form, services.accept_invitation, evaluator, by=request.user):
            messages.success(
                request, _("Thank you for accepting. Your files appear here once the scoring starts.")
            )
            return _after(evaluator)
    return _page(request, evaluator, form=form)  # fmt: skip


def _after(evaluator: Evaluator) -> HttpResponse:
    """Where somebody goes who accepted: to the list of conflicts, if the call is blind."""
    if evaluator.round.call.blind:
        return redirect("evaluation:interests", evaluator.round.address)
    return redirect("evaluation:assignment_list")


@require_POST
def invitation_register(request: HttpRequest, token: str) -> HttpResponse:
    """An account for the invited address, the yes, and the sign-in, in one step."""
    evaluator = _find(token)
    register = RegisterForm(request.POST)
    if evaluator is None or request.user.is_authenticated:
        return redirect("evaluation:invitation", token)
    if attempt(register, services.register_evaluator, evaluator):
        user = register.result
        answer = PlainForm({})
        perform_login(request, user, email_verification="none")
        if attempt(answer, services.accept_invitation, evaluator, by=user):
            messages.success(
                request, _("Your account is ready. Your files appear here once the scoring starts.")
            )
            return _after(evaluator)
        return _page(request, _find(token), form=answer)
    return _page(request, evaluator, register=register)  # fmt: skip


@require_POST
def invitation_decline(request: HttpRequest, token: str) -> HttpResponse:
    evaluator = _find(token)
    form = DeclineForm(request.POST)
    by = request.user if request.user.is_authenticated else None
    if evaluator is not None and attempt(form, services.decline_invitation, evaluator, by=by):
        return redirect("evaluation:invitation", token)
    return _page(request, evaluator, decline=form)


def _find(token: str) -> Evaluator | None:
    return Evaluator.objects.select_related("round__call__project", "user").filter(token=token).first()


def _page(request: HttpRequest, evaluator: Evaluator | None, **forms: Any) -> HttpResponse:
    if evaluator is None:
        return render(request, "accounts/invitation_unknown.html", status=404)
    wrong = any(form is not None and form.errors for form in forms.values())
    signed_in = request.user.is_authenticated
    over = evaluator.round.state not in (RoundState.SETUP, RoundState.SCORING)
    expired = evaluator.is_expired(clock.now())
    page = {
        "evaluator": evaluator,
        "call": evaluator.round.call,
        "project": evaluator.round.call.project,
        "visibility": visibility_of(evaluator.round.call.project),
        "is_open": evaluator.state == EvaluatorState.INVITED and not expired and not over,
        "expired": expired,
        "over": over,
        "has_account": User.objects.filter(email__iexact=evaluator.email).exists(),
        "is_theirs": signed_in and request.user.email.lower() == evaluator.email,  # type: ignore[union-attr]
        "form": PlainForm(),
        "register": RegisterForm(initial={"full_name": evaluator.name}),
        "decline": DeclineForm(),
        **forms,
    }
    status = 422 if wrong else 410 if expired and evaluator.state == EvaluatorState.INVITED else 200
    return render(request, "evaluation/invitation.html", page, status=status)
