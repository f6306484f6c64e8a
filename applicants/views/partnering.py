"""Asking a partner to confirm; the partner's own door: its yes or no, its amounts, its answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.permissions import may_sign_for
from applicants import partnering, paths, queries, services
from applicants.forms import AMOUNTS, AskPartnerForm, ParticipationForm, PartnersForm
from applicants.models import Participation, Partner, Version
from applicants.queries import Content
from applicants.views import _saving
from applicants.views._drafts import PAGE, arrived, context_of, elsewhere, shown_conflicts
from applicants.views._own import content_of, own
from applicants.views._questions import Asking
from calls import formkit
from calls.models import long_texts
from core import clock
from core.forms import attempt
from core.money import format_eur
from funding.visibility import visibility_of


@PAGE
def application_partner_ask(request: HttpRequest, ref: str, organisation: str) -> HttpResponseBase:
    one = own(request, ref, speaks=True)
    if (away := elsewhere(request, one)) is not None:
        return away
    content = content_of(one)
    partner = next(
        (p for p in content.partners if p.organisation.ref == organisation and not p.is_lead), None
    )
    if partner is None or not one.application.call.partners_confirm:
        return redirect(paths.of(one.application, "partners"))
    party = partner.organisation
    known = Membership.objects.of(party).filter(ended_at=None).exists()
    form = AskPartnerForm(request.POST if request.method == "POST" else None, known=known)
    asking = {"organisation": party, "by": request.user, "arrived": arrived(request)}
    if request.method == "POST" and attempt(form, services.ask_partner, one.application, **asking):
        messages.success(request, _("%(name)s is asked, by e-mail.") % {"name": party})
        return redirect(paths.of(one.application, "partners"))
    context = context_of(request, one, content, "partners", form=form, partner=partner, known=known)
    status = 422 if form.errors else 200
    return render(request, "applicants/application_partner_ask.html", context, status=status)


@PAGE
def participation_detail(request: HttpRequest, participation: str) -> HttpResponseBase:
    asked = _asked(request, participation)
    place = queries.invited_with(asked)
    form = ParticipationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, _answer, asked, by=request.user, at=arrived(request)):
        messages.success(
            request, _("Your answer is with the applicant. You can change it until the submission.")
        )
        return redirect(asked)
    context = _frame(asked, form=form, signs=may_sign_for(request.user, asked.organisation))
    if place is not None:
        context |= _standing(asked, *place)
    status = 422 if form.errors else 200
    return render(request, "applicants/participation_detail.html", context, status=status)


def _answer(asked: Participation, *, confirms: str, words: str, by: Any, at: Any) -> Participation:
    return services.answer_participation(asked, confirms=confirms == "yes", words=words, by=by, arrived=at)


@PAGE
def participation_part(request: HttpRequest, participation: str) -> HttpResponseBase:
    asked = _asked(request, participation)
    if (content := _own_part(asked)) is None:
        return redirect(asked)
    partner = _partner(asked, content)
    posted = request.POST if request.method == "POST" else None
    form = PartnersForm(posted, partners=[partner], asks_costs=content.asks_costs)
    saving = _saving.read(request, form.fields)
    ref = asked.organisation.ref
    columns = {name: _column(name, ref) for name in form.fields}

    def save(names: list[str]) -> None:
        services.save_own_part(
            asked,
            values={columns[name]: form.cleaned_data[name] for name in names},
            bases={columns[name]: saving.bases.get(name, 0) for name in columns},
            by=request.user,
            arrived=arrived(request),
        )

    if posted is not None:
        _saving.run(saving, form, save)
        by_name = {column: name for name, column in columns.items()}
        saving.conflicts = {by_name[c]: value for c, value in saving.conflicts.get(ref, {}).items()}
        partner.refresh_from_db()
    numbers = {name: partner.field_versions.get(column, 0) for name, column in columns.items()}
    return _page(
        request, asked, form, saving, numbers, _told, "participation_part", heading=_("Costs and support")
    )


@PAGE
def participation_section(request: HttpRequest, participation: str, section: str) -> HttpResponseBase:
    asked = _asked(request, participation)
    content = _own_part(asked)
    asking = _own_questions(asked, content, section) if content else None
    if content is None or asking is None:
        return redirect(asked)
    posted = request.POST if request.method == "POST" else None
    form = (
        asking.form(data=posted) if posted is not None else asking.form(answers=content.answers.get(section))
    )
    saving = _saving.read(request, form.fields)

    def save(names: list[str]) -> None:
        services.save_answers(
            asked.application,
            section=section,
            values={name: form.cleaned_data[name] for name in names},
            bases=saving.bases,
            by=request.user,
            arrived=arrived(request),
        )

    if posted is not None:
        _saving.run(saving, form, save)
        content = queries.content_of(content.version)
    numbers = {name: content.numbers.get(section, {}).get(name, 0) for name in form.fields}

    def show(name: str, value: Any) -> str:
        question = asking.part.question(name)
        return formkit.display(question, value, asking.parties) if question else ""

    heading = str(asking.part.title)
    return _page(
        request, asked, form, saving, numbers, show, "participation_section", section, heading=heading
    )


def _page(
    request: HttpRequest,
    asked: Participation,
    form: Any,
    saving: _saving.Saving,
    numbers: dict[str, int],
    show: Any,
    page: str,
    *args: str,
    heading: str,
) -> HttpResponseBase:
    """A page of the partner's own part, saved by its button or by itself."""
    conflicts = shown_conflicts(saving, numbers, show)
    if _saving.is_autosave(request):
        return _saving.answer(request, saving, bases=numbers, conflicts=conflicts)
    if request.method == "POST" and saving.ok:
        messages.success(request, _("Saved."))
        return redirect(asked)
    bases = saving.seen(numbers) if form.is_bound else numbers
    url = reverse(f"applicants:{page}", args=[asked.ref, *args])
    context = _frame(asked, form=form, bases=bases, url=url, heading=heading)
    context["fields"] = [(form[name], conflicts.get(name)) for name in form.fields]
    status = saving.status if form.is_bound else 200
    return render(request, "applicants/participation_part.html", context, status=status)


def _asked(request: HttpRequest, ref: str) -> Participation:
    """What the person's own organisation is asked, or 404: one query."""
    found = (
        Participation.objects.visible_to(request.user)
        .select_related("application__call__project", "application__organisation", "organisation", "asked_by")
        .select_related("application__last_final__cut_off")
        .defer(*long_texts("application__call__"), "application__last_final__payload")
    )
    return get_object_or_404(found, ref=ref)


def _own_part(asked: Participation) -> Content | None:
    """The draft's content where the partner may write its own part now, else None."""
    application = asked.application
    place = queries.invited_with(asked)
    if place is None or not application.call.partners_write or not application.is_writable(clock.now()):
        return None
    return queries.content_of(place[0]) if place[0].arrived_at is None else None


def _partner(asked: Participation, content: Content) -> Partner:
    return next(one for one in content.partners if one.organisation_id == asked.organisation_id)


def _own_questions(asked: Participation, content: Content, section: str) -> Asking | None:
    """What the section asks of this organisation; None when it asks nothing of it."""
    part = content.definition.section(section)
    if part is None:
        return None
    keys = formkit.page_fields(content.definition, part, content.answers)
    own = {one.key for one in part.questions if one.per_partner and keys and one.key in keys}
    party = next(one for one in content.parties if one.key == asked.organisation.ref)
    return Asking(content.definition, part, [party], frozenset(own)) if own else None


def _standing(asked: Participation, version: Version, partner: Partner) -> dict[str, Any]:
    """What the partner sees of the application: its own part, and nothing of the others."""
    content = _own_part(asked)
    parts = []
    if content is not None:
        parts = [
            {
                "label": str(part.title),
                "url": reverse("applicants:participation_section", args=[asked.ref, part.key]),
            }
            for part in content.definition.sections
            if _own_questions(asked, content, part.key)
        ]
    stand = queries.stand_of(partner, asked)
    return {
        "version": version,
        "partner": partner,
        "stand": stand,
        "tag": partnering.tag(stand),
        "parts": parts,
        "writes": content is not None,
        "is_open": version.arrived_at is None and asked.application.is_writable(clock.now()),
    }


def _frame(asked: Participation, **more: Any) -> dict[str, Any]:
    application = asked.application
    project = application.call.project
    return {
        "asked": asked,
        "application": application,
        "call": application.call,
        "project": project,
        "visibility": visibility_of(project),
        **more,
    }


def _column(name: str, ref: str) -> str:
    """ "cost-7KQ2" is the column cost_cents of the organisation 7KQ2."""
    kind = name.removesuffix(f"-{ref}")
    return AMOUNTS.get(kind, kind)


def _told(name: str, value: Any) -> str:
    return str(value) if name.startswith("task-") else format_eur(value)
