"""A declaration as plain JSON and back, exact. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from applicants.deminimis.papers import Declaration, Member
from applicants.deminimis.rules import Aid, Regulation, Use


def kept(declaration: Declaration) -> dict[str, Any]:
    """The declaration as plain JSON values."""
    return {
        "members": [asdict(member) for member in declaration.members],
        "member_state": declaration.member_state,
        "none_received": declaration.none_received,
        "use": asdict(declaration.use),
        "aids": [
            {
                **asdict(aid),
                "granted_on": aid.granted_on.isoformat(),
                "regulation": aid.regulation.value,
                "rate": None if aid.rate is None else str(aid.rate),
                "rate_on": aid.rate_on.isoformat() if aid.rate_on else None,
            }
            for aid in declaration.aids
        ],
    }


def restored(data: Mapping[str, Any]) -> Declaration:
    """The declaration that was kept."""
    return Declaration(
        members=tuple(Member(**member) for member in data["members"]),
        member_state=data["member_state"],
        none_received=data["none_received"],
        use=Use(**data["use"]),
        aids=tuple(
            Aid(
                **{
                    **aid,
                    "granted_on": date.fromisoformat(aid["granted_on"]),
                    "regulation": Regulation(aid["regulation"]),
                    "rate": None if aid["rate"] is None else Fraction(aid["rate"]),
                    "rate_on": date.fromisoformat(aid["rate_on"]) if aid["rate_on"] else None,
                }
            )
            for aid in data["aids"]
        ),
    )
