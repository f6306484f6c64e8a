"""The acts that follow a yes, as pieces of the story."""

from datetime import date

from accounts.models import User
from applicants.models import Application
from calls.models import Call
from core import clock
from demo.pieces import BY_KEY
from grants import services as grants
from grants.models import Agreement, BankAccount, Milestone, Payment


def today() -> date:
    """The story's own day."""
    return clock.now().date()


def draft_all(call: Call, *, by: User, starts_on: date) -> dict[str, Agreement]:
    """Draft an agreement for every selected file; by the applicant's name."""
    selected = Application.objects.filter(call=call, state="selected")
    made, refused = grants.draft_agreements(selected, by=by, starts_on=starts_on)
    if refused:
        raise RuntimeError(f"the story does not go on: {refused}")
    return {agreement.application.organisation.legal_name: agreement for agreement in made}


def fresh(agreement: Agreement) -> Agreement:
    """The agreement as it is now."""
    return Agreement.objects.select_related("document", "application__organisation").get(pk=agreement.pk)


def send(agreement: Agreement, *, by: User) -> Agreement:
    return grants.send_agreement(fresh(agreement), by=by)


def sign(agreement: Agreement) -> Agreement:
    """The beneficiary enters the bank account and signs."""
    agreement = fresh(agreement)
    signatory = agreement.application.created_by
    organisation = agreement.application.organisation
    script = next(c for c in BY_KEY.values() if c.name == organisation.legal_name)
    grants.enter_bank_account(agreement, organisation, by=signatory, holder=script.name, iban=script.iban)
    return grants.sign_agreement(
        agreement, by=signatory, name=signatory.full_name, sha256=_document(agreement)
    )


def countersign(agreement: Agreement, *, by: User) -> Agreement:
    return grants.countersign_agreement(
        fresh(agreement), by=by, name=by.full_name, sha256=_document(fresh(agreement))
    )


def _document(agreement: Agreement) -> str:
    if agreement.document is None:
        raise RuntimeError(f"{agreement} has no document")
    return agreement.document.sha256


def verify_account(agreement: Agreement, *, by: User) -> None:
    """The finance officer calls back and confirms the account."""
    for account in BankAccount.objects.filter(agreement=agreement, replaced_at__isnull=True):
        grants.verify_bank_account(account, by=by, how="Called the number of the business register.")


def milestone(agreement: Agreement, position: int) -> Milestone:
    """The agreement's milestone, the first one being 0."""
    return list(agreement.milestones.order_by("position"))[position]


def propose(step: Milestone, *, by: User) -> list[Payment]:
    return grants.propose_payments(step, by=by)


def approve_and_pay(payments: list[Payment], *, by: User) -> None:
    """The finance officer approves what somebody else proposed, and it leaves the bank."""
    for payment in payments:
        approved = grants.approve_payment(payment, by=by, note="")
        grants.mark_payment_paid(approved, by=by, paid_on=today())


def report(step: Milestone, text: str) -> None:
    grants.report_milestone(step, by=step.agreement.application.created_by, text=text)


def accept(step: Milestone, *, by: User) -> None:
    grants.accept_milestone(Milestone.objects.get(pk=step.pk), by=by, note="Delivered as agreed.")
