"""Reads that join several tables, by what they are about."""

from grants.queries.actions import next_actions
from grants.queries.acts import acts, coming
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
    conditions_of,
    conditions_url,
    end_of,
    open_conditions,
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
    "acts",
    "agreement_rows",
    "awaiting_agreement",
    "awards",
    "balance_cents",
    "call_sums",
    "closing_note",
    "coming",
    "conditions_of",
    "conditions_url",
    "end_of",
    "next_actions",
    "open_conditions",
    "payment_rows",
    "payment_sums",
    "sheet",
    "today",
    "with_facts",
]
