"""What is frozen at submission: the canonical form of a version and its fingerprint. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class FrozenOrganisation:
    """An organisation as it was at the moment of submission."""

    ref: str
    legal_name: str
    country: str
    registration_number: str
    vat: str
    street: str
    postcode: str
    town: str
    size: str
    founded_on: str | None
    pic: str = ""
    euid: str = ""
    nuts: str = ""
    nace: str = ""
    nace_revision: str = ""


@dataclass(frozen=True)
class FrozenPartner:
    """A partner's share; amounts in EUR cents. `sme`: its size as worked out, with the reasoning for the applicant;
    `aid`: its declaration of de minimis aid, where the call is State aid."""

    organisation: FrozenOrganisation
    is_lead: bool
    task: str
    cost_cents: int
    requested_cents: int
    sme: dict[str, Any] | None = None
    aid: dict[str, Any] | None = None


@dataclass(frozen=True)
class FrozenFile:
    """A file by its fingerprint; its bytes are kept beside, under the same SHA-256."""

    question: str
    name: str
    size: int
    sha256: str
    media_type: str


def build(
    *,
    call: str,
    application: str,
    version: int,
    title: str,
    form_revision: int,
    arrived_at: datetime,
    sections: Mapping[str, Mapping[str, Any]],
    partners: Iterable[FrozenPartner],
    files: Iterable[FrozenFile],
    declarations: Mapping[str, str],
) -> dict[str, Any]:
    """The payload of a submitted version: plain JSON values only. `arrived_at` is UTC, kept to the millisecond."""
    return {
        "call": call,
        "application": application,
        "version": version,
        "title": title,
        "form_revision": form_revision,
        "arrived_at": arrived_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "sections": {key: dict(answers) for key, answers in sections.items()},
        "partners": [asdict(partner) for partner in partners],
        "files": [asdict(file) for file in files],
        "declarations": dict(declarations),
    }


def answer_in(payload: Mapping[str, Any] | None, question: str) -> str:
    """What a submitted version answers to a question, in whatever section it stands; empty where it does not."""
    sections = ((payload or {}).get("sections") or {}).values()
    return next((str(given[question]) for given in sections if question and given.get(question)), "")


def canonical(payload: Mapping[str, Any]) -> bytes:
    """The bytes the fingerprint is taken of: JSON, keys sorted, no space, UTF-8. Anyone can make them again."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(payload: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(payload)).hexdigest()
