"""A call at a glance: its facts in words, for the panel beside its page."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from calls import awards, countries, partnering, words
from calls.awards import AwardUnit
from calls.models import Call, Instalment
from calls.queries.topic import topic_answers
from calls.selection import LimitBy
from calls.types import of_one


def facts_at_a_glance(call: Call, instalments: Sequence[Instalment]) -> list[tuple[str, str]]:
    """What it gives, to whom, for how long and how it is paid: label and words; what does not apply is left out."""
    paid = [
        words.instalment(one.percent, one.due, str(one.label), one.month, one.amount_cents)
        for one in instalments
    ]
    facts = [(_("Per project"), awards.in_short(call.award))] if call.gives_money else []
    facts += _types(call)
    if not call.is_single:
        facts.append((_("Per SME"), words.amount_range(call.party_min_cents, call.sme_max_cents)))
    facts += [
        _award(call),
        (_("Money in this call"), _money(call)),
        (_("Who"), words.sizes(call.sizes)),
        (_("Where"), countries.in_words([*call.countries, *call.countries_pending])),
        (_("Together"), words.organisations(call.partners_min, call.partners_max)),
        (_("Partners"), "" if call.is_single else partnering.sentence(call.partner_part)),
        (_("How long"), _("projects of at most %(n)d months") % {"n": call.project_months}),
        (_("Paid"), _paid(call, paid)),
        (_("State aid"), _state_aid(call)),
    ]
    return [(str(label), value) for label, value in facts if value]


def _types(call: Call) -> list[tuple[str, str]]:
    """Each type of project by its name, with its own money rules."""
    most = {one.value: one.most for one in call.selection.limits if one.by == LimitBy.ANSWER}
    names = topic_answers(call) if call.types else {}
    return [
        (
            names.get(one.value, one.value),
            of_one(one, call.award, call.project_months, most.get(one.value)),
        )
        for one in call.project_types
    ]


def _paid(call: Call, paid: Sequence[str]) -> str:
    told = ", ".join(paid)
    return _("%(paid)s; or as agreed for the project") % {"paid": told} if call.instalments_agreed else told


def _money(call: Call) -> str:
    if not call.gives_money:
        return ""
    projects = words.number_of_projects(call.budget_cents, call.project_max_cents, call.max_awards)
    return ", ".join(filter(None, [words.euros(call.budget_cents), projects]))


def _state_aid(call: Call) -> str:
    if not call.gives_money:
        return ""
    return _("Yes: de minimis") if call.state_aid else _("No: central EU money")


def _award(call: Call) -> tuple[str, str]:
    if call.award_unit == AwardUnit.RATE:
        return _("Share of the costs"), _("up to %(rate)s") % {"rate": awards.rate_in_words(call.award)}
    return _("What it is"), awards.sentence(call.award)
