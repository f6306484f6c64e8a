"""A call's rules as people say them: amounts, shares, sizes, scales. Pure: facts in, words out."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.models import Organisation
from calls.calendar import add_months
from calls.shares import plain
from core.money import GROUP_SEPARATOR, format_eur

SME_SIZES = frozenset({"micro", "small", "medium"})


def euros(cents: int) -> str:
    """60 000 EUR, with cents only when there are any."""
    return f"{format_eur(cents, short=True)}{GROUP_SEPARATOR}EUR"


def amount_range(least_cents: int, most_cents: int) -> str:
    """ "10 000 to 30 000 EUR", "up to 30 000 EUR", or one figure when both are the same."""
    if least_cents == most_cents:
        return euros(most_cents)
    if least_cents <= 0:
        return _("up to %(most)s") % {"most": euros(most_cents)}
    return _("%(least)s to %(most)s") % {
        "least": format_eur(least_cents, short=True),
        "most": euros(most_cents),
    }


def number_of_projects(budget_cents: int, project_max_cents: int, max_awards: int | None) -> str:
    """ "about 5 projects": the money over the largest amount; the number itself when the call sets one or it divides."""
    if max_awards:
        return ngettext("at most %(n)d project", "at most %(n)d projects", max_awards) % {"n": max_awards}
    if project_max_cents <= 0 or budget_cents < project_max_cents:
        return ""
    whole, rest = divmod(budget_cents, project_max_cents)
    number = whole + (2 * rest >= project_max_cents)
    if rest == 0:
        return ngettext("%(n)d project", "%(n)d projects", number) % {"n": number}
    return ngettext("about %(n)d project", "about %(n)d projects", number) % {"n": number}


SIZES = {
    Organisation.Size.MICRO: gettext_lazy("micro enterprises"),
    Organisation.Size.SMALL: gettext_lazy("small enterprises"),
    Organisation.Size.MEDIUM: gettext_lazy("medium-sized enterprises"),
    Organisation.Size.LARGE: gettext_lazy("large enterprises"),
    Organisation.Size.OTHER: gettext_lazy(
        "bodies that are no enterprise (clusters, universities, public bodies)"
    ),
    Organisation.Size.PERSON: gettext_lazy("natural persons"),
}
"""What organisations of each size are called together."""


def sizes(chosen: Collection[str]) -> str:
    """ "SMEs" for all three sizes of small and medium enterprises, else each by its name."""
    names = []
    rest = list(chosen)
    if set(rest) >= SME_SIZES:
        names.append(_("SMEs"))
        rest = [size for size in rest if size not in SME_SIZES]
    names += [str(name) for size, name in SIZES.items() if size in rest]
    return ", ".join(names)


def organisations(least: int, most: int) -> str:
    """How many organisations apply together."""
    if most == 1:
        return _("one organisation applies alone")
    if least == most:
        return _("%(n)d organisations together") % {"n": most}
    if least == 1:
        return _("one organisation, or up to %(most)d together") % {"most": most}
    return _("%(least)d to %(most)d organisations together") % {"least": least, "most": most}


def instalment(
    percent: Decimal | None, due: str, label: str, month: int, amount_cents: int | None = None
) -> str:
    """ "40 % at signature", "60 % once “Final report” of month 9 is accepted"; or with a fixed amount."""
    share = euros(amount_cents or 0) if percent is None else f"{plain(percent)} %"
    figures = {"share": share, "label": label, "month": month}
    if due == "signature":
        return _("%(share)s at signature") % figures
    if due == "milestone":
        return _("%(share)s when “%(label)s” is reached, in month %(month)d") % figures
    if due == "phase":
        return _("%(share)s when the phase “%(label)s” is passed, in month %(month)d") % figures
    if month:
        return _("%(share)s once “%(label)s” of month %(month)d is accepted") % figures
    return _("%(share)s once “%(label)s” is accepted") % figures


def scale(max_score: Decimal, step: Decimal) -> str:
    """ "from 0 to 5 in half points"."""
    steps = {"0.5": _("in half points"), "1": _("in whole points"), "0.1": _("in tenths")}
    told = steps.get(plain(step)) or _("in steps of %(step)s") % {"step": plain(step)}
    return _("from 0 to %(most)s %(steps)s") % {"most": plain(max_score), "steps": told}


def last_payment(agreement_by: date | None, months: int) -> str:
    """ "by June 2028": when the longest project that starts with the agreement ends."""
    if agreement_by is None:
        return ""
    return _("by %(month)s") % {
        "month": date_format(add_months(agreement_by, months), pgettext("date format", "F Y"))
    }


def size_of_file(size: int) -> str:
    """ "PDF-like" sizes people know: 850 kB, 1.2 MB."""
    if size < 1_000_000:
        return f"{max(1, (size + 500) // 1000)}{GROUP_SEPARATOR}kB"
    return f"{(size + 50_000) // 100_000 / Decimal(10):.1f}{GROUP_SEPARATOR}MB"


def kind_of_file(name: str) -> str:
    """PDF, DOCX: the ending of a file's name."""
    return name.rpartition(".")[2].upper()


def and_list(words: Sequence[str] | Iterable[str]) -> str:
    """ "a, b and c"."""
    given = list(words)
    if len(given) < 2:
        return "".join(given)
    return _("%(first)s and %(last)s") % {"first": ", ".join(given[:-1]), "last": given[-1]}
