"""What every verb about a call's parts does first and last."""

from typing import Any

from django.utils.translation import gettext as _

from calls.models import Call, FormRevision
from calls.parts import LABELS
from calls.publication import Part
from calls.queries import mark_of
from calls.states import CallState
from core import audit
from core.errors import Conflict, InvalidTransition
from core.locks import lock_row


def lock_draft(call: Call, part: Part) -> Call:
    """The call, locked, while it is still a draft. Raises InvalidTransition when the part can no longer change."""
    locked = lock_row(call)
    if locked.state == CallState.CANCELLED:
        raise InvalidTransition(_("This call is cancelled: it can no longer be changed."))
    if locked.state != CallState.DRAFT:
        raise InvalidTransition(
            _("This call is published: “%(part)s” is what applicants rely on, and stays as it is.")
            % {"part": LABELS[part]}
        )
    return locked


def check_seen(call: Call, part: Part, seen: str) -> None:
    """Raises Conflict when the part was saved by somebody after the page was opened. No mark: nothing is compared."""
    if seen and seen != mark_of(call, part):
        raise Conflict(stale_sentence(call))


def stale_sentence(call: Call) -> str:
    """Who changed it meanwhile, and what to do."""
    last = audit.history(call).order_by("-pk").first()
    who = last.actor if last is not None and last.actor_id else _("Somebody")
    return _(
        "%(who)s changed this after you opened the page; what you typed is still here. Save again to put it in the "
        "place of theirs, or open the page anew to see theirs."
    ) % {"who": who}


def record_part(call: Call, part: Part, *, by: Any, changed: dict[str, Any]) -> None:
    """Write down what changed in a part, and take back a proposal that was made for what it was before."""
    audit.record(call, f"call.{part.value}_changed", by=by, data=changed)
    if call.state == CallState.DRAFT and call.publication_proposed_at is not None:
        call.publication_proposed_by = call.publication_proposed_at = None
        call.save(update_fields=["publication_proposed_by", "publication_proposed_at"])
        audit.record(call, "call.proposal_cleared", by=by, note="changed after it was proposed")


def clear_form_proposal(revision: FormRevision) -> None:
    """A revision that was proposed is being made again."""
    revision.proposed_by = revision.proposed_at = None
    revision.reason = ""
    revision.save(update_fields=["proposed_by", "proposed_at", "reason"])


def set_columns(call: Call, values: dict[str, Any]) -> dict[str, Any]:
    """Write the columns that differ; returns each with what it was and what it is, for the trail."""
    changed = {name: [getattr(call, name), new] for name, new in values.items() if getattr(call, name) != new}
    for name in changed:
        setattr(call, name, values[name])
    if changed:
        call.save(update_fields=list(changed))
    return {name: [as_data(old), as_data(new)] for name, (old, new) in changed.items()}


def as_data(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value if isinstance(value, str | int | bool | list | dict | None) else str(value)
