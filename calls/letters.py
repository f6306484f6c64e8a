"""The letters of a call in its own words: which there are, what they may say, and what they must not leave out. Pure.

The facts of a decision (amount, reason, conditions, what happens next) and the way to object are written by the product:
a coordinator's words stand around them and cannot leave them out (features C12, P18).
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import letters

LETTERS: dict[str, Promise] = {
    "letter_fund": gettext_lazy("Letter to those who are selected"),
    "letter_reserve": gettext_lazy("Letter to those on the reserve list"),
    "letter_reject": gettext_lazy("Letter to those who are not selected"),
}
"""The columns of a call, with what they are called."""

PLACEHOLDERS: dict[str, Promise] = {
    "applicant": gettext_lazy("the name of the organisation that applied"),
    "application": gettext_lazy("the number of the application"),
    "title": gettext_lazy("the title of the project that applied"),
    "call": gettext_lazy("the title of the call"),
    "project": gettext_lazy("the acronym of your project"),
    "contact": gettext_lazy("the e-mail address of the call office"),
    "amount": gettext_lazy("what is awarded in all; only in the letter to those who are selected"),
    "decision": gettext_lazy("the decision with its reasons, amounts, conditions and what happens next"),
    "evaluation": gettext_lazy("how the application was evaluated, where the call tells it"),
    "questions": gettext_lazy("where to ask, and how to object"),
}
NEEDED = ("decision", "evaluation", "questions")
MAY_BE_EMPTY = ("amount", "evaluation")

STANDARD: Promise = pgettext_lazy(
    "a letter; words in braces stay as they are",
    "Dear {applicant},\n\n{decision}\n\n{if evaluation}How your application was evaluated\n\n{evaluation}{end}\n\n"
    "{questions}\n\nKind regards\n{project}",
)
"""What a coordinator may begin with."""


def faults(text: str) -> list[str]:
    """What is wrong with a letter, in sentences with the line; empty for one that may leave, and for no text at all (then
    the product's own letter is sent)."""
    if not text.strip():
        return []
    letter = letters.read(text, PLACEHOLDERS)
    return [_slip(one) for one in letter.slips] or _left_out(letter)


def render(text: str, values: Mapping[str, str]) -> str:
    """The letter with its values. Raises ValueError for one with faults, or without the text of a placeholder."""
    return letters.render(letters.read(text, PLACEHOLDERS), values)


def example(text: str, values: Mapping[str, str]) -> str:
    """How a letter would read; empty for one with faults."""
    return "" if faults(text) or not text.strip() else render(text, values)


def _slip(slip: letters.Slip) -> str:
    told = {"words": slip.words, "line": slip.line, "most": letters.MOST}
    sentences = {
        letters.UNKNOWN: _("Line %(line)d: %(words)s is not known. What is known stands below."),
        letters.STRAY: _("Line %(line)d: a single %(words)s has no meaning here."),
        letters.NESTED: _("Line %(line)d: %(words)s stands inside another {if}; close that one first."),
        letters.NO_END: _("Line %(line)d: %(words)s has no {end}."),
        letters.NO_IF: _("Line %(line)d: %(words)s has no {if} before it."),
        letters.TOO_LONG: _("The letter has %(words)s characters; at most %(most)d are possible."),
    }
    return sentences[slip.kind] % told


def _left_out(letter: letters.Letter) -> list[str]:
    found = []
    for name in NEEDED:
        if not any(one.placeholder == name and one.when in ("", name) for one in letter.pieces):
            found.append(_("The letter has to tell {%(name)s}: it is not in it.") % {"name": name})
    for name in MAY_BE_EMPTY:
        if name in letter.placeholders:
            sentence = _("{%(name)s} may be empty: write {if %(name)s} before it and {end} after it.")
            found.append(sentence % {"name": name})
    return found
