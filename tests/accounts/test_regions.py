"""Regions by their codes: the list of 2024, its neighbours', and what is said of a code that no region has."""

import pytest
from django.core.exceptions import ValidationError

from accounts import identifiers, regions


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("FRL0", "Provence-Alpes-Côte d'Azur"),
        ("ITC11", "Torino"),
        ("BE32", "Prov. Hainaut"),
        ("RO113", "Cluj"),
        ("NO02", "Innlandet"),
        ("UKC", "North East (England)"),
    ],
)
def test_a_region_is_known_by_its_name(code, name):
    assert (regions.is_known(code), regions.name_of(code)) == (True, name)


def test_the_list_has_each_level_of_the_member_states():
    """92 major regions, 244 basic ones and 1165 small ones: what NUTS 2024 counts, without those that are no land."""
    letters = set("AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
    by_level = dict.fromkeys((3, 4, 5), 0)
    for code in regions._names():
        if code[:2] in letters:
            by_level[len(code)] += 1
    assert by_level == {3: 92, 4: 244, 5: 1165}


@pytest.mark.parametrize("code", ["PT16", "HR04", "FR9", "FRZ", "FRZZ", "FRL0Z"])
def test_a_code_that_no_region_has_is_not_known(code):
    assert not regions.is_known(code)
    assert regions.name_of(code) == ""


@pytest.mark.parametrize("code", ["GE123", "MD1", "FR"])
def test_where_there_is_no_list_nothing_is_refused(code):
    assert regions.is_known(code)


def test_an_organisation_cannot_be_in_a_region_that_is_gone():
    with pytest.raises(
        ValidationError, match=r"No region has the code “HR04” in NUTS 2024; .*HR03 Jadranska Hrvatska"
    ):
        identifiers.clean_nuts("hr04", "HR")
    assert identifiers.clean_nuts("hr 03", "HR") == "HR03"
    assert identifiers.clean_nuts("EL30", "GR") == "EL30"


def test_what_is_near_is_the_next_level_of_what_exists():
    assert regions.near("HR04") == [
        "HR02 Panonska Hrvatska", "HR03 Jadranska Hrvatska", "HR05 Grad Zagreb", "HR06 Sjeverna Hrvatska",
    ]  # fmt: skip
    assert regions.near("XX1") == []
