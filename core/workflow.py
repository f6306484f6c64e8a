"""State changes: one table per machine, one function that follows it."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core.audit import record
from core.errors import InvalidTransition


def transition(obj: Any, to: str, *, by: Any, note: str = "", data: dict[str, Any] | None = None) -> None:
    """Move `obj` to the state `to`, write it, and record who did it.

    The caller has locked the row. Raises InvalidTransition when the machine's table does not allow it.
    """
    before = obj.state
    if not is_allowed(obj, to):
        raise InvalidTransition(
            _("%(thing)s is %(state)s: this is no longer possible.")
            % {"thing": str(obj), "state": obj.get_state_display().lower()}
        )
    obj.state = to
    obj.save(update_fields=["state"])
    record(obj, f"{obj._meta.model_name}.{to}", by=by, note=note, data=data, from_state=before, to_state=to)


def is_allowed(obj: Any, to: str) -> bool:
    """Does the machine's table let `obj` go from where it is to `to`?"""
    return to in obj.TRANSITIONS.get(obj.state, set())


def state_field(choices: type[models.TextChoices], initial: str) -> models.CharField:
    """The column that holds a state."""
    return models.CharField(max_length=30, choices=choices.choices, default=initial, editable=False)
