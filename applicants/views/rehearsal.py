"""Test submissions: the people of a call's project try the whole application as an applicant, and nothing of it counts."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_countries import countries

from accounts.models import Organisation
from applicants import queries, rehearsing, services, words
from applicants.forms import MadeUpForm, RehearsalForm, boxes_of_form, number_in
from applicants.models import Rehearsal
from applicants.rehearsing import MadeUp
from applicants.views.staff import call_or_404
from calls import formkit
from calls.models import Call
from core.errors import DomainError
from core.files import serve_private
from core.forms import show_error
from core.policy import require
from core.waiting import being_made
from funding.permissions import can_manage_project
from funding.visibility import visibility_of

PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _test_or_404(request: HttpRequest, slug: str, test: str) -> Rehearsal:
    found = Rehearsal.objects.visible_to_staff(request.user).filter(call__slug=slug)
    related = ("call", "call__project", "call__previous", "made_by", "document")
    return get_object_or_404(found.select_related(*related), ref=test)


def _frame(request: HttpRequest, call: Call, **more: Any) -> dict[str, Any]:
    return {
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
        "may_delete": can_manage_project(request.user, call.project),
        **more,
    }


@require_safe
def staff_rehearsal_list(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_or_404(request, slug)
    found = Rehearsal.objects.visible_to_staff(request.user).filter(call=call)
    tests = list(found.select_related("made_by").defer("form", "typed", "answers"))
    revision = queries.rehearsal_form(call)
    rows = [(test, queries.is_older_form(test, revision)) for test in tests]
    context = _frame(request, call, rows=rows, has_form=bool(revision.definition.get("sections")))
    return render(request, "applicants/staff_rehearsal_list.html", context)


@PAGE
def staff_rehearsal_new(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows a ready made-up applicant, or a test's own (`?from=`); POST submits, adds or takes away an organisation."""
    call = call_or_404(request, slug)
    sheet = _Sheet(request, call, _copied(request, call))
    if "do.submit" in request.POST and sheet.is_valid():
        try:
            made = services.submit_rehearsal(call, **sheet.given(), by=request.user)
        except DomainError as error:
            show_error(sheet.about, error)
        else:
            messages.success(request, _("%(ref)s is kept. Nothing of it counts.") % {"ref": made.ref})
            return redirect("applicants:staff_rehearsal_detail", call.slug, made.ref)
    is_refused = "do.submit" in request.POST
    context = _frame(request, call, **sheet.context())
    return render(request, "applicants/staff_rehearsal_new.html", context, status=422 if is_refused else 200)


def _copied(request: HttpRequest, call: Call) -> Rehearsal | None:
    """The test whose answers are the start; 404 for one that is not of this call."""
    ref = request.GET.get("from", "")
    return _test_or_404(request, call.slug, ref) if ref and request.method != "POST" else None


class _Sheet:
    """The page on which a test is filled: the project, its organisations, and the form of the call by its sections."""

    def __init__(self, request: HttpRequest, call: Call, copied: Rehearsal | None) -> None:
        posted = request.POST if request.method == "POST" else None
        self.definition = formkit.parse(queries.rehearsal_form(call).definition)
        self.least, self.most = queries.organisations_possible(call)
        starts = rehearsing.restored(copied.organisations) if copied else []
        number = self._number(posted, len(starts) or self.least)
        asked = queries.facts_asked(call, self.definition)
        invented = [queries.invented(call, self.definition, n, number) for n in range(1, number + 1)]
        starts = [*starts[:number], *invented[len(starts) :]]
        self.about = RehearsalForm(posted, title=copied.title if copied else str(_("Test project")))
        self.organisations = [
            MadeUpForm(self._typed(posted, n), number=n, start=start, asked=asked)
            for n, start in enumerate(starts, start=1)
        ]
        self.boxes = (
            queries.boxes_of(boxes_of_form(posted))
            if posted is not None
            else queries.boxes_of(copied.typed)
            if copied
            else None
        )
        self.parties = [
            formkit.Party(one.start.key, one.called, known=self._known(one.start))
            for one in self.organisations
        ]

        if posted is not None:
            self._offer(number_in(posted))

    def _offer(self, known: int) -> None:
        """Fill what the form asks of an organisation that was just added with what is known of it, as for the others."""
        assert self.boxes is not None
        added = {party.key for party in self.parties[known:]}
        for section in self.definition.sections:
            for one in formkit.fields_of(section, self.parties):
                if one.party and one.party.key in added:
                    for part in one.question.parts:
                        self.boxes.setlist(f"{one.name}--{part}", [one.party.known.get(part, "")])

    def _number(self, posted: Any, start: int) -> int:
        if posted is None:
            return min(start, self.most)
        step = {"add": 1, "drop": -1}.get(posted.get("do.organisation", ""), 0)
        return min(self.most, max(1, number_in(posted) + step))

    @staticmethod
    def _typed(posted: Any, number: int) -> Any:
        """What was typed for an organisation; None for one that was just added."""
        return posted if posted is not None and number <= number_in(posted) else None

    @staticmethod
    def _known(start: MadeUp) -> Mapping[str, str]:
        return rehearsing.form_parties([start])[0].known

    def is_valid(self) -> bool:
        return all([self.about.is_valid(), *(one.is_valid() for one in self.organisations)])

    def given(self) -> dict[str, Any]:
        """What the verb takes, once all is valid."""
        return {
            "title": self.about.cleaned_data["title"],
            "organisations": [one.made_up() for one in self.organisations],
            "typed": dict(self.boxes.lists()) if self.boxes is not None else {},
        }

    def context(self) -> dict[str, Any]:
        trial = formkit.try_form(self.definition, self.parties, self.boxes)
        return {
            "about": self.about,
            "organisations": self.organisations,
            "pages": [self._page(section, trial) for section in self.definition.sections],
            "may_add": len(self.organisations) < self.most,
            "may_drop": len(self.organisations) > 1,
        }

    def _page(self, section: formkit.Section, trial: formkit.Trial) -> dict[str, Any]:
        form = trial.forms[section.key]
        return {
            "section": section,
            "only_if": formkit.told_condition(self.definition, section.condition),
            "questions": [
                {
                    "question": one.question,
                    "bound": form[one.name] if one.question.is_typed else None,
                    "only_if": formkit.told_condition(self.definition, one.question.condition),
                }
                for one in formkit.fields_of(section, self.parties)
            ],
        }


@require_safe
def staff_rehearsal_detail(request: HttpRequest, slug: str, test: str) -> HttpResponse:
    found = _test_or_404(request, slug, test)
    sizes, call = dict(Organisation.Size.choices), found.call
    organisations = rehearsing.restored(found.organisations)
    context = _frame(
        request,
        call,
        test=found,
        made=words.exact(found.made_at, call.zone),
        organisations=[
            (one, countries.name(one.country), sizes.get(one.size, one.size)) for one in organisations
        ],
        outcome=found.outcome,
        read=queries.read_rehearsal(found),
        older_form=queries.is_older_form(found, queries.rehearsal_form(call)),
        older_rules=queries.has_older_rules(found),
    )
    return render(request, "applicants/staff_rehearsal_detail.html", context)


@require_safe
def staff_rehearsal_document(request: HttpRequest, slug: str, test: str) -> HttpResponseBase:
    found = _test_or_404(request, slug, test)
    made = services.ask_for_rehearsal_document(found)
    if made is not None:
        return serve_private(made, inline=True)
    context = _frame(request, found.call, test=found)
    return being_made(request, "applicants/staff_rehearsal_waiting.html", context)


@require_POST
def staff_rehearsal_delete(request: HttpRequest, slug: str, test: str) -> HttpResponse:
    found = _test_or_404(request, slug, test)
    require(can_manage_project(request.user, found.call.project))
    services.delete_rehearsal(found, by=request.user)
    messages.success(request, _("%(ref)s is deleted.") % {"ref": found.ref})
    return redirect("applicants:staff_rehearsal_list", slug)


@PAGE
def staff_rehearsal_delete_all(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks, POST deletes all test submissions of the call."""
    call = call_or_404(request, slug)
    require(can_manage_project(request.user, call.project))
    if request.method == "POST":
        number = services.delete_rehearsals(call, by=request.user)
        sentence = ngettext("One test submission is deleted.", "%(n)d test submissions are deleted.", number)
        messages.success(request, sentence % {"n": number})
        return redirect("applicants:staff_rehearsal_list", slug)
    number = Rehearsal.objects.visible_to_staff(request.user).filter(call=call).count()
    return render(request, "applicants/staff_rehearsal_delete_all.html", _frame(request, call, number=number))
