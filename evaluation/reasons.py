"""Why a file stands where it stands on the ranked list: codes with facts, put in words when read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from calls.calendar import stamp
from core.money import format_eur
from evaluation.scoring import format_score


class Reason(StrEnum):
    """One reason for a place or an order."""

    FUNDED = "funded"
    FUNDED_IN_BUDGET = "funded_in_budget"
    PROMOTED = "promoted"
    PROMOTED_IN_BUDGET = "promoted_in_budget"
    NO_MONEY = "no_money"
    STOPPED = "stopped"
    MAX_AWARDS = "max_awards"
    OFFERED = "offered"
    LIMIT_NUMBER = "limit_number"
    LIMIT_MONEY = "limit_money"
    ACCEPTED = "accepted"
    FITS = "fits"
    FITS_IN_BUDGET = "fits_in_budget"
    LOT = "lot"
    ONE_LOT = "one_lot"
    BELOW_CRITERION = "below_criterion"
    BELOW_TOTAL = "below_total"
    WITHDRAWN = "withdrawn"
    NOT_CLEARED = "not_cleared"
    TIE_BEFORE = "tie_before"
    TIE_AFTER = "tie_after"
    ARRIVED_BEFORE = "arrived_before"
    ARRIVED_AFTER = "arrived_after"
    TIE_EQUAL = "tie_equal"
    CAME = "came"
    HELD = "held"
    ALL_HELD = "all_held"


_SENTENCES = {
    Reason.FUNDED: _("All thresholds are reached; %(amount_cents)s is awarded."),
    Reason.FUNDED_IN_BUDGET: _(
        "All thresholds are reached; %(amount_cents)s fits in the %(left_cents)s left of the budget."
    ),
    Reason.PROMOTED: _("Promoted from the reserve list; %(amount_cents)s is awarded."),
    Reason.PROMOTED_IN_BUDGET: _(
        "Promoted from the reserve list; %(amount_cents)s fits in the %(left_cents)s now left of the budget."
    ),
    Reason.ACCEPTED: _("Accepted."),
    Reason.FITS: _("%(amount_cents)s is awarded."),
    Reason.FITS_IN_BUDGET: _("%(amount_cents)s fits in the %(left_cents)s left of the budget."),
    Reason.LOT: _("Drawn in place %(number)s of %(of)s, with the lot %(lot)s."),
    Reason.ONE_LOT: _("Not in the draw: %(other)s of the same organisation arrived earlier and is in it."),
    Reason.NO_MONEY: _("Reserve: %(amount_cents)s does not fit in the %(left_cents)s left of the budget."),
    Reason.STOPPED: _("Reserve: the list stops at %(other)s, the first file that does not fit."),
    Reason.MAX_AWARDS: _("Reserve: the maximum number of awards, %(number)s, is reached."),
    Reason.OFFERED: _(
        "All thresholds are reached; of %(amount_cents)s asked %(left_cents)s is left of the budget and offered."
    ),
    Reason.LIMIT_NUMBER: _("Reserve: the maximum for %(name)s, %(number)s, is reached."),
    Reason.LIMIT_MONEY: _(
        "Reserve: %(amount_cents)s does not fit in the %(left_cents)s left of the maximum for %(name)s."
    ),
    Reason.BELOW_CRITERION: _(
        "Below the threshold on %(name)s: %(score)s, at least %(threshold)s is needed."
    ),
    Reason.BELOW_TOTAL: _("Below the overall threshold: %(score)s, at least %(threshold)s is needed."),
    Reason.WITHDRAWN: _("Withdrawn by the applicant."),
    Reason.NOT_CLEARED: _("Not cleared in the check of ethics and security: %(why)s"),
    Reason.TIE_BEFORE: _("Same total as %(other)s; before it by %(name)s, %(mine)s against %(theirs)s."),
    Reason.TIE_AFTER: _("Same total as %(other)s; after it by %(name)s, %(mine)s against %(theirs)s."),
    Reason.ARRIVED_BEFORE: _(
        "Same scores as %(other)s; before it by arrival of the final version, %(mine)s against %(theirs)s."
    ),
    Reason.ARRIVED_AFTER: _(
        "Same scores as %(other)s; after it by arrival of the final version, %(mine)s against %(theirs)s."
    ),
    Reason.TIE_EQUAL: _(
        "%(files)s are equal in total, tie-break criteria and arrival; the order of their references decides."
    ),
    Reason.CAME: _("It came as number %(number)s of %(of)s, %(arrived)s."),
    Reason.HELD: _("%(amount_cents)s is held for it in the order of arrival."),
    Reason.ALL_HELD: _("Reserve: all money was held for files that came before."),
}


_NAMED = 10
"""How many equal files a sentence names."""


@dataclass(frozen=True, slots=True)
class Note:
    """A reason with its facts; `str()` is the sentence in the active language.

    Facts named `..._cents` are amounts, decimals are scores, datetimes are arrivals (said in Brussels time).
    """

    reason: Reason
    facts: Mapping[str, object]

    def __str__(self) -> str:
        return str(_SENTENCES[self.reason]) % {name: _words(name, fact) for name, fact in self.facts.items()}


def _words(name: str, fact: object) -> str:
    if isinstance(fact, Decimal):
        return format_score(fact)
    if isinstance(fact, datetime):
        return stamp(fact)
    if isinstance(fact, tuple):
        return ", ".join(fact[:_NAMED]) + (" …" if len(fact) > _NAMED else "")
    if name.endswith("_cents") and isinstance(fact, int):
        return format_eur(fact)
    return str(fact)
