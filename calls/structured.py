"""A call as search engines read it: schema.org data. Pure: a published call in, a JSON-LD document out."""

from datetime import datetime
from typing import Any

from calls.models import Call
from calls.states import CallPhase


def structured_data(call: Call, at: datetime, *, site_url: str) -> dict[str, Any]:
    """A MonetaryGrant with what it gives to one project (a Grant where no money is given); while one can apply, the action with its first and last instant
    (schema.org/MonetaryGrant, schema.org/ApplyAction)."""
    url = f"{site_url}{call.get_absolute_url()}"
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MonetaryGrant" if call.gives_money else "Grant",
        "@id": url,
        "url": url,
        "identifier": call.code,
        "name": str(call.title),
        "description": str(call.summary),
        "funder": {
            "@type": "Organization",
            "name": "European Union",
            "url": "https://european-union.europa.eu",
        },
        "sponsor": {"@type": "Project", "name": call.project.acronym, "description": call.project.name},
    }
    if call.gives_money:
        data["amount"] = {
            "@type": "MonetaryAmount",
            "currency": "EUR",
            "minValue": euros(call.project_min_cents),
            "maxValue": euros(call.project_max_cents),
        }
    if call.project.website:
        data["sponsor"]["url"] = call.project.website
    if call.opens_at and call.closes_at and call.phase(at) in (CallPhase.UPCOMING, CallPhase.OPEN):
        data["potentialAction"] = {
            "@type": "ApplyAction",
            "target": url,
            "startTime": call.opens_at.astimezone(call.zoneinfo).isoformat(),
            "endTime": call.closes_at.astimezone(call.zoneinfo).isoformat(),
        }
    return data


def euros(cents: int) -> int | str:
    """Euros for other programs, exactly: a whole number, or decimal text when there are cents."""
    whole, rest = divmod(cents, 100)
    return whole if not rest else f"{whole}.{rest:02d}"
