"""What one award is and how much it can be: the money rules of a call, in words and against one another. Pure.

Amounts in EUR cents; rates exact. A contradiction is told with the figure and the setting it stands at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.shares import fault_of_shares
from calls.words import amount_range, euros
from core.money import format_eur, format_rate


class AwardUnit(TextChoices):
    """What an award is counted in."""

    RATE = "rate", gettext_lazy("A share of the costs, up to a maximum")
    LUMP = "lump", gettext_lazy("A lump sum: costs are not counted")
    UNIT = "unit", gettext_lazy("A fixed amount for each unit (a day, a trip, a test)")
    IN_KIND = "in_kind", gettext_lazy("A package of services, given in kind")
    SERVICE = "service", gettext_lazy("Services from a catalogue with prices")
    NONE = "none", gettext_lazy("No money: accepted entries stand in a public catalogue")


@dataclass(frozen=True)
class Award:
    """The money rules of a call. 0 is no minimum; `unit_cents` is what one unit gives where the award is by unit.

    `no_sme_rate` is the share for organisations that are no SME, where it is another one than `rate`.
    """

    unit: str
    budget_cents: int
    project_min_cents: int
    project_max_cents: int
    party_max_cents: int
    party_min_cents: int = 0
    unit_cents: int = 0
    unit_name: str = ""
    rate: Fraction = Fraction(1)
    no_sme_rate: Fraction | None = None
    parties_min: int = 1
    parties_max: int = 1

    @property
    def is_fixed(self) -> bool:
        """Does every project get the same amount?"""
        return 0 < self.project_min_cents == self.project_max_cents

    @property
    def is_reckoned(self) -> bool:
        """Does it follow from costs, units or a wish alone? Packages and services have their price list."""
        return self.unit in (AwardUnit.RATE, AwardUnit.LUMP, AwardUnit.UNIT)

    def rate_of(self, *, is_sme: bool) -> Fraction:
        """The exact share of its costs that an organisation gets at most."""
        return self.rate if is_sme or self.no_sme_rate is None else self.no_sme_rate


def award_of(call: Any) -> Award:
    """The money rules of a call's row as one value."""
    return Award(
        unit=call.award_unit,
        budget_cents=call.budget_cents,
        project_min_cents=call.project_min_cents,
        project_max_cents=call.project_max_cents,
        party_max_cents=call.sme_max_cents,
        party_min_cents=call.party_min_cents,
        unit_cents=call.unit_cents,
        unit_name=str(call.unit_name),
        rate=call.rate,
        no_sme_rate=call.no_sme_rate,
        parties_min=call.partners_min,
        parties_max=call.partners_max,
    )


@dataclass(frozen=True)
class Fault:
    """Two settings that contradict each other: the one to mend, and a sentence with the figures."""

    setting: str
    message: str


def sentence(award: Award) -> str:
    """What a project gets: "70 % of the costs, up to 30 000 EUR per project"."""
    amount = amount_range(award.project_min_cents, award.project_max_cents)
    told = {
        "amount": amount,
        "rate": format_rate(award.rate),
        "other": format_rate(award.no_sme_rate or award.rate),
        "unit": euros(award.unit_cents),
        "name": award.unit_name,
    }
    if award.unit == AwardUnit.RATE and award.no_sme_rate is not None:
        return _("%(rate)s of the costs of SMEs, %(other)s of those of others, %(amount)s per project") % told
    return {
        AwardUnit.RATE: _("%(rate)s of the costs, %(amount)s per project"),
        AwardUnit.LUMP: _("a lump sum of %(amount)s per project; costs are not counted"),
        AwardUnit.UNIT: _("%(unit)s for each %(name)s, %(amount)s per project"),
        AwardUnit.IN_KIND: _("a package of services worth %(amount)s, given in kind"),
        AwardUnit.SERVICE: _("services from the catalogue, worth %(amount)s per project"),
        AwardUnit.NONE: _("no money: a place in a public catalogue"),
    }[AwardUnit(award.unit)] % told


def rate_in_words(award: Award) -> str:
    """The share of the costs: "70 %", or "70 % for SMEs, 50 % for others"."""
    if award.no_sme_rate is None:
        return format_rate(award.rate)
    told = {"rate": format_rate(award.rate), "other": format_rate(award.no_sme_rate)}
    return _("%(rate)s for SMEs, %(other)s for others") % told


def faults(award: Award) -> list[Fault]:
    """Every contradiction between the money rules of a call, as far as they are set."""
    if award.unit == AwardUnit.NONE:
        return list(_without_money(award))
    return [*_project(award), *_party(award), *_unit(award)]


def in_short(award: Award) -> str:
    """What a project gets, for a list of calls: "10 000 – 30 000 EUR"."""
    if award.unit == AwardUnit.NONE:
        return _("no money, a place in a catalogue")
    return amount_range(award.project_min_cents, award.project_max_cents)


def _without_money(award: Award) -> Iterator[Fault]:
    if award.parties_max > 1:
        yield Fault("award_unit", _("In a call without money each organisation applies alone."))


def _project(award: Award) -> Iterator[Fault]:
    most = award.project_max_cents
    if award.project_min_cents > most:
        sentence = _("The smallest amount per project is above the largest, %s EUR.")
        yield Fault("project_min_cents", sentence % format_eur(most))
    if most > award.budget_cents:
        sentence = _("One project could get more than the whole call has, %s EUR.")
        yield Fault("project_max_cents", sentence % format_eur(award.budget_cents))


def _party(award: Award) -> Iterator[Fault]:
    if award.party_max_cents > award.project_max_cents:
        sentence = _("One SME cannot get more than its project: at most %s EUR.")
        yield Fault("sme_max_cents", sentence % format_eur(award.project_max_cents))
    if award.party_min_cents > award.party_max_cents:
        sentence = _("The smallest amount per SME is above the largest, %s EUR.")
        yield Fault("party_min_cents", sentence % format_eur(award.party_max_cents))
    least = award.party_min_cents * award.parties_min
    if least > award.project_max_cents:
        sentence = _(
            "%(n)d organisations at %(each)s each come to %(sum)s EUR; a project gets at most %(most)s."
        )
        told = {
            "n": award.parties_min,
            "each": format_eur(award.party_min_cents),
            "sum": format_eur(least),
            "most": format_eur(award.project_max_cents),
        }  # fmt: skip
        yield Fault("party_min_cents", sentence % told)


def _unit(award: Award) -> Iterator[Fault]:
    if award.unit == AwardUnit.UNIT:
        if award.unit_cents <= 0:
            yield Fault("unit_cents", _("Say how much one unit gives."))
        elif award.unit_cents > award.party_max_cents:
            sentence = _("One unit gives more than an SME can get, %s EUR.")
            yield Fault("unit_cents", sentence % format_eur(award.party_max_cents))
        if not award.unit_name:
            yield Fault("unit_name", _("Say what one unit is."))
    if award.unit == AwardUnit.IN_KIND and not award.is_fixed:
        sentence = _("A package has one value: the smallest and the largest amount are both %s EUR.")
        yield Fault("project_min_cents", sentence % format_eur(award.project_max_cents))


@dataclass(frozen=True)
class Portion:
    """One instalment: a percentage of the grant, or a fixed amount."""

    percent: Decimal | None
    amount_cents: int | None


def fault_of_instalments(parts: Sequence[Portion], award: Award) -> str:
    """Why instalments are no plan, in a sentence with the figures; empty when they are one (cap-40).

    Percentages come to exactly 100. Fixed amounts come to exactly the grant, so they need a call in which every
    project gets the same.
    """
    if any((part.percent is None) == (part.amount_cents is None) for part in parts):
        return _("Each instalment has either a share or an amount.")
    if all(part.amount_cents is None for part in parts):
        return fault_of_shares([part.percent or Decimal(0) for part in parts])
    if any(part.amount_cents is None for part in parts):
        return _("Give every instalment a share, or every instalment an amount: not both kinds.")
    total = sum(part.amount_cents or 0 for part in parts)
    if not award.is_fixed:
        return _(
            "Fixed amounts need the same grant for every project; here it is %(range)s. Give shares."
        ) % {"range": amount_range(award.project_min_cents, award.project_max_cents)}
    if total != award.project_max_cents:
        off = total - award.project_max_cents
        told = {
            "sum": format_eur(total),
            "grant": format_eur(award.project_max_cents),
            "off": format_eur(abs(off)),
        }
        if off < 0:
            return _("The amounts come to %(sum)s EUR; the grant is %(grant)s: %(off)s is missing.") % told
        return _("The amounts come to %(sum)s EUR; the grant is %(grant)s: %(off)s too much.") % told
    return ""


def exact_percents(parts: Sequence[Portion]) -> list[Fraction]:
    """Each instalment as an exact percentage of the grant: 32 000 of 80 000 is 40, a third is a third."""
    total = sum(part.amount_cents or 0 for part in parts)
    return [
        Fraction(part.percent)
        if part.percent is not None
        else Fraction((part.amount_cents or 0) * 100, total or 1)
        for part in parts
    ]
