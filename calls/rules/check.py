"""Reading rules as they are stored or imported, and what is wrong with them. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from calls.countries import WORLD
from calls.rules.base import KINDS, Fault, Kind, Rule, Setting, Settings, Type
from core.localised import localised

MOST_RULES = 40


def faults_of(kind: str, settings: Settings) -> list[Fault]:
    """What is wrong with the settings of one rule, each with its place; an empty list when it can stand."""
    if kind not in KINDS:
        return [Fault("", _("“%s” is no kind of rule.") % str(kind)[:40])]
    found = list(_shape(KINDS[kind], settings))
    return found or list(KINDS[kind].faults(settings))


def parse(stored: Any) -> list[Rule]:
    """The rules of a stored list. Raises ValueError for what was never checked."""
    rules = [Rule(str(one["id"]), str(one["kind"]), one.get("settings", {})) for one in stored]
    for rule in rules:
        if faults := faults_of(rule.kind, rule.settings):
            raise ValueError(f"{rule.id}: {faults[0].message}")
    return rules


def dump(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """The rules as a call keeps them."""
    return [{"id": rule.id, "kind": rule.kind, "settings": dict(rule.settings)} for rule in rules]


def faults_of_list(given: Any) -> list[str]:
    """What is wrong with a list of rules from outside (a voucher type, a file), each with its place."""
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        return [_("Rules are a list of id, kind and settings.")]
    found = []
    if len(given) > MOST_RULES:
        found.append(_("%(n)d rules; at most %(most)d are possible.") % {"n": len(given), "most": MOST_RULES})
    ids = [str(one.get("id", "")) for one in given]
    for number, one in enumerate(given, start=1):
        place = _("Rule %d") % number
        if not re.fullmatch(r"[a-z0-9-]{1,20}", ids[number - 1]) or ids.count(ids[number - 1]) > 1:
            found.append(_("%s: it needs an id of its own.") % place)
        if unknown := sorted(set(one) - {"id", "kind", "settings"}):
            found.append(_("%(place)s: “%(key)s” is unknown.") % {"place": place, "key": unknown[0]})
        settings = one.get("settings", {})
        faults = (
            faults_of(str(one.get("kind", "")), settings)
            if isinstance(settings, Mapping)
            else [Fault("settings", _("Settings are names with values."))]
        )
        found += [
            f"{place}{f', {fault.setting}' if fault.setting else ''}: {fault.message}" for fault in faults
        ]
    return found


def new_id(rules: Sequence[Rule]) -> str:
    """The next free id."""
    taken = [int(rule.id[1:]) for rule in rules if re.fullmatch(r"r[0-9]{1,6}", rule.id)]
    return f"r{max(taken, default=0) + 1}"


def _shape(kind: Kind, settings: Settings) -> Iterator[Fault]:
    known = {setting.name: setting for setting in kind.settings}
    for name in sorted(set(settings) - set(known)):
        yield Fault(str(name), _("“%s” is no setting of this rule.") % str(name)[:40])
    for name, setting in known.items():
        value = settings.get(name)
        if value is None or value == "" or value == [] or value == {}:
            if setting.required:
                yield Fault(name, _("This is needed: %s.") % setting.label)
        elif fault := _SHAPES[setting.type](setting, value):
            yield Fault(name, fault)


def _number(setting: Setting, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return _("A whole number is needed.")
    if not setting.least <= value <= setting.most:
        told = {"least": setting.least, "most": setting.most, "value": value}
        return _("%(value)d is not between %(least)d and %(most)d.") % told
    return ""


def _eur(setting: Setting, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or not setting.least <= value < 10**14:
        return _("An amount in cents is needed.")
    return ""


def _text(setting: Setting, value: Any) -> str:
    if not isinstance(value, str) or "\n" in value or len(value) > 200:
        return _("One line of at most 200 characters is needed.")
    return ""


def _sentence(setting: Setting, value: Any) -> str:
    if not isinstance(value, Mapping | str) or not localised(value):
        return _("A sentence is needed.")
    if any(len(text) > setting.most for text in localised(value).values()):
        return _("At most %d characters are possible.") % setting.most
    return ""


def _countries(setting: Setting, value: Any) -> str:
    if not isinstance(value, list):
        return _("A list of country codes is needed.")
    unknown = [str(code) for code in value if not isinstance(code, str) or code not in WORLD]
    return _("“%s” is no country of this list.") % unknown[0][:40] if unknown else ""


def _codes(setting: Setting, value: Any) -> str:
    if not isinstance(value, list) or len(value) > 200:
        return _("A list of codes is needed.")
    for code in value:
        if not isinstance(code, str) or (setting.pattern and not re.fullmatch(setting.pattern, code)):
            return _("“%s” is no such code.") % str(code)[:40]
    twice = next((code for code in value if value.count(code) > 1), None)
    return _("“%s” stands there twice.") % twice if twice else ""


def _choice(setting: Setting, value: Any) -> str:
    if not isinstance(value, str) or value not in dict(setting.choices):
        return _("“%s” is not one of the choices.") % str(value)[:40]
    return ""


_SHAPES = {
    Type.NUMBER: _number,
    Type.EUR: _eur,
    Type.TEXT: _text,
    Type.SENTENCE: _sentence,
    Type.COUNTRIES: _countries,
    Type.CODES: _codes,
    Type.CHOICE: _choice,
}
