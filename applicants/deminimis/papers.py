"""The papers around de minimis aid: declaration, notice to the beneficiary, entry in the register. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.deminimis.rules import LAWS, Aid, Regulation, Use, state_name
from core.money import format_eur

REGISTER_FROM = date(2026, 1, 1)
"""From this day every de minimis aid goes into a central register (Article 6)."""
REGISTER_WORKING_DAYS = 20
KEPT_YEARS = 10


@dataclass(frozen=True)
class Member:
    """A member of the single undertaking, by name and number."""

    name: str
    number: str


@dataclass(frozen=True)
class Declaration:
    """What an applicant declares: the single undertaking and all its aid, or expressly that there was none.

    Neither aid nor `none_received` is a blank declaration.
    """

    members: tuple[Member, ...]
    member_state: str
    aids: tuple[Aid, ...] = ()
    none_received: bool = False
    use: Use = field(default_factory=Use)

    @property
    def is_blank(self) -> bool:
        return not self.aids and not self.none_received

    @property
    def known_aids(self) -> list[Aid] | None:
        """The aid declared; None when the declaration is blank (aid-30)."""
        return None if self.is_blank else list(self.aids)


def problems(declaration: Declaration) -> list[str]:
    """What has to be put right before it can be signed, in sentences."""
    found = []
    if declaration.is_blank:
        found.append(_("List every de minimis aid of the last three years, or state that none was received."))
    if declaration.aids and declaration.none_received:
        found.append(_("You list aid and state that none was received. Only one of the two can be true."))
    for aid in declaration.aids:
        if not aid.authority.strip():
            found.append(
                _("Name the authority that granted the aid of %(day)s.") % {"day": _day(aid.granted_on)}
            )
    return found


def declaration_text(declaration: Declaration) -> list[str]:
    """The declaration, sentence by sentence, in the active language."""
    names = ", ".join(
        f"{member.name} ({member.number})" if member.number else member.name for member in declaration.members
    )
    told = [
        _(
            "The following form one single undertaking within the meaning of Article 2(2) of Regulation (EU) "
            "2023/2831: %(names)s."
        )
        % {"names": names}
    ]
    if declaration.none_received:
        told.append(
            _("In the last three years none of them received de minimis aid in %(state)s.")
            % {"state": state_name(declaration.member_state)}
        )
    for aid in declaration.aids:
        told.append(
            _("%(day)s: %(amount)s EUR from %(authority)s in %(state)s under %(law)s.")
            % {
                "day": _day(aid.granted_on),
                "amount": format_eur(aid.amount_cents),
                "authority": aid.authority,
                "state": state_name(aid.member_state),
                "law": LAWS[aid.regulation].number,
            }
        )
    told.append(
        _(
            "This list is complete. A wrong declaration may mean that the support has to be paid back with interest."
        )
    )
    return told


def notice(aid: Aid, *, beneficiary: str, title: str) -> str:
    """What the beneficiary is told in writing: the amount as gross grant equivalent and that it is de minimis aid."""
    law = LAWS[aid.regulation].number
    return _(
        "%(name)s is granted %(amount)s EUR (gross grant equivalent) for “%(title)s” on %(day)s. It is de minimis aid "
        "under %(law)s and counts for three years from that day, for the whole single undertaking in %(state)s. "
        "Keep this notice for ten years."
    ) % {
        "name": beneficiary,
        "amount": format_eur(aid.amount_cents),
        "title": title,
        "day": _day(aid.granted_on),
        "law": law,
        "state": state_name(aid.member_state),
    }


def register_due(granted_on: date) -> date:
    """The last day for the entry in the register: 20 working days after the grant, Monday to Friday.

    Public holidays are not left out, so the day is never too late.
    """
    day, left = granted_on, REGISTER_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def kept_until(granted_on: date) -> date:
    """The register keeps an entry for ten years from the grant (Article 6); 29 February becomes 1 March."""
    try:
        return granted_on.replace(year=granted_on.year + KEPT_YEARS)
    except ValueError:
        return date(granted_on.year + KEPT_YEARS, 3, 1)


@dataclass(frozen=True)
class RegisterEntry:
    """One aid as the central register wants it."""

    number: str
    beneficiary: str
    identifier: str
    country: str
    nace: str
    aid: Aid


REGISTER_COLUMNS = (
    "unique_aid_number",
    "beneficiary",
    "beneficiary_identifier",
    "beneficiary_country",
    "amount_eur",
    "granting_date",
    "granting_authority",
    "member_state",
    "aid_instrument",
    "sector_nace",
    "regulation",
    "register_by",
    "kept_until",
)


def register_rows(entries: Sequence[RegisterEntry]) -> list[dict[str, Any]]:
    """The rows of the register's export, one per aid from 1 January 2026 on; amounts as "30000.00"."""
    rows = []
    for entry in entries:
        aid = entry.aid
        if aid.granted_on < REGISTER_FROM:
            continue
        values = (
            entry.number,
            entry.beneficiary,
            entry.identifier,
            entry.country,
            f"{aid.amount_cents // 100}.{aid.amount_cents % 100:02d}",
            aid.granted_on.isoformat(),
            aid.authority,
            aid.member_state,
            aid.instrument,
            entry.nace,
            LAWS[aid.regulation].number,
            register_due(aid.granted_on).isoformat(),
            kept_until(aid.granted_on).isoformat(),
        )
        rows.append(dict(zip(REGISTER_COLUMNS, values, strict=True)))
    return rows


def regulation_names() -> list[tuple[Regulation, str]]:
    """The regulations as people choose them."""
    words = {
        Regulation.GENERAL: _("general"),
        Regulation.SGEI: _("services of general economic interest"),
        Regulation.AGRICULTURE: _("agriculture"),
        Regulation.FISHERY: _("fishery and aquaculture"),
    }
    return [(one, f"{words[one]}: {LAWS[one].number}") for one in Regulation]


def _day(day: date) -> str:
    return date_format(day, "j F Y")
