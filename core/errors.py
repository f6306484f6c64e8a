"""What can go wrong in a verb, as sentences a person understands."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """One thing that is missing or wrong: the sentence, and where to mend it (`target`: a field or a URL)."""

    message: str
    target: str = ""


class DomainError(Exception):
    """A rule says no. `message` is shown to the person; `field` names the form field it belongs to, if any."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.field = field


class InvalidTransition(DomainError):
    """The thing is not in a state that allows this."""


class DeadlinePassed(DomainError):
    """It came after the deadline. What was typed stays readable."""


class Incomplete(DomainError):
    """Something is missing; `gaps` says what and where."""

    def __init__(self, message: str, gaps: Sequence[Gap]) -> None:
        super().__init__(message)
        self.gaps = list(gaps)


class BudgetExceeded(DomainError):
    """The money is not there, or a ceiling would be passed."""


class FourEyesRequired(DomainError):
    """The same person may not do both halves."""


class Conflict(DomainError):
    """Somebody else changed it in the meantime. `theirs` is what is stored now."""

    def __init__(self, message: str, *, theirs: object = None, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.theirs = theirs
