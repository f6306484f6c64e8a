"""Calls in the words of the CommonGrants protocol (commongrants.org, core 0.5): pure mapping, filters and order."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from calls import awards, countries, words
from calls.models import Call
from calls.states import CallPhase

EU = uuid.uuid5(uuid.NAMESPACE_URL, "https://european-union.europa.eu")
STATUS = {
    CallPhase.UPCOMING: "forecasted",
    CallPhase.OPEN: "open",
    CallPhase.CLOSED: "closed",
    CallPhase.ARCHIVED: "closed",
    CallPhase.CANCELLED: "custom",
}
ORDER = ["forecasted", "open", "custom", "closed"]


def id_of(call: Call, site_url: str) -> uuid.UUID:
    """The same for ever: made of the installation's address and the call's address, which is frozen."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{site_url}{call.get_absolute_url()}")


def opportunity(call: Call, at: datetime, *, changed_at: datetime, site_url: str) -> dict[str, Any]:
    """One published call as an opportunity, in JSON's own kinds of values. `changed_at`: its last public change."""
    key = id_of(call, site_url)
    return {
        "id": str(key),
        "title": str(call.title),
        "identifiers": {"systemId": {"id": str(key)}, "otherIds": {"call-code": {"id": call.code}}},
        "status": _status(call.phase(at)),
        "description": str(call.summary) or str(call.title),
        **({"funding": _funding(call)} if call.gives_money else {}),
        "funders": {
            "primary": {"id": str(EU), "name": "European Union"},
            "otherOrgs": {
                "grantingAuthority": {
                    "id": str(uuid.uuid5(EU, call.project.granting_authority)),
                    "name": call.project.granting_authority,
                }
            },
        },
        "keyDates": _dates(call),
        "source": f"{site_url}{call.get_absolute_url()}",
        "acceptedApplicantTypes": _applicants(call),
        "customFields": _custom(call),
        "createdAt": _instant(call.published_at or call.created_at),
        "lastModifiedAt": _instant(changed_at),
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _status(phase: CallPhase) -> dict[str, str]:
    value = STATUS[phase]
    told = {"value": value, "description": str(phase.label)}
    return {**told, "customValue": "cancelled"} if value == "custom" else told


def _money(cents: int) -> dict[str, str]:
    return {"amount": f"{cents // 100}.{cents % 100:02d}", "currency": "EUR"}


def _funding(call: Call) -> dict[str, Any]:
    told: dict[str, Any] = {
        "totalAmountAvailable": _money(call.budget_cents),
        "minAwardAmount": _money(call.project_min_cents),
        "maxAwardAmount": _money(call.project_max_cents),
    }
    if call.max_awards:
        told["maxAwardCount"] = call.max_awards
    return told


def _dates(call: Call) -> dict[str, Any]:
    told: dict[str, Any] = {}
    others: dict[str, Any] = {}
    if call.published_at:
        told["postDate"] = _event("Published", call.published_at, call)
    if call.closes_at:
        told["closeDate"] = _event("Deadline", call.closes_at, call)
    if call.opens_at:
        others["opening"] = _event("Applications can be started", call.opens_at, call)
    for number, cut_off in enumerate(call.cut_offs.all(), start=1):
        if cut_off.closes_at:
            name = f"Cut-off {number}" + (f": {cut_off.name}" if cut_off.name else "")
            others[f"cutOff{number}"] = _event(name, cut_off.closes_at, call)
    if call.questions_until:
        others["questions"] = _event("Last instant for questions", call.questions_until, call)
    for name, label, day in (
        ("answer", "Applicants have their answer", call.decision_by),
        ("agreement", "Agreements are signed", call.agreement_by),
    ):
        if day:
            others[name] = {"name": label, "eventType": "singleDate", "date": day.isoformat()}
    return {**told, "otherDates": others} if others else told


def _event(name: str, at: datetime, call: Call) -> dict[str, str]:
    local = at.astimezone(call.zoneinfo)
    return {
        "name": name,
        "eventType": "singleDate",
        "date": local.date().isoformat(),
        "time": local.strftime("%H:%M:%S"),
        "description": f"Time of {call.zone}",
    }


def _applicants(call: Call) -> list[dict[str, str]]:
    told = words.sizes(call.sizes)
    return [{"value": "custom", "customValue": "enterprise-size", "description": told}] if told else []


def _custom(call: Call) -> dict[str, Any]:
    where = [*call.countries, *call.countries_pending]
    return {
        "countries": {
            "name": "countries",
            "fieldType": "array",
            "value": sorted(where),
            "description": countries.in_words(where),
        },
        "fundingRate": {
            "name": "fundingRate",
            "fieldType": "string",
            "value": awards.rate_in_words(call.award),
            "description": "Share of the costs that is paid",
        },
        "project": {
            "name": "project",
            "fieldType": "string",
            "value": call.project.acronym,
            "description": call.project.name,
        },
    }


@dataclass(frozen=True)
class Span:
    """What lies between two values, or outside of them; None has no end."""

    low: Any
    high: Any
    is_outside: bool = False

    def has(self, value: Any) -> bool:
        within = (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        return within != self.is_outside


@dataclass(frozen=True)
class Asked:
    """What a search narrows the opportunities to."""

    statuses: frozenset[str] = frozenset()
    is_not_in: bool = False
    closing: Span | None = None
    total: Span | None = None
    least: Span | None = None
    most: Span | None = None

    def fits(self, one: dict[str, Any]) -> bool:
        """Does an opportunity fit every filter that was set?"""
        if self.statuses and (one["status"]["value"] in self.statuses) == self.is_not_in:
            return False
        spans = [
            (self.closing, _closing_day(one)),
            (self.total, _amount(one, "totalAmountAvailable")),
            (self.least, _amount(one, "minAwardAmount")),
            (self.most, _amount(one, "maxAwardAmount")),
        ]
        return all(span is None or (value is not None and span.has(value)) for span, value in spans)


def _closing_day(one: dict[str, Any]) -> date | None:
    event = one["keyDates"].get("closeDate")
    return date.fromisoformat(event["date"]) if event else None


def _amount(one: dict[str, Any], name: str) -> Decimal:
    """Nothing where no money is given."""
    return Decimal(one["funding"][name]["amount"]) if "funding" in one else Decimal(0)


SORTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "lastModifiedAt": lambda one: one["lastModifiedAt"],
    "createdAt": lambda one: one["createdAt"],
    "title": lambda one: one["title"].casefold(),
    "status.value": lambda one: ORDER.index(one["status"]["value"]),
    "keyDates.closeDate": lambda one: (_closing_day(one) or date.max, one["id"]),
    "funding.maxAwardAmount": lambda one: _amount(one, "maxAwardAmount"),
    "funding.minAwardAmount": lambda one: _amount(one, "minAwardAmount"),
    "funding.totalAmountAvailable": lambda one: _amount(one, "totalAmountAvailable"),
    "funding.estimatedAwardCount": lambda one: one.get("funding", {}).get("maxAwardCount", 0),
}
"""What opportunities can be sorted by."""


def in_order(found: Iterable[dict[str, Any]], by: str, *, descending: bool) -> list[dict[str, Any]]:
    """Sorted by a key of SORTS; equals stand by their id."""
    same = sorted(found, key=lambda one: one["id"])
    return sorted(same, key=SORTS[by], reverse=descending)
