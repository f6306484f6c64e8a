"""The ceiling of what a third party holds, as the books keep it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.errors import BudgetExceeded
from core.money import format_eur
from funding import queries
from funding.models import Project


def check_ceilings(
    project: Project, shares: list[tuple[Organisation, int]], outside: Mapping[int, int]
) -> None:
    """No third party passes the ceiling with what it declares from elsewhere: at the award with what it is given, at the
    signature with what it holds. `shares` and `outside` (by primary key of the organisation) in cents. In the caller's
    transaction, under the lock of the money. Raises BudgetExceeded with the name and the room."""
    rule = queries.ceiling(project)
    now = Organisation.objects.filter(pk__in=[organisation.pk for organisation, _cents in shares])
    found = queries.holdings(project, now, rule)
    elsewhere: dict[str, int] = {}
    for pk in {organisation.pk for organisation, _cents in shares}:
        elsewhere[found.scope[pk]] = elsewhere.get(found.scope[pk], 0) + outside.get(pk, 0)
    given: dict[str, int] = {}
    for organisation, cents in shares:
        key, held = found.scope[organisation.pk], found.held[organisation.pk]
        given[key] = given.get(key, 0) + cents
        if held + elsewhere[key] + given[key] > rule.limit_cents:
            raise BudgetExceeded(_over_ceiling(organisation, held + given[key] - cents, elsewhere[key], rule))


def _over_ceiling(organisation: Organisation, held: int, outside: int, rule: queries.CeilingRule) -> str:
    if rule.by_group and outside:
        sentence = _(
            "%(name)s and the firms linked with it already hold %(held)s EUR together, and %(outside)s from elsewhere; at "
            "most %(room)s more under the ceiling of %(limit)s per linked group."
        )
    elif rule.by_group:
        sentence = _(
            "%(name)s and the firms linked with it already hold %(held)s EUR together; at most %(room)s more under the "
            "ceiling of %(limit)s per linked group."
        )
    elif outside:
        sentence = _(
            "%(name)s already holds %(held)s EUR, and %(outside)s from elsewhere; at most %(room)s more under the ceiling of "
            "%(limit)s per third party."
        )
    else:
        sentence = _(
            "%(name)s already holds %(held)s EUR; at most %(room)s more under the ceiling of %(limit)s "
            "per third party."
        )
    return sentence % {
        "name": organisation,
        "held": format_eur(held),
        "outside": format_eur(outside),
        "room": format_eur(max(0, rule.limit_cents - held - outside)),
        "limit": format_eur(rule.limit_cents),
    }
