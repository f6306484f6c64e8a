"""A project with its people for tests."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from accounts.models import Organisation, User
from funding import services
from funding.models import ConsortiumPartner, Project, ProjectMember, VoucherType
from tests.accounts import factories as people

_numbers = count(1)


@dataclass
class Team:
    """DREAM in small: Mia and Luc manage, Fred pays, Ann audits; Minalogic coordinates."""

    project: Project
    voucher_type: VoucherType
    coordinator: Organisation
    mia: User
    luc: User
    fred: User
    ann: User


def team(*, envelope_cents: int = 1_050_000_00, **fields: Any) -> Team:
    """A project with its four people and its envelope (no money when `envelope_cents` is 0)."""
    number = next(_numbers)
    code = fields.pop("code", f"P{number}")
    project = Project.objects.create(
        **{
            "slug": f"project-{number}",
            "acronym": f"PRO{number}",
            "name": "A Eurocluster",
            "code": code,
            "grant_agreement_number": "101074000",
            "started_on": date(2026, 9, 1),
            "ends_on": date(2029, 8, 31),
            "eu_grant_cents": 1_400_000_00,
            "contact_email": "calls@example.org",
            **fields,
        }
    )
    coordinator = people.organisation(f"Cluster {number}", country="FR", town="Nice", size="other")
    ConsortiumPartner.objects.create(project=project, organisation=coordinator, is_coordinator=True)
    names = {
        "mia": ("Mia Laurent", "manager"),
        "luc": ("Luc Peeters", "manager"),
        "fred": ("Fred Martin", "finance"),
    }
    names["ann"] = ("Ann Auditor", "viewer")
    staff = {}
    for key, (name, role) in names.items():
        staff[key] = people.user(name)
        ProjectMember.objects.create(project=project, user=staff[key], role=role, organisation=coordinator)
    voucher_type = VoucherType.objects.create(project=project, slug="innovation", name="Innovation voucher")
    if envelope_cents:
        services.set_envelope(project, amount_cents=envelope_cents, by=staff["mia"], why="Grant agreement")
    return Team(project, voucher_type, coordinator, **staff)
