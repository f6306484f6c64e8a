"""Who may do what in a project; the policy's lines for this app."""

from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from core.policy import ANYONE, Rule, roles_from, rule
from funding.models import Project, ProjectMember

MANAGER = "manager"
FINANCE = "finance"
PARTNER = "partner"
VIEWER = "viewer"
STAFF = (MANAGER, FINANCE, PARTNER, VIEWER)

POLICY: dict[str, Rule] = {
    "funding:project_list": rule(*STAFF, scope="own projects"),
    "funding:project_detail": rule(*STAFF, scope="own projects"),
    "funding:project_look": rule(*STAFF, scope="own projects; managers change it"),
    "funding:project_bank": rule(
        *STAFF, scope="own projects; managers and finance officers change it", sensitive=True
    ),
    "funding:project_logo": rule(ANYONE, scope="public picture"),
    "funding:ceiling": rule(*STAFF, scope="own projects; managers record and approve"),
    "funding:ledger": rule(*STAFF, scope="own projects"),
    "funding:kpi_record": rule(*STAFF, scope="own projects; managers count"),
}


@roles_from
def roles(user: int) -> "QuerySet[Any, Any]":
    """The roles over all projects of the person with this primary key."""
    members = ProjectMember.objects.filter(user_id=user, ended_at__isnull=True).order_by()
    return members.values_list(Cast("role", CharField()), flat=True)


def role_in(user: Any, project: Project) -> set[str]:
    """The person's roles in this project."""
    members = ProjectMember.objects.filter(user=user, project=project, ended_at__isnull=True)
    return set(members.values_list("role", flat=True))


def can_manage_project(user: Any, project: Project) -> bool:
    return MANAGER in role_in(user, project)


def can_handle_money(user: Any, project: Project) -> bool:
    """Managers propose payments, finance officers propose and approve them."""
    return bool({MANAGER, FINANCE} & role_in(user, project))
