"""Profiles of evaluators that a call asks for, such as one technical and one business expert for each file. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls import words
from core.localised import Localised, localised

MOST_PROFILES = 6
LINE = re.compile(r"(\d)\s+(\S.*)")


@dataclass(frozen=True)
class Profile:
    """So many evaluators of one kind for each file. `name` stands in the singular: "technical expert"."""

    name: Localised
    number: int = 1

    @property
    def code(self) -> str:
        """What an evaluator of this profile is kept with: made of the name in the product's own language."""
        return slugify(self.name.in_language(settings.LANGUAGE_CODE))[:40]


def profiles_of(stored: Sequence[Mapping[str, Any]]) -> list[Profile]:
    """The profiles as a call keeps them."""
    return [Profile(localised(one["name"]), one["number"]) for one in stored]


def as_data(profiles: Sequence[Profile]) -> list[dict[str, Any]]:
    """The profiles as a call keeps them."""
    return [{"name": dict(one.name), "number": one.number} for one in profiles]


def as_lines(profiles: Sequence[Profile]) -> str:
    """The profiles as they are typed, one a line: "1 technical expert"."""
    return "\n".join(f"{one.number} {one.name.in_language(settings.LANGUAGE_CODE)}" for one in profiles)


def from_lines(typed: str, before: Sequence[Profile] = ()) -> list[Profile]:
    """What was typed, one profile a line; a name that is there already keeps its other languages. Raises ValueError with
    a sentence for a line that is no profile."""
    known = {one.code: one.name for one in before}
    found = []
    for line in filter(None, (one.strip() for one in typed.splitlines())):
        parts = LINE.fullmatch(line)
        if parts is None or len(parts[2]) > 80 or not slugify(parts[2]):
            raise ValueError(_("“%s” is no profile. Write it like: 1 technical expert.") % line[:60])
        name = Localised({settings.LANGUAGE_CODE: parts[2]})
        code = Profile(name).code
        found.append(Profile(Localised({**known.get(code, {}), **name}), int(parts[1])))
    return found


def fault_of_profiles(profiles: Sequence[Profile], evaluators: int) -> str:
    """Why the profiles do not make up the evaluators of a file, in a sentence with the figures; empty when they do."""
    codes = [one.code for one in profiles]
    twice = next((one for one in profiles if codes.count(one.code) > 1), None)
    if twice is not None:
        return _("There are two profiles “%s”.") % twice.name
    if len(profiles) > MOST_PROFILES:
        return _("There can be %d profiles at most.") % MOST_PROFILES
    if any(one.number < 1 for one in profiles):
        return _("Of each profile there is at least one evaluator.")
    together = sum(one.number for one in profiles)
    if profiles and together != evaluators:
        told = {"together": together, "evaluators": evaluators}
        return _("The profiles come to %(together)d evaluators; each file has %(evaluators)d.") % told
    return ""


def sentence(profiles: Sequence[Profile]) -> str:
    """The profiles for people who read the call."""
    told = [
        _("%(profile)s (%(n)d)") % {"profile": one.name, "n": one.number} if one.number > 1 else str(one.name)
        for one in profiles
    ]
    return _("Each file is judged by: %s.") % words.and_list(told)


def lacking(profiles: Sequence[Profile], there: Iterable[str], evaluators: int) -> list[str]:
    """What a file with its full number of evaluators still lacks, in words; empty while it lacks people anyway. `there`:
    the profile of each one that it has."""
    have = Counter(there)
    if have.total() < evaluators:
        return []
    return [
        ngettext("%(n)d more: %(profile)s", "%(n)d more: %(profile)s", one.number - have[one.code])
        % {"n": one.number - have[one.code], "profile": one.name}
        for one in profiles
        if have[one.code] < one.number
    ]
