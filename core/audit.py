"""Writing and reading the audit trail."""

from typing import Any

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from core.models import AuditEvent


def record(
    obj: Model,
    verb: str,
    *,
    by: Any,
    note: str = "",
    data: dict[str, Any] | None = None,
    from_state: str = "",
    to_state: str = "",
) -> AuditEvent:
    """Append one event about `obj` to the trail, in the caller's transaction. `by` is a user, or None for the clock."""
    context = structlog.contextvars.get_contextvars()
    return AuditEvent.objects.create(
        actor=by if by is not None and by.pk else None,
        verb=verb,
        target_type=ContentType.objects.get_for_model(obj),
        target_id=obj.pk,
        target_ref=str(getattr(obj, "ref", "") or getattr(obj, "slug", "") or obj.pk)[:120],
        from_state=from_state,
        to_state=to_state,
        note=note,
        data=data or {},
        request_id=str(context.get("request_id", ""))[:64],
    )


def history(obj: Model) -> QuerySet[AuditEvent]:
    """Everything recorded about `obj`, oldest first."""
    kind = ContentType.objects.get_for_model(obj)
    return AuditEvent.objects.filter(target_type=kind, target_id=obj.pk).select_related("actor")
