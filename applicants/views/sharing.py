"""A question given to a colleague; who else is on a page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.models import User
from applicants import paths, queries, services
from applicants.forms import GiveForm
from applicants.notifications import writers
from applicants.views._drafts import PAGE, context_of, elsewhere
from applicants.views._own import content_of, own
from core import presence
from core.forms import attempt


@PAGE
def application_question(request: HttpRequest, ref: str, section: str, question: str) -> HttpResponseBase:
    """Give a question to a colleague, or say that it is done."""
    one = own(request, ref)
    if (away := elsewhere(request, one)) is not None:
        return away
    content = content_of(one)
    part = content.definition.section(section)
    if part is None or all(asked.key != question for asked in part.questions):
        raise Http404
    back = paths.question(one.application, f"{section}/{question}")
    if "do.done" in request.POST:
        services.finish_question(one.application, question=question, by=request.user)
        messages.success(request, _("The question is with nobody any more."))
        return redirect(back)
    colleagues = User.objects.filter(pk__in=[person.pk for person in writers(one.application)])
    form = GiveForm(request.POST if request.method == "POST" else None, colleagues=colleagues)
    given = {"section": section, "question": question, "by": request.user}
    if request.method == "POST" and attempt(form, services.give_question, one.application, **given):
        messages.success(request, _("The question is with %(name)s now.") % {"name": form.result.assignee})
        return redirect(back)
    context = context_of(request, one, content, section, form=form, part=part, question=question, back=back)
    context["label"] = queries.label_of_question(part, question)
    context["task"] = queries.open_task(one.application, question)
    status = 422 if form.errors else 200
    return render(request, "applicants/application_question.html", context, status=status)


@require_GET
def section_presence(request: HttpRequest) -> HttpResponse:
    """Who else is on the page, in words; whoever holds the page's pass may ask. No session, no database."""
    found = presence.read_pass(request.GET.get("pass", ""))
    if found is None:
        raise Http404
    others = presence.others_at(found["place"], user=found["user"], name=found["name"])
    with translation.override(found["language"]):
        sentence = ngettext("%(names)s is on this page too.", "On this page too: %(names)s.", len(others)) % {
            "names": ", ".join(others)
        }
    return HttpResponse(sentence if others else "", content_type="text/plain; charset=utf-8")
