"""The short questions after the last payment: the beneficiary's page, and what all answers of a call say together."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.forms import attempt
from core.policy import require
from core.surveys import LEAST_ANSWERS, said_before, told, with_questions
from funding.permissions import can_manage_project
from grants import queries, services
from grants.forms import PaymentSurveyForm
from grants.models import Agreement
from grants.views._common import call_or_404, page, typed


def agreement_survey(request: HttpRequest, ref: str) -> HttpResponse:
    found = queries.with_facts(Agreement.objects.visible_to(request.user))
    agreement = get_object_or_404(found, ref=ref)
    answer = queries.payment_answer_of(agreement)
    form = PaymentSurveyForm(*typed(request), initial=said_before(PaymentSurveyForm, answer))
    verb = services.answer_payment_survey
    if request.method == "POST" and attempt(form, verb, agreement, by=request.user):
        messages.success(request, _("Saved."))
        return redirect(request.path)
    context = page(
        agreement,
        form=form,
        is_open=queries.takes_payment_survey(agreement),
        told=told(form, answer),
        least=LEAST_ANSWERS,
        back=agreement.get_absolute_url(),
        closed=_("These questions are open after the last payment."),
    )
    return render(request, "grants/agreement_survey.html", context, status=422 if form.errors else 200)


@require_POST
def agreement_survey_decline(request: HttpRequest, ref: str) -> HttpResponse:
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).defer("data"), ref=ref)
    services.decline_payment_survey(agreement, by=request.user)
    messages.success(request, _("You will not be asked again. The page stays open if you change your mind."))
    return redirect("desk:home")


def staff_survey(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_or_404(request, slug)
    require(can_manage_project(request.user, call.project))
    survey = queries.payment_survey_of(call)
    context = {
        "call": call,
        "project": call.project,
        "survey": survey,
        "questions": with_questions(PaymentSurveyForm, survey),
        "least": LEAST_ANSWERS,
    }
    return render(request, "grants/staff_survey.html", context)
