"""The verbs of people at work across stages."""

from desk.services.data import hand_out_own_data
from desk.services.erasing import (
    GRACE,
    ask_erasure,
    confirm_erasure,
    erase_person,
    erasures_due,
    forget_farewells,
    take_erasure_back,
)

__all__ = [
    "GRACE",
    "ask_erasure",
    "confirm_erasure",
    "erase_person",
    "erasures_due",
    "forget_farewells",
    "hand_out_own_data",
    "take_erasure_back",
]
