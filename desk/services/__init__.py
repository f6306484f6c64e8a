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
from desk.services.merging import confirm_merge, propose_merge
from desk.services.retention import (
    announce_deletion,
    applications_to_delete,
    delete_after_term,
    projects_with_terms,
)

__all__ = [
    "GRACE",
    "announce_deletion",
    "applications_to_delete",
    "ask_erasure",
    "confirm_erasure",
    "confirm_merge",
    "delete_after_term",
    "erase_person",
    "erasures_due",
    "forget_farewells",
    "hand_out_own_data",
    "projects_with_terms",
    "propose_merge",
    "take_erasure_back",
]
