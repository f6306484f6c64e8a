"""Which ceilings hold for de minimis aid, over which span, and whether new aid fits under them. Pure; EUR cents.

Regulation (EU) 2023/2831 (general), 2023/2832 (services of general economic interest), 1408/2013 as amended by
2024/3118 (agriculture), 717/2014 as amended by 2023/2391 (fishery).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext_lazy as _
from django_countries import countries

from core.money import format_eur, round_half_up


class Regulation(StrEnum):
    """Under which regulation aid was or would be granted."""

    GENERAL = "general"
    SGEI = "sgei"
    AGRICULTURE = "agriculture"
    FISHERY = "fishery"


@dataclass(frozen=True)
class Law:
    """A regulation as it is named in letters, with its ceiling in cents over three years."""

    regulation: Regulation
    number: str
    ceiling_cents: int
    register_ceiling_cents: int | None = None

    def ceiling(self, *, has_register: bool) -> int:
        """The ceiling; some Member States with a register of their own may use the higher one."""
        if has_register and self.register_ceiling_cents is not None:
            return self.register_ceiling_cents
        return self.ceiling_cents


LAWS = {
    law.regulation: law
    for law in (
        Law(Regulation.GENERAL, "Regulation (EU) 2023/2831", 30_000_000),
        Law(Regulation.SGEI, "Regulation (EU) 2023/2832", 75_000_000),
        Law(Regulation.AGRICULTURE, "Regulation (EU) No 1408/2013", 5_000_000),
        Law(Regulation.FISHERY, "Regulation (EU) No 717/2014", 3_000_000, 4_000_000),
    )
}
TOGETHER = frozenset({Regulation.GENERAL, Regulation.AGRICULTURE, Regulation.FISHERY})
"""Aid under these counts together up to the general ceiling (2023/2831 Article 5(2)); SGEI aid beside it (5(1))."""
IN_FORCE_FROM, IN_FORCE_UNTIL = date(2024, 1, 1), date(2030, 12, 31)


@dataclass(frozen=True)
class Aid:
    """Aid that was granted: the day the legal right to it was conferred, whenever it is paid.

    `amount_cents` is the gross grant equivalent (Article 3(6)); `face_cents` the face value of a loan, if any (aid-28).
    Aid in another currency keeps its amount in that currency's cents with the exact rate and its day (aid-31).
    """

    granted_on: date
    amount_cents: int
    member_state: str
    regulation: Regulation = Regulation.GENERAL
    undertaking: str = ""
    authority: str = ""
    instrument: str = "grant"
    face_cents: int | None = None
    currency: str = "EUR"
    original_cents: int | None = None
    rate: Fraction | None = None
    rate_on: date | None = None

    def __post_init__(self) -> None:
        if self.amount_cents < 0:
            raise ValueError("Aid is zero or more.")


def converted(
    original_cents: int,
    *,
    currency: str,
    rate: Fraction,
    rate_on: date,
    granted_on: date,
    member_state: str,
    regulation: Regulation = Regulation.GENERAL,
    authority: str = "",
) -> Aid:
    """Aid in another currency: `rate` is what one euro is worth in it on `rate_on`; half a cent up; both are kept."""
    if rate <= 0:
        raise ValueError("A rate is above zero.")
    return Aid(
        granted_on,
        round_half_up(original_cents / rate),
        member_state,
        regulation,
        authority=authority,
        currency=currency,
        original_cents=original_cents,
        rate=rate,
        rate_on=rate_on,
    )


class Code(StrEnum):
    """What a finding is about."""

    NOT_STATE_AID = "not_state_aid"
    CEILING = "ceiling"
    TOGETHER = "together"
    EARLIER_OVER = "earlier_over"
    PRIMARY_AGRICULTURE = "primary_agriculture"
    PRIMARY_FISHERY = "primary_fishery"
    EXPORT = "export"
    DOMESTIC_GOODS = "domestic_goods"
    OUT_OF_FORCE = "out_of_force"
    UNDECLARED = "undeclared"
    WITH_SGEI = "with_sgei"


_SENTENCES = {
    Code.NOT_STATE_AID: _(
        "The money comes from an EU programme managed by the Commission, over which no Member State decides: it is not "
        "State aid. De minimis does not apply, and nothing is added to the counter."
    ),
    Code.CEILING: _(
        "With %(asked)s the single undertaking would hold %(sum)s of the %(limit)s that %(law)s allows in %(state)s "
        "within three years: %(over)s too much. None of it may be granted; at most %(room)s could be granted by a new "
        "decision."
    ),
    Code.TOGETHER: _(
        "With %(asked)s all de minimis aid of the single undertaking in %(state)s, agriculture and fishery included, "
        "would be %(sum)s of %(limit)s: %(over)s too much. None of it may be granted; at most %(room)s could be "
        "granted by a new decision."
    ),
    Code.EARLIER_OVER: _(
        "What was granted lawfully before stays lawful, even where it is above the ceiling today."
    ),
    Code.PRIMARY_AGRICULTURE: _(
        "Primary agricultural production has no aid under Regulation (EU) 2023/2831; Regulation (EU) No 1408/2013 "
        "applies to it."
    ),
    Code.PRIMARY_FISHERY: _(
        "Primary fishery and aquaculture have no aid under Regulation (EU) 2023/2831; Regulation (EU) No 717/2014 "
        "applies to them."
    ),
    Code.EXPORT: _("Aid tied to exported quantities is excluded from de minimis."),
    Code.DOMESTIC_GOODS: _("Aid that depends on using domestic instead of imported goods is excluded."),
    Code.OUT_OF_FORCE: _("Regulation (EU) 2023/2831 applies from 1 January 2024 to 31 December 2030."),
    Code.UNDECLARED: _(
        "The declaration of earlier aid is blank. List every aid, or state that none was received; without it nothing "
        "can be awarded."
    ),
    Code.WITH_SGEI: _(
        "There is also aid for services of general economic interest. The two may be cumulated; a person has to look "
        "at whether they pay the same costs."
    ),
}


@dataclass(frozen=True)
class Finding:
    """One reason, with its figures in cents; `message` is its sentence."""

    code: Code
    asked_cents: int = 0
    sum_cents: int = 0
    limit_cents: int = 0
    room_cents: int = 0
    law: str = ""
    member_state: str = ""

    @property
    def over_cents(self) -> int:
        return max(0, self.sum_cents - self.limit_cents)

    @property
    def message(self) -> str:
        """The reason in the active language."""
        return str(_SENTENCES[self.code]) % {
            "asked": format_eur(self.asked_cents),
            "sum": format_eur(self.sum_cents),
            "limit": format_eur(self.limit_cents, short=True),
            "over": format_eur(self.over_cents),
            "room": format_eur(self.room_cents),
            "law": self.law,
            "state": state_name(self.member_state),
        }


@dataclass(frozen=True)
class Use:
    """What the new aid is for, where that decides whether the regulation may be used at all."""

    primary_agriculture: bool = False
    primary_fishery: bool = False
    tied_to_exports: bool = False
    domestic_goods: bool = False


@dataclass(frozen=True)
class Verdict:
    """Whether new aid may be granted: all of it or none (Article 3(7)).

    `counted_cents` was granted before and counts; `room_cents` could be granted now; `left_cents` is what would be left
    after an allowed grant.
    """

    applies: bool
    allowed: bool
    findings: list[Finding]
    cautions: list[Finding]
    counted_cents: int = 0
    room_cents: int = 0
    left_cents: int = 0
    counted: tuple[Aid, ...] = ()


def state_name(code: str) -> str:
    """The Member State in the active language."""
    return str(countries.name(code)) or code


def window_start(granted_on: date) -> date:
    """Three calendar years before; 29 February becomes the 28th (convention N4). Aid after this day counts."""
    try:
        return granted_on.replace(year=granted_on.year - 3)
    except ValueError:
        return granted_on.replace(year=granted_on.year - 3, day=28)


def counts(aid: Aid, granted_on: date, *, strict: bool = False, fiscal_month: int = 1) -> bool:
    """Whether aid granted before counts towards new aid of that day.

    Rolling: granted after the same day three years ago, with `strict` on that day too. Fishery counts by fiscal years:
    this one and the two before, each beginning with month `fiscal_month`.
    """
    if aid.granted_on > granted_on:
        return False
    if aid.regulation is Regulation.FISHERY:
        return _fiscal_year(aid.granted_on, fiscal_month) >= _fiscal_year(granted_on, fiscal_month) - 2
    start = window_start(granted_on)
    return aid.granted_on > start or (strict and aid.granted_on == start)


def check(
    earlier: Sequence[Aid] | None,
    asked_cents: int,
    *,
    granted_on: date,
    member_state: str,
    is_state_aid: bool,
    regulation: Regulation = Regulation.GENERAL,
    use: Use | None = None,
    undertaking: Collection[str] | None = None,
    has_register: bool = False,
    strict: bool = False,
    fiscal_month: int = 1,
) -> Verdict:
    """Whether `asked_cents` (gross grant equivalent) may be granted on that day in that Member State.

    `earlier` is all aid that was declared or is known; None is a blank declaration, which an empty list is not (aid-30).
    `undertaking`: the members of the single undertaking; aid to others is left out (None: all given aid is theirs).
    Where the call is not State aid nothing is judged or counted (aid-19).
    """
    if not is_state_aid:
        return Verdict(False, True, [Finding(Code.NOT_STATE_AID)], [])
    findings = [*_excluded(regulation, use or Use()), *_out_of_force(granted_on)]
    if earlier is None:
        return Verdict(True, False, [*findings, Finding(Code.UNDECLARED)], [])
    relevant = [
        aid
        for aid in earlier
        if aid.member_state == member_state
        and (undertaking is None or aid.undertaking in undertaking)
        and counts(aid, granted_on, strict=strict, fiscal_month=fiscal_month)
    ]
    limits = _limits(relevant, regulation, has_register)
    room = min(max(0, limit - held) for _code, held, limit in limits)
    for code, held, limit in limits:
        if asked_cents and held + asked_cents > limit:
            law = LAWS[regulation].number
            findings.append(Finding(code, asked_cents, held + asked_cents, limit, room, law, member_state))
    cautions = _cautions(relevant, limits, regulation)
    held = limits[-1][1]
    allowed = not findings
    left = room - asked_cents if allowed else room
    return Verdict(True, allowed, findings, cautions, held, room, left, tuple(relevant))


def _limits(
    relevant: Sequence[Aid], regulation: Regulation, has_register: bool
) -> list[tuple[Code, int, int]]:
    """What is held and allowed, first under the aid's own regulation, then together with the others."""

    def held(regulations: Collection[Regulation]) -> int:
        return sum(aid.amount_cents for aid in relevant if aid.regulation in regulations)

    own = (Code.CEILING, held({regulation}), LAWS[regulation].ceiling(has_register=has_register))
    if regulation not in TOGETHER:
        return [own]
    general = LAWS[Regulation.GENERAL].ceiling_cents
    together = (Code.TOGETHER, held(TOGETHER), general)
    if regulation is Regulation.GENERAL and together[1] == own[1]:
        return [own]
    return [together] if regulation is Regulation.GENERAL else [own, together]


def _excluded(regulation: Regulation, use: Use) -> Iterable[Finding]:
    own = regulation in {Regulation.AGRICULTURE, Regulation.FISHERY}
    told = [
        (use.primary_agriculture and not own, Code.PRIMARY_AGRICULTURE),
        (use.primary_fishery and not own, Code.PRIMARY_FISHERY),
        (use.tied_to_exports, Code.EXPORT),
        (use.domestic_goods, Code.DOMESTIC_GOODS),
    ]
    return [Finding(code) for is_so, code in told if is_so]


def _out_of_force(granted_on: date) -> list[Finding]:
    return [] if IN_FORCE_FROM <= granted_on <= IN_FORCE_UNTIL else [Finding(Code.OUT_OF_FORCE)]


def _cautions(
    relevant: Sequence[Aid], limits: Sequence[tuple[Code, int, int]], regulation: Regulation
) -> list[Finding]:
    found = []
    if any(held > limit for _code, held, limit in limits):
        found.append(Finding(Code.EARLIER_OVER))
    if regulation is not Regulation.SGEI and any(aid.regulation is Regulation.SGEI for aid in relevant):
        found.append(Finding(Code.WITH_SGEI))
    return found


def _fiscal_year(day: date, first_month: int) -> int:
    return day.year if day.month >= first_month else day.year - 1
