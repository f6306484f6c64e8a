"""Rules about the group: how many organisations, and which mix. Pure."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls import countries, words
from calls.rules.base import (
    Fault,
    Kind,
    Setting,
    Settings,
    Type,
    Verdict,
    broken,
    confirm,
    least_and_most,
    missing,
    range_words,
    register,
)
from calls.rules.facts import Facts

LEAST = Setting("least", gettext_lazy("At least"), Type.NUMBER, False, most=20)
MOST = Setting("most", gettext_lazy("At most"), Type.NUMBER, False, most=20)


class Counted(Kind):
    """A rule that counts something in the group and compares it with a minimum and a maximum."""

    settings = (LEAST, MOST)

    def faults(self, given: Settings) -> Iterable[Fault]:
        if given.get("least") is None and given.get("most") is None:
            return [Fault("least", _("Give the least number, the highest, or both."))]
        return least_and_most(given)

    def counted(self, given: Settings, facts: Facts) -> int:
        """What is counted."""
        raise NotImplementedError

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        number = self.counted(given, facts)
        low, high = given.get("least"), given.get("most")
        if (low is not None and number < low) or (high is not None and number > high):
            sentence = _("%(rule)s Here it is %(n)d.")
            yield broken(sentence % {"rule": self.sentence(given), "n": number})


@register
class Organisations(Kind):
    """How many organisations with support; the money rules count them (cap-13), so this one only speaks."""

    key = "organisations"
    label = gettext_lazy("How many together")
    in_columns = True
    settings = (
        Setting("least", gettext_lazy("At least"), Type.NUMBER, least=1, most=20),
        Setting("most", gettext_lazy("At most"), Type.NUMBER, least=1, most=20),
    )

    def faults(self, given: Settings) -> Iterable[Fault]:
        return least_and_most(given)

    def sentence(self, given: Settings) -> str:
        told = words.organisations(given["least"], given["most"])
        return f"{told[:1].upper()}{told[1:]}."

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        if given["most"] == 1 and len(facts.parties) > 1:
            sentence = _(
                "%(count)d organisations take part; in this call one organisation applies alone. "
                "Remove the others."
            )
            yield broken(sentence % {"count": len(facts.parties)})


@register
class Smes(Counted):
    key = "smes"
    label = gettext_lazy("Number of SMEs")
    help = gettext_lazy("How many of the organisations with support are SMEs.")

    def counted(self, given: Settings, facts: Facts) -> int:
        return sum(1 for party in facts.funded if party.is_sme)

    def sentence(self, given: Settings) -> str:
        told = range_words(given.get("least"), given.get("most"))
        return _("SMEs among the organisations with support: %s.") % told


@register
class Lead(Kind):
    key = "lead"
    label = gettext_lazy("Size of the applicant")
    help = gettext_lazy("Only an SME may lead, whoever else takes part.")

    def sentence(self, given: Settings) -> str:
        return _("The applicant is an SME.")

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        for party in facts.parties:
            if party.is_lead and not party.is_sme:
                sentence = _("The applicant has to be an SME; %(name)s is declared as %(size)s.")
                yield broken(sentence % {"name": party.name, "size": party.size_name}, party.key)


@register
class DifferentCountries(Counted):
    key = "different_countries"
    label = gettext_lazy("Number of countries")
    help = gettext_lazy(
        "How many countries the organisations with support come from. At most 1: all of one country."
    )

    def counted(self, given: Settings, facts: Facts) -> int:
        return len({party.country for party in facts.funded})

    def sentence(self, given: Settings) -> str:
        if given.get("most") == 1:
            return _("All organisations with support are of one country.")
        told = range_words(given.get("least"), given.get("most"))
        return _("Countries of the organisations with support: %s.") % told


@register
class FromCountries(Kind):
    key = "from_countries"
    label = gettext_lazy("Some from given countries")
    help = gettext_lazy("A number of organisations with support come from these countries.")
    settings = (
        Setting("least", gettext_lazy("At least"), Type.NUMBER, least=1, most=20),
        Setting("countries", gettext_lazy("Countries"), Type.COUNTRIES),
    )

    def sentence(self, given: Settings) -> str:
        told = {"n": given["least"], "countries": countries.in_words(given["countries"])}
        return _("Organisations with support from %(countries)s: at least %(n)d.") % told

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        number = sum(1 for party in facts.funded if party.country in given["countries"])
        if number < given["least"]:
            yield broken(_("%(rule)s Here it is %(n)d.") % {"rule": self.sentence(given), "n": number})


@register
class Unfunded(Counted):
    key = "unfunded"
    label = gettext_lazy("Partners without support")
    help = gettext_lazy("How many organisations may take part without asking for support.")

    def counted(self, given: Settings, facts: Facts) -> int:
        return sum(1 for party in facts.parties if not party.is_funded)

    def sentence(self, given: Settings) -> str:
        told = range_words(given.get("least"), given.get("most"))
        return _("Partners without support: %s.") % told


DECLARED, BY_DIVISION = "declared", "division"


@register
class Sectors(Kind):
    """How many sectors the group comes from. What a call means by a sector is often no class of NACE: then it is declared;
    where the divisions of NACE are meant, the organisations' own activities tell."""

    key = "sectors"
    label = gettext_lazy("Number of sectors")
    help = gettext_lazy("Declared by the applicant, or counted by the activities of the organisations.")
    confirmed = True
    settings = (
        Setting("least", gettext_lazy("Sectors at least"), Type.NUMBER, least=1, most=10),
        Setting(
            "named",
            gettext_lazy("One of them is"),
            Type.TEXT,
            False,
            help=gettext_lazy("Such as: construction. Empty if any will do. Always declared."),
        ),
        Setting(
            "counted",
            gettext_lazy("Who tells"),
            Type.CHOICE,
            False,
            choices=(
                (DECLARED, gettext_lazy("The applicant declares it")),
                (BY_DIVISION, gettext_lazy("Different NACE divisions, the first two figures")),
            ),
        ),
    )

    def is_declared(self, given: Settings) -> bool:
        return given.get("counted") != BY_DIVISION or bool(given.get("named"))

    def sentence(self, given: Settings) -> str:
        told = {"n": given["least"], "named": given.get("named", "")}
        if given.get("counted") == BY_DIVISION:
            counted = _("The organisations with support work in at least %(n)d different divisions of NACE.")
            return " ".join(
                [counted % told, *([_("One works in %(named)s.") % told] if told["named"] else [])]
            )
        if told["named"]:
            return _("The organisations work in at least %(n)d sectors, one of them %(named)s.") % told
        return _("The organisations work in at least %(n)d sectors.") % told

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        known = [party.nace for party in facts.funded]
        codes = [code.split(":", 1) for own in known for code in own or ()]
        comparable = None not in known and len({revision for revision, _code in codes}) < 2
        if given.get("counted") != BY_DIVISION or not comparable:
            yield confirm(self.sentence(given))
            return
        without = [party for party in facts.funded if not party.nace]
        for party in without:
            yield missing(_("The activity (NACE) of %s is missing.") % party.name, party.key)
        number = len({code[:2] for _revision, code in codes})
        if not without and number < given["least"]:
            yield broken(_("%(rule)s Here it is %(n)d.") % {"rule": self.sentence(given), "n": number})
        if given.get("named"):
            yield confirm(_("One of the organisations works in %s.") % given["named"])


@register
class Roles(Kind):
    key = "roles"
    label = gettext_lazy("Roles in the group")
    help = gettext_lazy("Confirmed by the applicant; the call office checks it.")
    confirmed = True
    settings = (
        Setting(
            "roles",
            gettext_lazy("Who has to be in the group"),
            Type.TEXT,
            help=gettext_lazy("Such as: one technical partner and one rural community"),
        ),
    )

    def sentence(self, given: Settings) -> str:
        return _("In the group: %s.") % str(given["roles"]).rstrip(".")
