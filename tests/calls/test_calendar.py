"""Deadlines: cases time-01 to time-10, 12, 13, 15, 16, 21, 22, 24, 25, and what holds for every zone and date."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.calendar import (
    BRUSSELS,
    DoubledHour,
    MissingHour,
    UnknownZone,
    WallClockError,
    add_months,
    deadline_in_full,
    earliest_close,
    in_words,
    is_in_time,
    is_open_long_enough,
    last_in_time,
    stamp,
    time_left,
    to_instant,
    where_you_are,
)

DEADLINE = datetime(2024, 4, 30, 15, tzinfo=UTC)
ZONES = st.sampled_from([BRUSSELS, "Atlantic/Azores", "Australia/Lord_Howe", "America/New_York", "UTC"])
LOCALS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1))


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_time_01_brussels_in_summer_is_two_hours_ahead():
    assert to_instant(datetime(2024, 4, 30, 17)) == DEADLINE


def test_time_04_dream_deadline():
    assert to_instant(datetime(2023, 5, 25, 17)) == utc(2023, 5, 25, 15)


def test_brussels_in_winter_is_one_hour_ahead():
    assert to_instant(datetime(2027, 3, 3, 17)) == utc(2027, 3, 3, 16)


def test_time_06_at_the_instant_is_in_time():
    assert is_in_time(utc(2024, 4, 30, 15, 0, 0, 0), DEADLINE)


def test_time_07_one_millisecond_late_is_late():
    assert not is_in_time(utc(2024, 4, 30, 15, 0, 0, 1000), DEADLINE)


def test_is_in_time_is_exact_to_the_microsecond():
    assert not is_in_time(DEADLINE + timedelta(microseconds=1), DEADLINE)


def test_is_in_time_compares_instants_and_not_wall_clocks():
    """Both times are of one zone and read 02:10 and 02:50; the earlier reading is the later instant."""
    brussels = ZoneInfo(BRUSSELS)
    deadline = datetime(2026, 10, 25, 2, 50, tzinfo=brussels, fold=0)
    arrived = datetime(2026, 10, 25, 2, 10, tzinfo=brussels, fold=1)
    assert not is_in_time(arrived, deadline)


@pytest.mark.parametrize(
    "pair", [(datetime(2024, 4, 30, 15), DEADLINE), (DEADLINE, datetime(2024, 4, 30, 15))]
)
def test_is_in_time_refuses_times_without_zone(pair):
    with pytest.raises(TypeError):
        is_in_time(*pair)


def test_time_09_a_draft_never_counts():
    assert last_in_time([None], DEADLINE) is None


def test_time_10_the_version_of_ten_counts_when_the_reopened_one_was_not_sent():
    assert last_in_time([utc(2024, 4, 30, 8), None], DEADLINE) == utc(2024, 4, 30, 8)


def test_last_in_time_takes_the_last_one_and_leaves_out_the_late_one():
    arrivals = [utc(2024, 4, 30, 8), utc(2024, 4, 30, 14), utc(2024, 4, 30, 15, 0, 0, 1000)]
    assert last_in_time(arrivals, DEADLINE) == utc(2024, 4, 30, 14)


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/Bucharest", datetime(2024, 4, 30, 18)),
        ("Europe/Lisbon", datetime(2024, 4, 30, 16)),
        ("Atlantic/Azores", datetime(2024, 4, 30, 15)),
        ("Atlantic/Canary", datetime(2024, 4, 30, 16)),
        ("America/Martinique", datetime(2024, 4, 30, 11)),
        ("America/Cayenne", datetime(2024, 4, 30, 12)),
        ("Indian/Reunion", datetime(2024, 4, 30, 19)),
        ("Pacific/Noumea", datetime(2024, 5, 1, 2)),
    ],
)
def test_time_13_the_same_instant_everywhere(zone, local):
    assert to_instant(local, zone) == DEADLINE


def test_time_15_tbilisi():
    assert to_instant(datetime(2024, 1, 16, 20), "Asia/Tbilisi") == to_instant(datetime(2024, 1, 16, 17))


def test_time_16_the_skipped_hour_of_spring_is_refused():
    with pytest.raises(MissingHour) as refusal:
        to_instant(datetime(2026, 3, 29, 2, 30))
    assert refusal.value.message == (
        "02:30 on 29 March 2026 does not exist in Brussels: the clocks go from 02:00 straight to 03:00. "
        "Choose a time before or after that hour."
    )


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        (datetime(2026, 3, 29, 1, 59, 59), utc(2026, 3, 29, 0, 59, 59)),
        (datetime(2026, 3, 29, 3), utc(2026, 3, 29, 1)),
        (datetime(2026, 10, 25, 1, 59, 59), utc(2026, 10, 24, 23, 59, 59)),
        (datetime(2026, 10, 25, 3), utc(2026, 10, 25, 2)),
    ],
)
def test_to_instant_takes_the_edges_of_both_changes(local, instant):
    assert to_instant(local) == instant


@pytest.mark.parametrize("fold", [0, 1])
def test_to_instant_refuses_the_skipped_hour_even_with_a_choice(fold):
    with pytest.raises(MissingHour):
        to_instant(datetime(2026, 3, 29, 2), fold=fold)


def test_to_instant_names_the_gap_of_half_an_hour():
    with pytest.raises(MissingHour, match="from 02:00 straight to 02:30"):
        to_instant(datetime(2026, 10, 4, 2, 15), "Australia/Lord_Howe")


def test_to_instant_refuses_the_doubled_hour_with_both_instants():
    with pytest.raises(DoubledHour) as refusal:
        to_instant(datetime(2026, 10, 25, 2, 30))
    assert (refusal.value.earlier, refusal.value.later, refusal.value.message) == (
        utc(2026, 10, 25, 0, 30),
        utc(2026, 10, 25, 1, 30),
        "02:30 on 25 October 2026 comes twice in Brussels, as the clocks go back: first at 00:30 UTC, "
        "then at 01:30 UTC. Choose one of the two, or a time outside that hour.",
    )


def test_to_instant_takes_the_chosen_half_of_the_doubled_hour():
    twice = datetime(2026, 10, 25, 2, 30)
    assert [to_instant(twice, fold=0), to_instant(twice, fold=1)] == [
        utc(2026, 10, 25, 0, 30),
        utc(2026, 10, 25, 1, 30),
    ]


@pytest.mark.parametrize("zone", ["Europe/Brussel", "", "../etc/passwd", "/etc/localtime", "Europe", "CE\0T"])
def test_to_instant_refuses_an_unknown_zone(zone):
    with pytest.raises(UnknownZone, match="There is no time zone"):
        to_instant(datetime(2026, 1, 1), zone)


@pytest.mark.parametrize("local", [datetime(1, 1, 1), datetime(9999, 12, 31, 23), datetime(20, 4, 30)])
def test_to_instant_refuses_a_year_nobody_means(local):
    with pytest.raises(WallClockError, match=f"The year {local.year} cannot be right"):
        to_instant(local)


def test_to_instant_refuses_a_time_that_has_a_zone():
    with pytest.raises(TypeError):
        to_instant(DEADLINE)


@given(LOCALS, ZONES)
def test_to_instant_reads_back_as_what_was_written(local, zone):
    try:
        instant = to_instant(local, zone)
    except MissingHour:
        return
    except DoubledHour as doubled:
        sides = [doubled.earlier, doubled.later]
        assert [to_instant(local, zone, fold=0), to_instant(local, zone, fold=1)] == sides
        assert [side.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) for side in sides] == [local] * 2
        return
    assert instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local


@given(LOCALS, ZONES)
def test_in_words_can_be_said_of_every_instant(local, zone):
    said = in_words(local.replace(tzinfo=UTC), zone)
    assert str(said).startswith(f"{said.weekday} {said.day} {said.month} {said.year}, ")


def test_time_21_two_months_from_february_to_april():
    opens, closes = date(2024, 2, 28), date(2024, 4, 30)
    assert (is_open_long_enough(opens, closes), (closes - opens).days) == (True, 62)


def test_time_22_exactly_two_months_date_to_date():
    assert is_open_long_enough(date(2023, 11, 16), date(2024, 1, 16))


def test_one_day_short_of_two_months_is_too_short():
    assert not is_open_long_enough(date(2023, 11, 16), date(2024, 1, 15))


def test_time_24_end_of_february():
    assert earliest_close(date(2026, 12, 31)) == date(2027, 2, 28)


def test_time_25_end_of_february_in_a_leap_year():
    assert earliest_close(date(2027, 12, 31)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2023, 8, 30), -6, date(2023, 2, 28)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 1, 31), -1, date(2025, 12, 31)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
    ],
)
def test_add_months_stays_within_the_month(day, months, expected):
    assert add_months(day, months) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_earliest_close_is_never_less_than_59_days(opens):
    assert 59 <= (earliest_close(opens) - opens).days <= 62


def test_in_words_says_day_time_and_zone():
    assert str(in_words(utc(2027, 3, 3, 16))) == "Wednesday 3 March 2027, 17:00 Brussels time"


def test_in_words_says_seconds_when_there_are_any_and_other_places_by_name():
    assert [str(in_words(utc(2026, 12, 29, 22, 59, 59))), str(in_words(DEADLINE, "America/New_York"))] == [
        "Tuesday 29 December 2026, 23:59:59 Brussels time",
        "Tuesday 30 April 2024, 11:00 New York time",
    ]


def test_in_words_names_the_offset_in_the_doubled_hour():
    assert [in_words(utc(2026, 10, 25, hour, 30)).time for hour in (0, 1)] == [
        "02:30 (UTC+0200)",
        "02:30 (UTC+0100)",
    ]


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        ("Europe/Bucharest", "18:00 where you are"),
        ("Pacific/Noumea", "02:00 on Wednesday 1 May where you are"),
        ("Europe/Paris", ""),
    ],
)
def test_time_12_the_reader_sees_both_clocks(reader, words):
    assert where_you_are(DEADLINE, BRUSSELS, reader) == words


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(days=12, hours=3), "in 12 days"),
        (timedelta(days=2) - timedelta(microseconds=1), "in 1 day"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(minutes=61), "in 1 hour"),
        (timedelta(minutes=59, seconds=59), "in 59 minutes"),
        (timedelta(seconds=60), "in 1 minute"),
        (timedelta(milliseconds=1), "in less than a minute"),
        (timedelta(0), "now"),
        (timedelta(milliseconds=-1), "less than a minute ago"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(hours=-5), "5 hours ago"),
        (timedelta(days=-2), "2 days ago"),
        (timedelta(days=-1), "1 day ago"),
    ],
)
def test_time_left_is_said_in_whole_units(ahead, words):
    assert time_left(DEADLINE, DEADLINE + ahead) == words


def test_deadline_in_full_says_everything():
    at, now = utc(2027, 3, 3, 16), utc(2027, 2, 19, 9)
    assert [deadline_in_full(at, now=now, reader_zone="Europe/Lisbon"), deadline_in_full(at, now=now)] == [
        "Wednesday 3 March 2027, 17:00 Brussels time (16:00 where you are), in 12 days",
        "Wednesday 3 March 2027, 17:00 Brussels time, in 12 days",
    ]


def test_stamp_says_milliseconds_of_any_aware_instant():
    arrived = datetime(2027, 3, 3, 14, 59, 10, 7_000, tzinfo=timezone(timedelta(hours=1)))
    assert stamp(arrived) == "3 March 2027, 14:59:10.007 Brussels time"
