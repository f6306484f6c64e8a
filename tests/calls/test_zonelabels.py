"""Zone labels that clash with their date: case time-03."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.zonelabels import find_label_clashes


def readings(text, on=None):
    return [(clash.found, clash.literal, clash.wall_clock) for clash in find_label_clashes(text, on)]


def test_time_03_winter_label_in_april_gives_both_readings():
    (clash,) = find_label_clashes("Deadline: April 30, 2024, 17:00 CET")
    assert (clash.label, clash.in_force, clash.on) == ("CET", "CEST", date(2024, 4, 30))
    assert (clash.literal, clash.wall_clock) == (
        datetime(2024, 4, 30, 16, tzinfo=UTC),
        datetime(2024, 4, 30, 15, tzinfo=UTC),
    )
    assert clash.message == (
        "“17:00 CET”: on 30 April 2024 the clocks of Brussels show CEST, not CET. Taken literally it is 18:00 in "
        "Brussels (16:00 UTC); as the clock on the wall it is 17:00 (15:00 UTC). Choose one; 17:00 is proposed."
    )


def test_each_time_belongs_to_its_own_date():
    text = "opens 28 Feb 2024 12:00 CET, closes 30 April 2024 17:00 CET"
    assert readings(text) == [
        ("17:00 CET", datetime(2024, 4, 30, 16, tzinfo=UTC), datetime(2024, 4, 30, 15, tzinfo=UTC))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "17:00 CET on 30 April 2024",
        "30th of April 2024 at 5 pm CET",
        "2024-04-30 17.00 CET",
        "30/04/2024, 17h00 (CET)",
        "30.04.2024 17:00:00 hrs CET",
        "Apr. 30 2024 - 17h CET",
    ],
)
def test_dates_and_times_are_found_in_many_shapes(text):
    (clash,) = find_label_clashes(text)
    assert clash.wall_clock == datetime(2024, 4, 30, 15, tzinfo=UTC)


def test_summer_label_in_winter_clashes_too():
    assert readings("3 March 2027, 17:00 CEST") == [
        ("17:00 CEST", datetime(2027, 3, 3, 15, tzinfo=UTC), datetime(2027, 3, 3, 16, tzinfo=UTC))
    ]


def test_a_time_without_date_takes_the_one_given():
    assert [readings("by 17:00 CET"), len(readings("by 17:00 CET", date(2024, 4, 30)))] == [[], 1]


def test_a_date_too_far_away_does_not_count():
    assert readings("30 April 2024 is the day; " + "x" * 40 + " 17:00 CET") == []


@pytest.mark.parametrize(
    "text",
    [
        "30 April 2024, 17:00 CEST",
        "30 January 2024, 17:00 CET",
        "30 April 2024, 17:00 CET/CEST",
        "30 April 2024, 17:00 Brussels time",
        "30 April 2024, 15:00 UTC",
        "le 30 avril 2024 à 17h00 cet après-midi, 30 April 2024",
        "30 April 2024, 25:00 CET",
        "30 April 2024, 17:60 CET",
        "30 April 2024, 13 pm CET",
        "31 April 2024, 17:00 CET",
        "31 March 2024, 02:30 CEST",
        "27 October 2024, 02:30 CET",
        "27 October 2024, 02:30 CEST",
    ],
)
def test_what_is_right_or_no_time_is_no_clash(text):
    assert readings(text) == []


def test_other_families_are_read_by_their_own_clocks():
    (clash,) = find_label_clashes("30 April 2024, 18:00 EET")
    assert (clash.zone, clash.in_force, clash.wall_clock) == (
        "Europe/Athens",
        "EEST",
        datetime(2024, 4, 30, 15, tzinfo=UTC),
    )


@given(st.text(alphabet="0123456789:.h aApPmMCESTW/()-JanFebr") | st.text(), st.none() | st.dates())
def test_any_text_can_be_searched(text, on):
    for clash in find_label_clashes(text, on):
        assert clash.literal != clash.wall_clock
        assert clash.message
