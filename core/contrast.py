"""Colours that can be read: contrast by WCAG 2.2, the nearest colour that passes, and a palette made of one accent. Pure."""

import colorsys
import re
from collections.abc import Callable
from dataclasses import dataclass

NEEDED = 4.5
"""Text against its ground, at least (WCAG 2.2, 1.4.3, level AA)."""
PAPER, SURFACE, SUNKEN = "#faf9f6", "#ffffff", "#f2f0eb"
NIGHT, NIGHT_SURFACE, NIGHT_INK = "#14161a", "#1b1e24", "#0d1420"
"""The grounds of the pages by day and by night (static/css/theme.css), and the text on an accent by night."""
HEX = re.compile(r"#?([0-9a-fA-F]{6})", re.ASCII)
STEPS = 200


@dataclass(frozen=True)
class Palette:
    """One accent as the pages use it by day and by night: as text, under text, and as a soft ground. All `#rrggbb`."""

    accent: str
    ink: str
    soft: str
    night_accent: str
    night_ink: str
    night_soft: str


def read(typed: str) -> str | None:
    """A colour as `#rrggbb` in small letters; None when it is none."""
    found = HEX.fullmatch(typed.strip())
    return f"#{found[1].lower()}" if found else None


def ratio(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def weakest(accent: str) -> float:
    """The accent's lowest contrast by day: as text on paper and on its own soft ground, and under white text."""
    return min(ratio(accent, ground) for ground in _day(accent))


def nearest(accent: str) -> str:
    """The accent itself if it can be read by day, else the nearest darker one of its hue that can."""
    return _moved(accent, 0.0, _day)


def palette(accent: str) -> Palette:
    """All colours of the pages for one accent. By night the hue stays and the lightness rises until it can be read."""
    day, night = nearest(accent), _moved(accent, 1.0, _night)
    return Palette(day, SURFACE, _soft(day), night, NIGHT_INK, _night_soft(night))


def _day(accent: str) -> tuple[str, str, str, str]:
    """The grounds by day (white is also the text on the accent), and the accent's own soft ground."""
    return PAPER, SURFACE, SUNKEN, _soft(accent)


def _soft(accent: str) -> str:
    return _mix(accent, SURFACE, 0.1)


def _night(accent: str) -> tuple[str, str, str, str]:
    """The grounds by night, and the text on the accent."""
    return NIGHT, NIGHT_SURFACE, NIGHT_INK, _night_soft(accent)


def _night_soft(accent: str) -> str:
    return _mix(accent, NIGHT_SURFACE, 0.16)


def _moved(colour: str, towards: float, grounds: Callable[[str], tuple[str, ...]]) -> str:
    """The colour, with its lightness moved in small steps until it stands out from all its grounds."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    for step in range(STEPS + 1):
        moved = lightness + (towards - lightness) * step / STEPS
        tried = colour if step == 0 else _hex(colorsys.hls_to_rgb(hue, moved, saturation))
        if all(ratio(tried, ground) >= NEEDED for ground in grounds(tried)):
            return tried
    return "#ffffff" if towards else "#000000"


def _luminance(colour: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(colour: str, ground: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return _hex(tuple(one * share + other * (1 - share) for one, other in pairs))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
