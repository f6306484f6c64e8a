"""Who may apply, rule by rule: adding, changing, moving and deleting a rule of a draft; countries associated since."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from calls import rules
from calls.countries import name_of
from calls.models import Association, Call
from calls.parts import digest
from calls.publication import Part
from calls.rules import Rule
from calls.services._common import lock_draft, record_part, stale_sentence
from core import audit, clock
from core.errors import Conflict, DomainError
from core.locks import lock_row

Rules = list[Rule]


@transaction.atomic(durable=True)
def add_rule(call: Call, *, kind: str, settings: Mapping[str, Any], by: Any) -> Call:
    """Add a rule at the end of the list. Raises DomainError for a kind or settings that cannot stand."""

    def step(stored: Rules) -> Rules:
        if len(stored) >= rules.MOST_RULES:
            raise DomainError(_("A call has at most %d further rules.") % rules.MOST_RULES)
        return [*stored, Rule(rules.new_id(stored), kind, _checked(kind, settings))]

    return _edit(call, step, f"{kind} added", by=by)


@transaction.atomic(durable=True)
def change_rule(call: Call, *, rule: str, settings: Mapping[str, Any], by: Any, seen: str = "") -> Call:
    """Set a rule anew; its kind and id stay. Raises Conflict when it changed after the page was opened."""

    def step(stored: Rules) -> Rules:
        place = _place(stored, rule)
        before = stored[place]
        if seen and seen != mark_of_rule(before):
            raise Conflict(stale_sentence(call))
        stored[place] = Rule(before.id, before.kind, _checked(before.kind, settings))
        return stored

    return _edit(call, step, f"{rule} changed", by=by)


@transaction.atomic(durable=True)
def move_rule(call: Call, *, rule: str, step: int, by: Any) -> Call:
    """Move a rule one place up (-1) or down (1); at the end of the list it stays."""

    def move(stored: Rules) -> Rules:
        place = _place(stored, rule)
        to = place + step
        if 0 <= to < len(stored):
            stored[place], stored[to] = stored[to], stored[place]
        return stored

    return _edit(call, move, f"{rule} moved", by=by)


@transaction.atomic(durable=True)
def delete_rule(call: Call, *, rule: str, by: Any) -> Call:
    """Take a rule off the list; nothing happens when it is gone already."""

    def step(stored: Rules) -> Rules:
        return [one for one in stored if one.id != rule]

    return _edit(call, step, f"{rule} deleted", by=by)


def mark_of_rule(rule: Rule) -> str:
    """The mark that the page of a rule carries."""
    return digest(dict(rule.settings))


def _place(stored: Rules, rule: str) -> int:
    for place, one in enumerate(stored):
        if one.id == rule:
            return place
    raise DomainError(_("This rule is no longer there: somebody has deleted it."))


def _checked(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in settings.items() if value not in (None, "", [], {})}
    if faults := rules.faults_of(kind, given):
        raise DomainError(faults[0].message, field=faults[0].setting)
    return given


def _edit(call: Call, step: Callable[[Rules], Rules], what: str, *, by: Any) -> Call:
    """Lock the call, take the step, write the list down if it differs."""
    call = lock_draft(call, Part.APPLICANTS)
    before = list(call.rules)
    after = rules.dump(step(rules.parse(call.rules)))
    if after != before:
        call.rules = after
        call.save(update_fields=["rules"])
        record_part(call, Part.APPLICANTS, by=by, changed={"rules": [before, after], "step": what})
    return call


@transaction.atomic(durable=True)
def record_association(call: Call, *, country: str, in_force_on: date, url: str, by: Any) -> Association:
    """Record that a country which was pending at publication is associated since a day, with the link that proves it.

    From then on its organisations can get an agreement. Raises DomainError for a country that is not pending in this
    call, a day to come, or a country that is recorded already.
    """
    call = lock_row(call)
    if country not in call.countries_pending:
        raise DomainError(
            _("%s is not on the list of countries that wait for their association.") % name_of(country)
        )
    if in_force_on > clock.now().astimezone(call.zoneinfo).date():
        raise DomainError(_("This day has not come yet: record it when it is in force."), field="in_force_on")
    if not url.strip():
        raise DomainError(_("Give the link that proves it."), field="url")
    if Association.objects.filter(call=call, country=country).exists():
        raise DomainError(_("The association of %s is recorded already.") % name_of(country))
    made = Association.objects.create(
        call=call, country=country, in_force_on=in_force_on, url=url.strip(), by=by
    )
    data = {"country": country, "in_force_on": in_force_on.isoformat(), "url": url.strip()}
    audit.record(call, "call.association_recorded", by=by, data=data)
    return made
