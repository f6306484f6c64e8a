"""Writing a draft: its title, its partners and money. Every page saves by a button and by itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applicants import partnering, paths, queries, services
from applicants.forms import AMOUNTS, PartnerForm, PartnersForm, TitleForm
from applicants.queries import Content, OwnApplication
from applicants.services.partners import FIELDS
from applicants.views import _saving
from applicants.views._drafts import PAGE, arrived, context_of, elsewhere, onward, shown_conflicts
from applicants.views._own import content_of, own
from calls import awards
from core.forms import attempt
from core.money import format_eur


@PAGE
def application_about(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref)
    if (away := elsewhere(request, one, corrects=True)) is not None:
        return away
    posted = request.method == "POST"
    title = one.draft.title if one.draft else ""
    form = TitleForm(request.POST if posted else None, initial={"title": title})
    saving = _saving.read(request, form.fields)
    if posted:
        _saving.run(saving, form, lambda names: _save_title(request, one, form, names, saving))
    content = content_of(one)
    bases = {"title": content.version.field_versions.get("title", 0)}
    conflicts = shown_conflicts(saving, bases, lambda name, value: value)
    if _saving.is_autosave(request):
        return _saving.answer(request, saving, bases=bases, conflicts=conflicts)
    seen = saving.seen(bases) if posted else bases
    context = context_of(request, one, content, "about", form=form, bases=seen)
    context["conflict"] = conflicts.get("title")
    if posted and saving.ok:
        return onward(request, one, context, paths.of(one.application, "about"))
    context["findings"] = queries.eligibility_findings(content)
    context["size"] = queries.size_of(one.application.organisation)
    return render(request, "applicants/application_about.html", context, status=saving.status)


def _save_title(
    request: HttpRequest, one: OwnApplication, form: TitleForm, names: list[str], saving: Any
) -> None:
    if "title" not in names:
        return
    services.save_title(
        one.application,
        title=form.cleaned_data["title"],
        base=saving.bases.get("title", 0),
        by=request.user,
        arrived=arrived(request),
    )


@PAGE
def application_partners(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref)
    if not one.application.call.gives_money:
        return redirect(one.application)
    if (away := elsewhere(request, one, corrects=True)) is not None:
        return away
    content = content_of(one)
    if request.method != "POST":
        form = PartnersForm(partners=content.partners, asks_costs=content.asks_costs)
        return _partners_page(request, one, content, form, _saving.Saving([], {}))
    form = PartnersForm(_with_taken_amount(request), partners=content.partners, asks_costs=content.asks_costs)
    saving = _saving.read(request, form.fields)

    def save(names: list[str]) -> None:
        services.save_partners(
            one.application,
            values=_by_partner({name: form.cleaned_data[name] for name in names}),
            bases=_by_partner(saving.bases),
            by=request.user,
            arrived=arrived(request),
        )

    _saving.run(saving, form, save)
    saving.conflicts = _flat(saving.conflicts)
    content = content_of(one)
    if saving.ok and not _saving.is_autosave(request):
        context = context_of(request, one, content, "partners")
        return onward(request, one, context, paths.of(one.application, "partners"))
    return _partners_page(request, one, content, form, saving)


def _partners_page(
    request: HttpRequest, one: OwnApplication, content: Content, form: PartnersForm, saving: Any
) -> HttpResponse:
    bases = {
        _field(partner.organisation.ref, column): partner.field_versions.get(column, 0)
        for partner in content.partners
        for column in FIELDS
    }
    conflicts = shown_conflicts(saving, bases, _told)
    said = queries.stands(one.application, content.partners)
    parties = [
        {
            "party": party,
            "said": said.get(party.partner.organisation_id),
            "tag": partnering.tag(said[party.partner.organisation_id])
            if party.partner.organisation_id in said
            else None,
            "fields": [
                (name, form[name], conflicts.get(name))
                for name in (f"cost-{party.ref}", f"asked-{party.ref}", f"task-{party.ref}")
                if name in form.fields
            ],
        }
        for party in content.money.parties
    ]
    shown = {
        "money": content.money,
        "parties": parties,
        "call": one.application.call,
        "content_award": content.award,
        "asks_costs": content.asks_costs,
    }
    award = awards.sentence(content.award)
    if _saving.is_autosave(request):
        return _saving.answer(request, saving, bases=bases, conflicts=conflicts, **shown)
    context = context_of(request, one, content, "partners", form=form, conflicts=conflicts, award=award)
    context |= {
        "bases": saving.seen(bases) if form.is_bound else bases,
        "label": content.money_label,
        **shown,
    }
    return render(request, "applicants/application_partners.html", context, status=saving.status)


def _with_taken_amount(request: HttpRequest) -> Any:
    """What was typed, or with the amount that the button "Take …" offers."""
    data = request.POST.copy()
    ref, _sep, cents = request.POST.get("do.take", "").partition(":")
    if cents.isdecimal() and f"asked-{ref}" in data:
        data[f"asked-{ref}"] = f"{int(cents) // 100}.{int(cents) % 100:02d}"
    return data


def _by_partner(by_name: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """{"cost-7KQ2": 5} as {"7KQ2": {"cost_cents": 5}}."""
    sorted_out: dict[str, dict[str, Any]] = {}
    for name, value in by_name.items():
        kind, _sep, ref = name.partition("-")
        sorted_out.setdefault(ref, {})[AMOUNTS.get(kind, kind)] = value
    return sorted_out


def _field(ref: str, column: str) -> str:
    kinds = {column: kind for kind, column in AMOUNTS.items()}
    return f"{kinds.get(column, column)}-{ref}"


def _flat(by_partner: dict[str, Any]) -> dict[str, Any]:
    return {
        _field(ref, column): value for ref, columns in by_partner.items() for column, value in columns.items()
    }


def _told(name: str, value: Any) -> str:
    return value if name.startswith("task-") else format_eur(value)


@PAGE
def application_partner_add(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref)
    if (away := elsewhere(request, one)) is not None:
        return away
    content = content_of(one)
    form = PartnerForm(request.POST if request.method == "POST" else None, asks_costs=content.asks_costs)
    if request.method == "POST" and attempt(
        form, services.add_partner, one.application, by=request.user, arrived=arrived(request)
    ):
        told = {"name": form.result.organisation.legal_name}
        messages.success(request, _("%(name)s takes part now.") % told)
        if one.application.call.partners_confirm:
            return redirect(paths.of(one.application, "partner_ask", form.result.organisation.ref))
        return redirect(paths.of(one.application, "partners"))
    context = context_of(request, one, content, "partners", form=form)
    status = 422 if form.errors else 200
    return render(request, "applicants/application_partner_add.html", context, status=status)


@require_POST
def application_partner_remove(request: HttpRequest, ref: str, organisation: str) -> HttpResponseBase:
    one = own(request, ref)
    services.remove_partner(
        one.application, organisation=organisation, by=request.user, arrived=arrived(request)
    )
    messages.success(request, _("Removed from this draft."))
    return redirect(paths.of(one.application, "partners"))
