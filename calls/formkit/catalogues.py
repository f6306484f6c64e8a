"""Catalogues that questions offer items from. A later stage registers what it can offer when it starts up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One entry: `value` is its reference, `label` what people read; `price_cents` if it has a price."""

    value: str
    label: str
    price_cents: int | None = None


Provider = Callable[[str], Sequence[Item]]
"""Items of the catalogue with this name, in the order they are shown; none for a name it does not know."""

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let a provider answer for the catalogues it knows. Twice is once."""
    if provider not in _providers:
        _providers.append(provider)


def items_of(name: str) -> list[Item]:
    """The items of a catalogue; none when nobody knows it."""
    return [item for provider in _providers for item in provider(name)]
