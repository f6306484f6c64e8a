"""Who may reach which page: one table, made of the parts that each app's `permissions.py` declares.

The middleware refuses every URL that no part declares, asks for sign-in, for a role, and for a recent sign-in
where the page is sensitive. Which objects a person sees is decided by `visible_to` on the objects themselves.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import QuerySet

from core.prepared import Prepared

ANYONE = "anyone"
SIGNED_IN = "signed in"


@dataclass(frozen=True)
class Rule:
    """One line of the policy: who may reach a URL name, over which objects, and whether it is sensitive."""

    roles: frozenset[str]
    scope: str
    sensitive: bool = False

    @property
    def public(self) -> bool:
        return ANYONE in self.roles

    def admits(self, roles: Iterable[str]) -> bool:
        """May somebody who is signed in and holds `roles` reach the page at all?"""
        return self.public or SIGNED_IN in self.roles or bool(self.roles & set(roles))


def rule(*roles: str, scope: str, sensitive: bool = False) -> Rule:
    """`rule(MANAGER, FINANCE, scope="own project")`: the scope is a phrase for the page that lists all rights."""
    return Rule(frozenset(roles), scope, sensitive)


SECOND_FACTOR = "second factor"
"""Said by a source of roles about a person who has one; not a role."""

RolesOf = Callable[[Any], "QuerySet[Any, Any]"]
_table: dict[str, Rule] = {}
_role_sources: list[RolesOf] = []
_row_sources: list[Callable[[Any], set[str]]] = []


def roles_from(source: RolesOf) -> RolesOf:
    """Register a function that tells which roles of its app the user with this primary key holds, by a query of one text
    column: it becomes a part of one statement for all apps, which is prepared (`core.prepared`)."""
    _role_sources.append(source)
    return source


def roles_from_row(source: Callable[[Any], set[str]]) -> Callable[[Any], set[str]]:
    """Register a function that tells roles by the user's own row alone."""
    _row_sources.append(source)
    return source


def _all_roles(user: int) -> "QuerySet[Any, Any]":
    first, *others = (source(user) for source in _role_sources)
    return first.union(*others)


_roles = Prepared(_all_roles, user=int)


def roles_of(user: Any) -> set[str]:
    """All roles the user holds anywhere: one statement, once per request, kept on the user object."""
    if not user.is_authenticated:
        return set()
    if not hasattr(user, "_roles"):
        found = {role for (role,) in _roles.rows(user=user.pk)}
        found.update(*(source(user) for source in _row_sources))
        user._roles, user._has_second_factor = found - {SECOND_FACTOR}, SECOND_FACTOR in found
    return user._roles


def has_second_factor(user: Any) -> bool:
    """Has the person set one up? Comes with the roles."""
    return roles_of(user) is not None and getattr(user, "_has_second_factor", False)


def load() -> dict[str, Rule]:
    """The whole table. Raises ImproperlyConfigured when two parts declare the same URL name.

    The first requests of a process may come at once, in threads of their own: it is made apart and put in place whole.
    """
    if not _table:
        parts = [f"{config.name}.permissions" for config in apps.get_app_configs()]
        modules = [import_module(p) for p in [*parts, "core.policy_external"] if _exists(p)]
        made: dict[str, Rule] = {}
        for module in modules:
            for name, line in getattr(module, "POLICY", {}).items():
                if name in made:
                    raise ImproperlyConfigured(f"{name} is declared twice in the policy.")
                made[name] = line
        _table.update(made)
    return _table


def rule_for(view_name: str) -> Rule | None:
    """The line of the policy for a URL name such as `calls:call_detail`, or None when nobody declared it."""
    return load().get(view_name)


def require(allowed: bool, message: str = "") -> None:
    """403 unless allowed: for what a person may see but not do. What they may not see is 404, by `visible_to`."""
    if not allowed:
        raise PermissionDenied(message)


def _exists(path: str) -> bool:
    package, _, name = path.rpartition(".")
    if package.startswith(("django", "allauth", "crispy", "csp", "whitenoise")):
        return False
    try:
        import_module(path)
    except ModuleNotFoundError as error:
        if error.name == path:
            return False
        raise
    return bool(name)
