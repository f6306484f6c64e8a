"""The short questions after a submission: the applicant's page, and what all answers of a call say together."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from applicants import paths, queries, services
from applicants.forms import SurveyForm
from applicants.views._drafts import PAGE
from applicants.views._own import frame, own
from applicants.views.staff import call_or_404
from core.forms import attempt
from core.policy import require
from core.surveys import LEAST_ANSWERS, said_before, told, with_questions
from funding.permissions import can_manage_project
from funding.visibility import visibility_of


@PAGE
def application_survey(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref, speaks=True)
    answer = queries.survey_answer_of(one.application)
    form = SurveyForm(
        request.POST if request.method == "POST" else None, initial=said_before(SurveyForm, answer)
    )
    if request.method == "POST" and attempt(form, services.answer_survey, one.application, by=request.user):
        messages.success(request, _("Saved."))
        return redirect(paths.of(one.application, "survey"))
    context = frame(
        one,
        form=form,
        is_open=queries.takes_survey(one.application),
        told=told(form, answer),
        least=LEAST_ANSWERS,
        back=one.application.get_absolute_url(),
        closed=_("These questions are open from the submission until the decision."),
    )
    status = 422 if form.errors else 200
    return render(request, "applicants/application_survey.html", context, status=status)


def staff_survey(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_or_404(request, slug)
    require(can_manage_project(request.user, call.project))
    survey = queries.survey_of(call)
    context = {
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
        "survey": survey,
        "questions": with_questions(SurveyForm, survey),
        "least": LEAST_ANSWERS,
    }
    return render(request, "applicants/staff_survey.html", context)
