"""What a signatory declares at submission. The sentences are frozen with the version as they were shown. Pure."""

from collections.abc import Iterable

from applicants.eligibility import ToConfirm
from calls.declarations import DECLARATIONS, Declaration

__all__ = ["DECLARATIONS", "Declaration", "asked", "frozen", "named"]


def asked(for_the_call: Iterable[ToConfirm] = ()) -> list[Declaration]:
    """What is declared in every call, and after it what this call's own rules leave to the applicant."""
    return [*DECLARATIONS, *(Declaration(one.key, one.text) for one in for_the_call)]


def named(given: Iterable[str]) -> list[Declaration]:
    """What a form may have declared, by the names it was sent with: which of it is asked for is judged at submission."""
    return [Declaration(name, name) for name in given]


def frozen(declarations: Iterable[Declaration]) -> dict[str, str]:
    """The sentences in the active language, by key, as they are kept with the version."""
    return {declaration.key: str(declaration.text) for declaration in declarations}
