"""The roles in which the people who run a project get mail; what they get is said by the later stages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.notices import Audience
from core.policy import roles_of
from funding.permissions import FINANCE, MANAGER


def _is_manager(user: Any) -> bool:
    return MANAGER in roles_of(user)


def _is_finance(user: Any) -> bool:
    return FINANCE in roles_of(user)


AS_MANAGER = Audience("manager", _("As manager of a project"), _is_manager)
AS_FINANCE = Audience("finance", _("As finance officer of a project"), _is_finance)
