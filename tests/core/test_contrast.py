"""Colours that can be read, and the style sheet that is made of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import contrast

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    "typed, read",
    [("#1D4F91", "#1d4f91"), (" 0c6152 ", "#0c6152"), ("red", None), ("#12345", None), ("#1234567", None)],
)
def test_a_colour_is_six_digits(typed, read):
    assert contrast.read(typed) == read


@pytest.mark.parametrize(
    "one, other, expected",
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_ratio_is_that_of_wcag(one, other, expected):
    assert contrast.ratio(one, other) == contrast.ratio(other, one)
    assert round(contrast.ratio(one, other), 2) == expected


@given(COLOURS)
def test_everything_of_a_palette_can_be_read(colour):
    made = contrast.palette(colour)

    by_day = [contrast.ratio(made.accent, ground) for ground in (contrast.PAPER, made.ink, made.soft)]
    grounds = (contrast.NIGHT, contrast.NIGHT_SURFACE, made.night_ink, made.night_soft)
    by_night = [contrast.ratio(made.night_accent, ground) for ground in grounds]
    assert min(by_day + by_night) >= 4.5


@given(COLOURS)
def test_what_can_be_read_stays_as_it_is_and_the_nearest_of_the_nearest_is_itself(colour):
    better = contrast.nearest(colour)

    assert (better == colour) == (contrast.weakest(colour) >= 4.5)
    assert contrast.nearest(better) == better


def test_the_style_sheet_is_made_of_its_name_alone(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/theme/0c6152.css")

    assert "--accent: #0c6152" in answer.content.decode()
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Type"].startswith("text/css")
    assert client.get("/theme/red.css").status_code == 404
