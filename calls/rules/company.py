"""Rules about one organisation: where it is, how large, how old, what it does, what it had before. Pure."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import regions
from accounts.identifiers import unknown_region
from calls import countries, words
from calls.calendar import add_months
from calls.formkit.codes import nace_label, nace_section
from calls.rules.base import Fault, Kind, Outcome, Setting, Settings, Type, Verdict, broken, missing, register
from calls.rules.facts import Facts, Party


@register
class Countries(Kind):
    """Countries: yes, if their association is in force at signature, and no for all others; as of a day."""

    key = "countries"
    label = gettext_lazy("Countries")
    in_columns = True
    settings = (
        Setting("countries", gettext_lazy("Eligible"), Type.COUNTRIES),
        Setting("pending", gettext_lazy("Eligible if associated at signature"), Type.COUNTRIES, False),
        Setting("as_of", gettext_lazy("As of"), Type.TEXT, False),
    )

    def faults(self, given: Settings) -> Iterable[Fault]:
        both = sorted(set(given.get("countries", ())) & set(given.get("pending", ())))
        if both:
            sentence = _("%s cannot be both eligible and eligible only once it is associated.")
            yield Fault("pending", sentence % countries.name_of(both[0]))

    def sentence(self, given: Settings) -> str:
        told = {
            "yes": countries.in_words(given["countries"]),
            "pending": countries.in_words(given.get("pending", ())),
            "day": _day(given.get("as_of")),
        }
        if not given.get("pending"):
            return _("Established in %(yes)s.") % told
        if told["day"]:
            return (
                _(
                    "Established in %(yes)s; or in %(pending)s if the country's association to the programme is in force when "
                    "the agreement is signed (list of %(day)s)."
                )
                % told
            )
        return (
            _(
                "Established in %(yes)s; or in %(pending)s if the country's association to the programme is in force when "
                "the agreement is signed."
            )
            % told
        )

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        allowed, pending = set(given["countries"]), set(given.get("pending", ()))
        for party in facts.funded:
            told = {
                "name": party.name,
                "country": party.country_name,
                "countries": countries.in_words(allowed | pending),
            }
            if party.country in pending:
                sentence = _(
                    "%(name)s is established in %(country)s: it can be funded only if the country's association is in force "
                    "when the agreement is signed."
                )
                yield Verdict(Outcome.LATER, sentence % told, party.key)
            elif allowed and party.country not in allowed:
                sentence = _(
                    "%(name)s is established in %(country)s; this call supports organisations in %(countries)s."
                )
                yield broken(sentence % told, party.key)


@register
class Sizes(Kind):
    """Size by the SME definition (Recommendation 2003/361/EC), as the organisation declares it."""

    key = "sizes"
    label = gettext_lazy("Size")
    in_columns = True
    settings = (Setting("sizes", gettext_lazy("Sizes"), Type.CODES),)

    def sentence(self, given: Settings) -> str:
        return _("%s.") % _upper(words.sizes(given["sizes"]))

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        sentence = _("%(name)s is declared as %(size)s; this call supports %(sizes)s.")
        for party in facts.funded:
            if given["sizes"] and party.size not in given["sizes"]:
                told = {"name": party.name, "size": party.size_name, "sizes": words.sizes(given["sizes"])}
                yield broken(sentence % told, party.key)


NUTS_FORM = r"[A-Z]{2}[0-9A-Z]{0,3}"


@register
class Nuts(Kind):
    key = "nuts"
    label = gettext_lazy("Regions (NUTS)")
    help = gettext_lazy("The organisation is established in one of these regions.")
    settings = (
        Setting(
            "regions",
            gettext_lazy("NUTS codes"),
            Type.CODES,
            help=gettext_lazy("With commas between: FRL0, ITC1, RO. A shorter code takes all regions in it."),
            pattern=NUTS_FORM,
        ),
    )

    def faults(self, given: Settings) -> Iterable[Fault]:
        well_formed = (code for code in given["regions"] if re.fullmatch(NUTS_FORM, code))
        return [Fault("regions", unknown_region(code)) for code in well_formed if not regions.is_known(code)]

    def sentence(self, given: Settings) -> str:
        named = (f"{code} {regions.name_of(code)}".rstrip() for code in given["regions"])
        return _("Established in a region of this list (NUTS): %s.") % ", ".join(named)

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        if any(party.nuts is None for party in facts.funded):
            return super().judge(given, facts)
        return list(self._each(given, facts))

    def _each(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        for party in facts.funded:
            if not party.nuts:
                yield missing(_("The region (NUTS) of %s is missing.") % party.name, party.key)
            elif not party.nuts.startswith(tuple(given["regions"])):
                sentence = _("%(name)s is in region %(nuts)s; this call supports %(regions)s.")
                told = {"name": party.name, "nuts": party.nuts, "regions": ", ".join(given["regions"])}
                yield broken(sentence % told, party.key)


REVISIONS = (("2.0", "NACE Rev. 2"), ("2.1", "NACE Rev. 2.1"))


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUV"


def _with_name(code: str, revision: str) -> str:
    """A code with what it is called: "C Manufacturing", "62 Computer programming, consultancy and related activities"."""
    label = nace_label(code.lstrip(_LETTERS) or code, revision)
    return f"{code} {label.capitalize() if label.isupper() else label}" if label else code


def _within(own: str, wanted: Iterable[str], revision: str) -> bool:
    """Is an organisation's code in one of these sections, divisions, groups or classes?"""
    for code in wanted:
        figures = code.lstrip(_LETTERS)
        if own.startswith(figures) if figures else nace_section(own, revision) == code:
            return True
    return False


@register
class Nace(Kind):
    key = "nace"
    label = gettext_lazy("Economic activity (NACE)")
    help = gettext_lazy("The organisation works in one of these activities.")
    settings = (
        Setting("revision", gettext_lazy("Revision"), Type.CHOICE, choices=REVISIONS),
        Setting(
            "codes",
            gettext_lazy("NACE codes"),
            Type.CODES,
            help=gettext_lazy(
                "With commas between: C, 26, 27.1, I55. A shorter code takes all that is in it; a letter alone takes its "
                "whole section."
            ),
            pattern=r"[A-V]|[A-V]?[0-9]{2}(\.[0-9]{1,2})?",
        ),
    )

    def faults(self, given: Settings) -> Iterable[Fault]:
        """Each code exists in the revision, and a letter before one is that of its section."""
        for code in given["codes"]:
            figures = code.lstrip(_LETTERS)
            told = {"code": code, "revision": dict(REVISIONS)[given["revision"]]}
            section = nace_section(figures or code, given["revision"])
            if not section:
                yield Fault("codes", _("“%(code)s” does not exist in %(revision)s.") % told)
            elif figures and figures != code and code[0] != section:
                sentence = _("%(figures)s is in section %(section)s of %(revision)s, not in %(letter)s.")
                told |= {"figures": figures, "section": section, "letter": code[0]}
                yield Fault("codes", sentence % told)

    def sentence(self, given: Settings) -> str:
        revision = given["revision"]
        named = [_with_name(code, revision) for code in given["codes"]]
        told = {"codes": "; ".join(named), "revision": dict(REVISIONS)[revision]}
        return _("Works in an activity of this list (%(revision)s): %(codes)s.") % told

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        if any(party.nace is None for party in facts.funded):
            return super().judge(given, facts)
        return list(self._each(given, facts))

    def _each(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        for party in facts.funded:
            told = {"name": party.name, "codes": ", ".join(given["codes"])}
            own = [code.split(":", 1) for code in party.nace or ()]
            same = [code for revision, code in own if revision == given["revision"]]
            if not own:
                yield missing(_("The activity (NACE) of %(name)s is missing.") % told, party.key)
            elif not same:
                sentence = _("The activity of %(name)s is given in another revision than %(revision)s.")
                told["revision"] = dict(REVISIONS)[given["revision"]]
                yield missing(sentence % told, party.key)
            elif not any(_within(code, given["codes"], given["revision"]) for code in same):
                sentence = _("%(name)s works in %(own)s; this call supports %(codes)s.")
                yield broken(sentence % {**told, "own": ", ".join(same)}, party.key)


@register
class Age(Kind):
    """Age at the deadline: the limits are days, counted back from it by months (N4, time-32 to time-34)."""

    key = "age"
    label = gettext_lazy("Age of the company")
    help = gettext_lazy("Counted back from the day of the deadline.")
    settings = (
        Setting("least_months", gettext_lazy("At least, months"), Type.NUMBER, False, most=600),
        Setting("most_months", gettext_lazy("At most, months"), Type.NUMBER, False, least=1, most=600),
        Setting(
            "who",
            gettext_lazy("Who"),
            Type.CHOICE,
            choices=(
                ("all", gettext_lazy("every organisation with support")),
                ("lead", gettext_lazy("the applicant")),
            ),
        ),
    )

    def faults(self, given: Settings) -> Iterable[Fault]:
        if given.get("least_months") is None and given.get("most_months") is None:
            yield Fault("least_months", _("Give the least age, the highest, or both."))
        low, high = given.get("least_months"), given.get("most_months")
        if low is not None and high is not None and low > high:
            sentence = _("At most %(most)d months is less than at least %(least)d.")
            yield Fault("most_months", sentence % {"most": high, "least": low})

    def sentence(self, given: Settings) -> str:
        low, high = given.get("least_months"), given.get("most_months")
        told = {"least": months(low), "most": months(high)}
        if high is None:
            return _("Registered at least %(least)s before the deadline.") % told
        if not low:
            return _("Registered at most %(most)s before the deadline.") % told
        return _("Registered at least %(least)s and at most %(most)s before the deadline.") % told

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        for party in facts.funded:
            if party.size == "person" or (given["who"] == "lead" and not party.is_lead):
                continue  # nobody founded a person
            verdict = self._one(given, facts.deadline, party)
            if verdict is not None:
                yield verdict

    def _one(self, given: Settings, deadline: date | None, party: Party) -> Verdict | None:
        if party.founded_on is None:
            return missing(_("The day on which %s was founded is missing.") % party.name, party.key)
        if deadline is None:
            return None
        low, high = given.get("least_months"), given.get("most_months")
        told = {"name": party.name, "founded": _day(party.founded_on)}
        if low is not None and party.founded_on > (latest := add_months(deadline, -low)):
            sentence = _(
                "%(name)s was founded on %(founded)s; for this call it has to be %(limit)s or earlier."
            )
            return broken(sentence % {**told, "limit": _day(latest)}, party.key)
        if high is not None and party.founded_on < (earliest := add_months(deadline, -high)):
            sentence = _(
                "%(name)s was founded on %(founded)s; for this call it has to be %(limit)s or later."
            )
            return broken(sentence % {**told, "limit": _day(earliest)}, party.key)
        return None


@register
class Cluster(Kind):
    key = "cluster"
    label = gettext_lazy("Member of a cluster")
    help = gettext_lazy("Confirmed by the applicant; the call office checks it.")
    confirmed = True
    settings = (
        Setting(
            "register",
            gettext_lazy("Which clusters"),
            Type.TEXT,
            help=gettext_lazy("Such as: registered on the European Cluster Collaboration Platform"),
        ),
    )

    def sentence(self, given: Settings) -> str:
        return _("Member of a cluster: %s.") % str(given["register"]).rstrip(".")


@register
class EarlierAward(Kind):
    """A company that had this money before leaves room for others (SUSRUR: winners of call 1 are out of call 2)."""

    key = "earlier_award"
    label = gettext_lazy("Earlier awards that exclude")
    help = gettext_lazy("Who was awarded money in these calls of the project cannot get more here.")
    settings = (
        Setting(
            "calls",
            gettext_lazy("Codes of the calls"),
            Type.CODES,
            required=False,
            help=gettext_lazy("With commas between: DRM-26, GRN-26. Empty: any call of the project."),
            pattern=r"[A-Z0-9][A-Z0-9-]{1,18}[A-Z0-9]",
        ),
    )

    def sentence(self, given: Settings) -> str:
        if not given.get("calls"):
            return _("Not awarded money in an earlier call of this project.")
        return _("Not awarded money in %s.") % words.and_list(given["calls"])

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        named = given.get("calls")
        for party in facts.funded:
            before = [code for code in party.awarded_in if not named or code in named]
            if before:
                sentence = _(
                    "%(name)s was awarded money in %(calls)s; this call does not fund it a second time."
                )
                told = {"name": party.name, "calls": words.and_list(before)}
                yield broken(sentence % told, party.key)


@register
class EarlierPhase(Kind):
    """A phase of a funnel takes only those selected in the phase before (EPICENTRE: LAUNCH, SUSTAIN, DRIVE)."""

    key = "earlier_phase"
    label = gettext_lazy("Selected in the earlier phase")
    in_columns = True
    settings = (
        Setting("call", gettext_lazy("Code of the call"), Type.TEXT),
        Setting("title", gettext_lazy("Its title"), Type.TEXT),
    )

    def sentence(self, given: Settings) -> str:
        return _("The project is selected in the earlier phase, “%s”.") % given["title"]

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        for party in facts.parties:
            if party.is_lead and given["call"] not in party.selected_in:
                sentence = _("%(name)s is not selected in “%(title)s”: only projects selected there go on.")
                yield broken(sentence % {"name": party.name, "title": given["title"]}, party.key)


@register
class Applications(Kind):
    """How often an organisation may take part in this call (rank-55)."""

    key = "applications"
    label = gettext_lazy("Applications per organisation")
    help = gettext_lazy("In how many files of this call an organisation may ask for support.")
    settings = (Setting("most", gettext_lazy("At most"), Type.NUMBER, least=1, most=20),)

    def sentence(self, given: Settings) -> str:
        sentence = ngettext(
            "An organisation asks for support in at most %(n)d application to this call.",
            "An organisation asks for support in at most %(n)d applications to this call.",
            given["most"],
        )
        return sentence % {"n": given["most"]}

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        for party in facts.funded:
            if party.applications >= given["most"]:
                sentence = ngettext(
                    "%(name)s asks for support in %(n)d other application to this call; at most %(most)d in all is possible.",
                    "%(name)s asks for support in %(n)d other applications to this call; at most %(most)d in all are possible.",
                    party.applications,
                )
                told = {"name": party.name, "n": party.applications, "most": given["most"]}
                yield broken(sentence % told, party.key)


def months(number: int | None) -> str:
    """ "6 months", "8 years": whole years as years."""
    if number is None:
        return ""
    years, rest = divmod(number, 12)
    if years and not rest:
        return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}
    return ngettext("%(n)d month", "%(n)d months", number) % {"n": number}


def _day(day: Any) -> str:
    if not day:
        return ""
    return date_format(date.fromisoformat(day) if isinstance(day, str) else day, "j F Y")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
