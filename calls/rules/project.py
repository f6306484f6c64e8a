"""Rules about the project: readiness, cost, services; and whatever else people can confirm. Pure."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from calls.rules.base import (
    Fault,
    Kind,
    Setting,
    Settings,
    Type,
    Verdict,
    broken,
    least_and_most,
    missing,
    register,
)
from calls.rules.facts import Facts
from calls.words import euros
from core.localised import localised
from core.money import format_eur


@register
class Trl(Kind):
    key = "trl"
    label = gettext_lazy("Technology readiness (TRL)")
    help = gettext_lazy("The project starts and ends between these levels.")
    settings = (
        Setting("least", gettext_lazy("From TRL"), Type.NUMBER, least=1, most=9),
        Setting("most", gettext_lazy("To TRL"), Type.NUMBER, least=1, most=9),
    )

    def faults(self, given: Settings) -> Iterable[Fault]:
        return least_and_most(given)

    def sentence(self, given: Settings) -> str:
        return _("The project lies between TRL %(least)d and TRL %(most)d.") % given

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        if facts.trl is None:
            return super().judge(given, facts)
        if not facts.trl:
            return (missing(_("The TRL at which the project starts and ends is missing.")),)
        start, end = facts.trl[0], facts.trl[-1]
        if start < given["least"] or end > given["most"]:
            sentence = _(
                "The project goes from TRL %(start)d to TRL %(end)d; this call supports TRL %(least)d to %(most)d."
            )
            return (broken(sentence % {"start": start, "end": end, **given}),)
        return ()


@register
class Cost(Kind):
    """The least total cost of a project (cap-34)."""

    key = "cost"
    label = gettext_lazy("Smallest total cost")
    settings = (Setting("cents", gettext_lazy("Total cost at least"), Type.EUR, least=1),)

    def sentence(self, given: Settings) -> str:
        return _("The project costs at least %s in all.") % euros(given["cents"])

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        if facts.cost_cents < given["cents"]:
            sentence = _(
                "The total cost is %(figure)s; this call asks for a project that costs at least %(limit)s."
            )
            told = {
                "figure": format_eur(facts.cost_cents),
                "limit": format_eur(given["cents"], short=True),
            }
            yield broken(sentence % told)


@register
class Services(Kind):
    key = "services"
    label = gettext_lazy("Services per organisation")
    help = gettext_lazy("How many services of the catalogue one organisation may take (METASTARS: two).")
    confirmed = True
    settings = (Setting("most", gettext_lazy("At most"), Type.NUMBER, least=1, most=20),)

    def sentence(self, given: Settings) -> str:
        sentence = ngettext(
            "An organisation takes at most %(n)d service.",
            "An organisation takes at most %(n)d services.",
            given["most"],
        )
        return sentence % {"n": given["most"]}


@register
class Free(Kind):
    key = "free"
    label = gettext_lazy("Any other condition")
    help = gettext_lazy("A sentence that the applicant confirms at submission; the call office checks it.")
    confirmed = True
    settings = (
        Setting(
            "sentence",
            gettext_lazy("The condition, as a sentence"),
            Type.SENTENCE,
            help=gettext_lazy("Such as: A woman holds at least a quarter of the shares."),
            most=400,
        ),
    )

    def sentence(self, given: Settings) -> str:
        return str(localised(given["sentence"]))
