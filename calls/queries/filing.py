"""A call written as a file."""

from dataclasses import replace

from calls import callfile
from calls.callfile.layout import CALL, DATES, PARTS
from calls.intake import CutOffPlan
from calls.models import Call
from calls.plans import ChannelPlan
from calls.queries.workshop import (
    channel_plans,
    criterion_plans,
    cut_off_plans,
    instalment_plans,
    limit_plans,
    working_form,
)

HEAD = "# A call as a file: docs/call-file.md says what stands where. Times are wall-clock times in the zone below.\n"


def file_of(call: Call) -> str:
    """The whole design of a call as YAML: what `services.import_call` reads makes an equal call. Without documents (they
    are files of their own), and without what happened to it (publication, changes)."""
    return HEAD + callfile.dump(CALL.write(_Source(call)))


class _Source:
    """A call's values by the attributes of the layout."""

    format, version = callfile.FORMAT, callfile.VERSION

    def __init__(self, call: Call) -> None:
        self.call = call
        self.code, self.title, self.voucher_type = call.code, call.title, call.voucher_type.slug
        self.cut_off_list = [self._in_zone(one) for one in cut_off_plans(call)]
        self.criteria_list, self.limit_list = criterion_plans(call), limit_plans(call)
        self.channel_list = [ChannelPlan(one.kind, one.name) for one in channel_plans(call)]
        self.instalments, self.form = instalment_plans(call), working_form(call).definition
        for part, shape in PARTS.items():
            setattr(self, part, _Part({key.target: self._value(part, key.target) for key in shape.keys}))

    def _value(self, part: str, name: str) -> object:
        if name == "criteria":
            return self.criteria_list
        if name == "cut_offs":
            return self.cut_off_list
        if name == "limits":
            return self.limit_list
        if name == "channels":
            return self.channel_list
        if name == "types":
            return self.call.project_types
        if name == "profiles":
            return self.call.selection.profiles
        value = getattr(self.call, name)
        if name in ("countries", "countries_pending"):
            return sorted(value)
        if PARTS[part] is DATES and name in ("opens_at", "closes_at") and value is not None:
            return value.astimezone(self.call.zoneinfo)
        return value

    def _in_zone(self, plan: CutOffPlan) -> CutOffPlan:
        closes = plan.closes_at
        return replace(plan, closes_at=closes.astimezone(self.call.zoneinfo) if closes else None)


class _Part:
    """A part's values as attributes."""

    def __init__(self, values: dict[str, object]) -> None:
        self.__dict__.update(values)
