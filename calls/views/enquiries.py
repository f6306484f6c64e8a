"""Questions about a call: asking, and answering to everybody."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls import forms, permissions, queries, services
from calls.models import Call
from calls.queries import Published
from calls.views._staff import frame, own_call, status_of, typed
from core.forms import attempt
from core.limits import within_limit
from core.policy import require
from funding.visibility import visibility_of

PAGE = require_http_methods(["GET", "HEAD", "POST"])
AN_HOUR = 3600
MOST_AN_HOUR = 10


@login_not_required
@PAGE
def call_ask(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(Call.objects.public().select_related("project"), slug=slug)
    person = request.user if request.user.is_authenticated else None
    form = forms.AskForm(typed(request), is_known=person is not None)
    if form.is_valid() and not within_limit(request, "ask", most=MOST_AN_HOUR, seconds=AN_HOUR):
        message = _("Too many questions within an hour. Please wait, then send it again.")
        return render(request, "errors/refused.html", {"message": message}, status=429)
    language = get_language() or "en"
    if request.method == "POST" and attempt(form, services.ask_question, call, by=person, language=language):
        messages.success(
            request,
            _("Your question has arrived. The answer stands on this page for everybody; you get it by mail."),
        )
        return redirect(call)
    context = {
        "call": call,
        "project": call.project,
        "form": form,
        "answers": queries.published_answers(call),
        "visibility": visibility_of(call.project),
    }
    return render(request, "calls/call_ask.html", context, status=status_of(form))


@require_safe
def enquiry_list(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    context = frame(
        request,
        call,
        enquiries=queries.enquiries_of(call),
        answers=queries.published_answers(call),
        may_edit=permissions.can_edit_call(request.user, call),
    )
    return render(request, "calls/enquiry_list.html", context)


@PAGE
def enquiry_answer(request: HttpRequest, slug: str) -> HttpResponse:
    """GET with `?about=REF` for each question that one wording answers; none: something that was asked elsewhere."""
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    refs = (request.POST if request.method == "POST" else request.GET).getlist("about")
    if "chosen" in request.GET and not refs:
        messages.error(request, _("Choose at least one question."))
        return redirect("calls:enquiry_list", call.slug)
    about = queries.waiting_enquiries(call, refs)
    draft = {"question": "\n\n".join(one.text for one in about)}
    form = forms.AnswerForm(typed(request), initial=draft)
    if request.method == "POST" and attempt(
        form, services.publish_answer, call, enquiries=refs, by=request.user
    ):
        messages.success(request, _("Published. Everybody reads it; those who write or asked are told."))
        return redirect("calls:enquiry_list", call.slug)
    known = [
        (one.number, f"{one.number}: {one.now.question[:80]}")
        for one in queries.published_answers(call)
        if not one.now.is_withdrawn
    ]
    point = forms.PointForm(answers=known) if known and about else None
    context = frame(request, call, form=form, about=about, point=point)
    return render(request, "calls/enquiry_answer.html", context, status=status_of(form))


@require_POST
def enquiry_point(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    answers = [(one.number, str(one.number)) for one in queries.published_answers(call)]
    form = forms.PointForm(request.POST, answers=answers)
    refs = request.POST.getlist("about")
    if attempt(form, services.point_to_answer, call, enquiries=refs, by=request.user):
        messages.success(request, _("Who asked is told where the answer stands."))
    else:
        for sentences in form.errors.values():
            messages.error(request, " ".join(str(one) for one in sentences))
    return redirect("calls:enquiry_list", call.slug)


@PAGE
def enquiry_set_aside(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    waiting = queries.waiting_enquiries(call, [ref])
    if not waiting:
        raise Http404
    form = forms.AsideForm(typed(request))
    if request.method == "POST" and attempt(
        form, services.set_enquiry_aside, call, enquiry=ref, by=request.user
    ):
        messages.success(request, _("Set aside. Whoever wrote it is told why."))
        return redirect("calls:enquiry_list", call.slug)
    context = frame(request, call, form=form, enquiry=waiting[0])
    return render(request, "calls/enquiry_set_aside.html", context, status=status_of(form))


def _published(call: Call, number: int) -> Published:
    """The answer of this number, as everybody reads it; 404 when there is none."""
    found = [one for one in queries.published_answers(call) if one.number == number]
    if not found:
        raise Http404
    return found[0]


@PAGE
def answer_correct(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    answer = _published(call, number)
    form = forms.CorrectionForm(
        typed(request), initial={"question": answer.now.question, "text": answer.now.text}
    )
    if request.method == "POST" and attempt(
        form, services.correct_answer, call, number=number, by=request.user
    ):
        messages.success(request, _("Corrected. Everybody reads both wordings and is told."))
        return redirect("calls:enquiry_list", call.slug)
    context = frame(request, call, form=form, answer=answer, verb="correct")
    return render(request, "calls/answer_change.html", context, status=status_of(form))


@PAGE
def answer_withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    answer = _published(call, number)
    form = forms.WithdrawalForm(typed(request))
    if request.method == "POST" and attempt(
        form, services.withdraw_answer, call, number=number, by=request.user
    ):
        messages.success(request, _("Withdrawn. Everybody is told."))
        return redirect("calls:enquiry_list", call.slug)
    context = frame(request, call, form=form, answer=answer, verb="withdraw")
    return render(request, "calls/answer_change.html", context, status=status_of(form))
