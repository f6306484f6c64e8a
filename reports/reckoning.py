"""What a call would pay for a project: the voucher calculator (feature A19). Pure; amounts in EUR cents.

It reckons with the call's money rules alone. Whether an organisation may apply, and what it holds already, is asked
elsewhere (`applicants`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from calls.awards import Award, AwardUnit
from core.money import format_eur, format_rate
from grants.instalments import split_amount


@dataclass(frozen=True)
class Reckoned:
    """What would be paid, how that comes about, what is left to pay oneself, and the instalments."""

    support_cents: int
    steps: list[str]
    own_cents: int | None
    parts: list[tuple[str, int]]


def reckon(
    award: Award,
    *,
    cost_cents: int = 0,
    units: int = 0,
    is_sme: bool = True,
    instalments: Sequence[tuple[str, Fraction]] = (),
) -> Reckoned:
    """The support for one organisation that applies alone with these costs, or for so many units. `instalments`: what each
    is called, with its exact percentage. A share of the costs is rounded down to the cent: nobody is promised more than
    the rate. Less than the call's minimum is no support at all."""
    steps: list[str] = []
    if award.unit == AwardUnit.RATE:
        rate = award.rate_of(is_sme=is_sme)
        wanted = cost_cents * rate.numerator // rate.denominator
        told = {"rate": format_rate(rate), "cost": format_eur(cost_cents), "is": format_eur(wanted)}
        steps.append(_("%(rate)s of %(cost)s EUR is %(is)s EUR.") % told)
    elif award.unit == AwardUnit.UNIT:
        wanted = units * award.unit_cents
        told = {"n": str(units), "unit": format_eur(award.unit_cents), "is": format_eur(wanted)}
        steps.append(_("%(n)s times %(unit)s EUR is %(is)s EUR.") % told)
    else:
        wanted = cost_cents
    limits = [limit for limit in (award.project_max_cents, award.party_max_cents) if limit]
    most = min(limits, default=wanted)
    support = min(wanted, most)
    if support < wanted:
        steps.append(
            _("The call gives at most %s EUR to an organisation that applies alone.") % format_eur(most)
        )
    least = max(award.project_min_cents, award.party_min_cents)
    if support < least:
        steps.append(_("The call gives no less than %s EUR: for less one cannot apply.") % format_eur(least))
        support = 0
    own = cost_cents - support if award.unit == AwardUnit.RATE else None
    amounts = (
        split_amount(support, [percent for _name, percent in instalments]) if instalments and support else []
    )
    return Reckoned(
        support, steps, own, [(name, cents) for (name, _p), cents in zip(instalments, amounts, strict=False)]
    )
