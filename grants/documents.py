"""What we print: the grant agreement and the payment order. Called from the worker only."""

from datetime import date
from typing import Any

from django.utils import translation

from core.pdf import render_pdf
from grants.contents import visibility
from grants.debts import RecoveryOrder
from grants.models import Agreement, Payment


def agreement_pdf(agreement: Agreement) -> bytes:
    """The agreement as PDF: a function of its frozen data alone, so that the same data give the same bytes (QR15)."""
    data = agreement.data
    with translation.override("en"):
        return render_pdf(
            "grants/pdf/agreement.html",
            {**_with_dates(data), "lead": _lead(data), "visibility": data["visibility"]},
            title=f"Grant agreement {data['ref']}",
        )


def payment_order_pdf(payment: Payment) -> bytes:
    """The order to the bank: payer, payee, account, amount, and the two persons who stand for it."""
    agreement = payment.milestone.agreement
    project = agreement.application.call.project
    with translation.override("en"):
        return render_pdf(
            "grants/pdf/payment_order.html",
            {
                "payment": payment,
                "account": payment.bank_account,
                "agreement": agreement,
                "data": agreement.data,
                "zone": agreement.application.call.zone,
                "visibility": visibility(project),
            },
            title=f"Payment order {payment.ref}",
        )


def recovery_letter(order: RecoveryOrder) -> bytes:
    """The letter that asks for money back: a function of what was frozen when it was confirmed (QR15)."""
    data = order.data or {}
    days = {name: date.fromisoformat(data[name]) for name in ("written_on", "due_on")}
    iban = data["bank"]["iban"]
    printed = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
    with translation.override("en"):
        return render_pdf(
            "grants/pdf/recovery_letter.html",
            {**data, **days, "iban": printed},
            title=f"Recovery order {data['ref']}",
        )


def _lead(data: dict[str, Any]) -> dict[str, Any]:
    return next(party for party in data["parties"] if party["is_lead"])


def _with_dates(data: dict[str, Any]) -> dict[str, Any]:
    """The frozen data with dates that a template can write in words. What older data do not hold is left out."""
    found = {
        **dict.fromkeys(("conditions", "declarations", "declared_by", "sizes")),
        **data,
        "starts_on": date.fromisoformat(data["starts_on"]),
        "ends_on": date.fromisoformat(data["ends_on"]),
    }
    found["milestones"] = [{**m, "due_on": date.fromisoformat(m["due_on"])} for m in data["milestones"]]
    found["project"] = {
        **data["project"],
        "started_on": date.fromisoformat(data["project"]["started_on"]),
        "ends_on": date.fromisoformat(data["project"]["ends_on"]),
    }
    found["call"] = {"award_unit": "rate", "award": "", "partial_approval": None, **data["call"]}
    arrived = data["application"]["arrived_on"]
    found["application"] = {
        **data["application"],
        "arrived_on": date.fromisoformat(arrived) if arrived else None,
    }
    return found
