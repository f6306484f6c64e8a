"""What a grant agreement prints, gathered once when it is drafted and frozen with it (`Agreement.data`).

Plain JSON values: dates as ISO text, money in integer cents. The document is a function of this alone (QR15).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django_countries import countries

from accounts.models import Organisation
from applicants.models import Version
from applicants.payload import answer_in
from applicants.queries.dossier import dossier
from calls import awards, formkit
from calls.models import Call
from calls.queries import form_of, terms
from evaluation.models import Decision
from funding import queries as funding
from funding.models import Project
from funding.visibility import logo_of
from grants.debts import RecoveryOrder
from grants.plan import PlannedMilestone

TEMPLATE = 3
"""The number of the document's template. A change of its words is a new number, so that old documents explain themselves.
2: with the conditions of the call and the declarations as annexes. 3: says whether a part of a milestone may be approved."""

RECORD_YEARS = 5
"""Years after the final payment of the main grant for which records are kept (model grant agreement, Data Sheet point 6)."""

Milestones = Sequence[PlannedMilestone[Organisation]]


def build(
    *,
    ref: str,
    decision: Decision,
    shares: Sequence[tuple[Organisation, int]],
    milestones: Milestones,
    starts_on: date,
    ends_on: date,
    months: int,
) -> dict[str, Any]:
    """Everything the document of an agreement prints, from the version that was judged and the award."""
    version, call = decision.version, decision.round.call
    project = call.project
    payload = version.payload or {}
    award = call.award_for(answer_in(payload, call.topic_question))
    with translation.override("en"):
        return {
            "template": TEMPLATE,
            "ref": ref,
            "title": payload.get("title", ""),
            "application": {
                "ref": version.application.ref,
                "version": version.number,
                "sha256": version.sha256,
                "arrived_on": _day(version.arrived_at, call),
            },
            "call": {
                "code": call.code,
                "title": str(call.title),
                "rate": awards.rate_in_words(award),
                "award_unit": call.award_unit,
                "award": awards.sentence(award),
                "partial_approval": call.partial_approval,
            },
            "project": _project(project),
            "coordinator": _coordinator(project),
            "parties": _parties(payload, shares, milestones),
            "amount_cents": sum(cents for _organisation, cents in shares),
            "ceiling_cents": funding.ceiling_cents(project),
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat(),
            "months": months,
            "milestones": _milestones(milestones),
            "sections": _sections(version, payload),
            **_declared(version),
            "conditions": asdict(terms(call)),
            "files": [{"name": f["name"], "sha256": f["sha256"]} for f in payload.get("files", [])],
            "record_years": RECORD_YEARS,
            "state_aid": call.state_aid,
            "visibility": visibility(project),
        }


def recovery(order: RecoveryOrder, *, written_on: date) -> dict[str, Any]:
    """Everything the letter of a recovery order prints, frozen on the day on which it is confirmed."""
    agreement = order.agreement
    project = agreement.application.call.project
    return {
        "ref": order.ref,
        "agreement_ref": agreement.ref,
        "title": agreement.data["title"],
        "written_on": written_on.isoformat(),
        "due_on": order.due_on.isoformat() if order.due_on else "",
        "days_to_pay": order.days_to_pay,
        "amount_cents": order.amount_cents,
        "accepted_cents": order.accepted_cents,
        "paid_cents": order.paid_cents,
        "reason": order.reason,
        "organisation": _organisation({}, order.organisation),
        "coordinator": _coordinator(project),
        "project": _project(project),
        "bank": {"holder": project.bank_holder, "iban": project.bank_iban, "bic": project.bank_bic},
        "visibility": visibility(project),
    }


def visibility(project: Project) -> dict[str, Any]:
    """The funding statement and the disclaimer of the project's grant agreement (Article 17.2 and 17.3), and its logo."""
    return {
        "logo": logo_of(project),
        "statement": "Co-funded by the European Union",
        "disclaimer": (
            "Views and opinions expressed are however those of the author(s) only and do not necessarily reflect "
            f"those of the European Union or {project.granting_authority}. Neither the European Union nor the "
            "granting authority can be held responsible for them."
        ),
    }


def _day(instant: Any, call: Call) -> str:
    return instant.astimezone(ZoneInfo(call.zone)).date().isoformat() if instant else ""


def _project(project: Project) -> dict[str, str]:
    return {
        "acronym": project.acronym,
        "name": project.name,
        "number": project.grant_agreement_number,
        "authority": project.granting_authority,
        "started_on": project.started_on.isoformat(),
        "ends_on": project.ends_on.isoformat(),
        "email": project.contact_email,
        "website": project.website,
    }


def _coordinator(project: Project) -> dict[str, str]:
    partner = next((p for p in funding.consortium(project) if p.is_coordinator), None)
    return _organisation({}, partner.organisation) if partner else {}


def _organisation(frozen: Mapping[str, Any], current: Organisation) -> dict[str, str]:
    """An organisation as it was submitted; what the submission does not hold comes from its entry today."""

    def value(name: str) -> str:
        return str(frozen.get(name) or getattr(current, name) or "")

    size = frozen.get("size") or current.size
    return {
        "ref": current.ref,
        "legal_name": value("legal_name"),
        "registration_number": value("registration_number"),
        "vat": value("vat"),
        "street": value("street"),
        "postcode": value("postcode"),
        "town": value("town"),
        "country": str(countries.name(frozen.get("country") or str(current.country))),
        "size": str(dict(Organisation.Size.choices).get(size, size)),
    }


def _parties(
    payload: Mapping[str, Any], shares: Sequence[tuple[Organisation, int]], milestones: Milestones
) -> list[dict[str, Any]]:
    """All organisations of the project, lead first; those that receive money with their share and its parts."""
    given = {organisation.ref: cents for organisation, cents in shares}
    known = {organisation.ref: organisation for organisation, _cents in shares}
    columns = {
        organisation.ref: [dict(m.shares)[organisation] for m in milestones]
        for organisation, _cents in shares
    }
    partners = payload.get("partners", [])
    refs = [p["organisation"]["ref"] for p in partners]
    others = Organisation.objects.filter(ref__in=set(refs) - set(known))
    known |= {organisation.ref: organisation for organisation in others}
    return [
        {
            **_organisation(partner["organisation"], known[ref]),
            "is_lead": bool(partner.get("is_lead")),
            "task": partner.get("task", ""),
            "cost_cents": partner.get("cost_cents", 0),
            "amount_cents": given.get(ref, 0),
            "parts": columns.get(ref, [0] * len(milestones)),
        }
        for ref, partner in zip(refs, partners, strict=True)
        if ref in known
    ]


def _milestones(milestones: Milestones) -> list[dict[str, Any]]:
    return [
        {
            "position": m.position,
            "label": m.label,
            "percent": f"{m.percent.normalize():f}",
            "needs_report": m.needs_report,
            "due_on": m.due_on.isoformat(),
            "amount_cents": m.amount_cents,
        }
        for m in milestones
    ]


def _declared(version: Version) -> dict[str, Any]:
    """What was declared at submission, and how the size of each organisation was worked out."""
    shown = dossier(version.application, version)
    return {
        "declarations": shown.declarations,
        "declared_by": str(version.submitted_by or ""),
        "sizes": [
            {
                "name": one.name,
                "size": one.size,
                "worked_out": str(one.worked_out),
                "reasons": list(one.reasons),
            }
            for one in shown.partners
        ],
    }


def _sections(version: Version, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The form's answers in words, by the revision of the form that was filled in."""
    form = form_of(version.form_revision)
    answers = payload.get("sections", {})
    parties = [
        formkit.Party(one["organisation"].get("ref", ""), one["organisation"].get("legal_name", ""))
        for one in payload.get("partners", [])
    ]
    rows: dict[str, list[dict[str, str]]] = {}
    for section, one in formkit.asked_fields(form, answers, parties):
        if one.question.is_calculated:
            text = formkit.calculated(form, one.question, answers, parties)
        else:
            text = formkit.display(one.question, answers.get(section.key, {}).get(one.name), parties)
        if text and not one.question.is_file:
            rows.setdefault(section.key, []).append({"label": formkit.label_of(one), "text": text})
    return [
        {"title": str(section.title), "answers": rows[section.key]}
        for section in form.sections
        if section.key in rows
    ]
