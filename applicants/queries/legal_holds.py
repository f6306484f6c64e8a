"""What has to be kept until a hold is lifted."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from applicants.models import Application, LegalHold
from funding.models import Project


def under_hold(application: str = "pk", call: str = "call") -> Exists:
    """Is the application in this column held, itself or with its call? To be asked inside another query."""
    live = LegalHold.objects.filter(lifted_at=None)
    return Exists(
        live.filter(Q(application=OuterRef(application)) | Q(application=None, call=OuterRef(call)))
    )


def is_held(application: Application) -> bool:
    """Must nothing of it be deleted now? One query."""
    return Application.objects.filter(under_hold(), pk=application.pk).exists()


def legal_holds(project: Project, user: Any) -> QuerySet[LegalHold]:
    """The holds of a project, those in force first, then the newest; not on files from which the person is recused."""
    seen = Application.objects.visible_to_staff(user).values("pk")
    found = LegalHold.objects.filter(Q(application=None) | Q(application__in=seen), call__project=project)
    return found.select_related("call__project", "application", "set_by", "lifted_by").order_by(
        F("lifted_at").desc(nulls_first=True), "-pk"
    )
