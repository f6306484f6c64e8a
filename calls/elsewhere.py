"""Awards from projects outside the product that count against the ceiling: declared for each organisation in the form,
by a question that the call names. Pure (cap-14, cap-15)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from calls.awards import Fault

SETTING = "outside_question"


def money_questions(form: Mapping[str, Any]) -> dict[str, str]:
    """The questions of a form definition that can tell such awards: amounts asked of every organisation. Key to label."""
    return {
        str(one.get("key")): str((one.get("label") or {}).get("en") or one.get("key"))
        for _section, one in _questions(form)
        if _fits(one)
    }


def faults_against_form(key: str, form: Mapping[str, Any]) -> list[Fault]:
    """Why the question with this key cannot tell what every organisation got elsewhere; empty when it can, or when the
    call names none."""
    if not key:
        return []
    found = next(((section, one) for section, one in _questions(form) if one.get("key") == key), None)
    if found is None:
        told = _("The form has no question “%s”, by which support from elsewhere would be declared.")
        return [Fault(SETTING, told % key)]
    section, one = found
    if not _fits(one):
        told = _(
            "Support from elsewhere is declared by an amount that is asked of each organisation; “%s” is none."
        )
        return [Fault(SETTING, told % key)]
    if not one.get("required") or one.get("shown_if") or section.get("shown_if"):
        told = _("“%s” counts against the ceiling: everybody has to be asked, and to answer.")
        return [Fault(SETTING, told % key)]
    return []


def declared(key: str, sections: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """What each organisation, by its reference, declares to have got elsewhere, in cents, from the answers of an
    application by section; nothing where the call names no question."""
    if not key:
        return {}
    start = f"{key}-"
    return {
        name.removeprefix(start): value
        for answers in sections.values()
        for name, value in answers.items()
        if name.startswith(start) and isinstance(value, int) and value > 0
    }


def _fits(one: Mapping[str, Any]) -> bool:
    return one.get("type") == "money" and bool(one.get("per_partner"))


def _questions(form: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for section in form.get("sections", []):
        for one in section.get("questions", []):
            yield section, one
