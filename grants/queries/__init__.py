"""Reads that join several tables, by what they are about."""

from grants.queries.actions import next_actions
from grants.queries.sheets import (
    Party,
    Sheet,
    Step,
    agreement_rows,
    awaiting_agreement,
    awards,
    balance_cents,
    call_sums,
    closing_note,
    end_of,
    payment_rows,
    payment_sums,
    sheet,
    today,
    with_facts,
)

__all__ = [
    "Party",
    "Sheet",
    "Step",
    "agreement_rows",
    "awaiting_agreement",
    "awards",
    "balance_cents",
    "call_sums",
    "closing_note",
    "end_of",
    "next_actions",
    "payment_rows",
    "payment_sums",
    "sheet",
    "today",
    "with_facts",
]
