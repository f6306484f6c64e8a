"""The verbs about bank accounts: entered by the beneficiary, verified by a finance officer."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core import clock
from core.audit import record
from core.errors import DomainError, FourEyesRequired, InvalidTransition
from core.locks import lock_row
from funding.bank import AccountError, clean_bic, clean_iban
from grants import notifications, permissions
from grants.models import Agreement, BankAccount
from grants.states import AgreementState

OPEN = frozenset({AgreementState.SENT, AgreementState.SIGNED, AgreementState.IN_FORCE})


@transaction.atomic(durable=True)
def enter_bank_account(
    agreement: Agreement, organisation: Organisation, *, by: User, holder: str, iban: str, bic: str = ""
) -> BankAccount:
    """Say where an organisation wants the money of this agreement. Another one replaces the first and is verified anew.

    Raises DomainError for a mistyped number, an organisation without a share, or anybody but a signatory.
    """
    agreement = lock_row(agreement)
    if not permissions.can_sign_agreement(by, agreement):
        raise DomainError(_("Only a signatory of %s can do this.") % agreement.application.organisation)
    if agreement.state not in OPEN:
        raise InvalidTransition(
            _("The agreement is “%s”, so its bank accounts cannot change.")
            % agreement.get_state_display().lower()
        )
    if not agreement.shares.filter(organisation=organisation).exists():
        raise DomainError(_("%s receives no money under this agreement.") % organisation)
    holder = " ".join(holder.split())
    if not 1 <= len(holder) <= 70:
        raise DomainError(_("Give the holder as the bank knows it, at most 70 characters."), field="holder")
    iban, bic = _cleaned(iban, bic)
    before = agreement.bank_accounts.filter(organisation=organisation, replaced_at__isnull=True).first()
    if before is not None and (before.holder, before.iban, before.bic) == (holder, iban, bic):
        return before
    if before is not None:
        before.replaced_at = clock.now()
        before.save(update_fields=["replaced_at"])
    account = BankAccount.objects.create(
        agreement=agreement, organisation=organisation, holder=holder, iban=iban, bic=bic, added_by=by
    )
    data = {
        "organisation": organisation.legal_name,
        "account": account.masked,
        "replaced": before is not None,
    }
    record(agreement, "bank_account.entered", by=by, data=data)
    notifications.bank_account_entered(account, replaced=before is not None)
    if before is not None:
        notifications.bank_account_changed(account)
    return account


def _cleaned(iban: str, bic: str) -> tuple[str, str]:
    try:
        number = clean_iban(iban)
    except AccountError as error:
        raise DomainError(error.message, field="iban") from error
    try:
        return number, clean_bic(bic)
    except AccountError as error:
        raise DomainError(error.message, field="bic") from error


@transaction.atomic(durable=True)
def verify_bank_account(account: BankAccount, *, by: User, how: str) -> BankAccount:
    """A finance officer confirms an account after a call to a number known from elsewhere; `how` says so for the auditor.

    Raises FourEyesRequired for the person who entered it, InvalidTransition when it was replaced or verified already.
    """
    agreement = lock_row(account.agreement)
    account = lock_row(account)
    if account.added_by_id == by.pk:
        raise FourEyesRequired(_("You entered this account yourself; another person has to verify it."))
    if account.replaced_at is not None:
        raise InvalidTransition(
            _("This account was replaced by another one in the meantime. Look at that one.")
        )
    if account.verified_at is not None:
        raise InvalidTransition(_("This account is verified already."))
    if not how.strip():
        raise DomainError(
            _("Say how you checked it: whom you called, at which number, and when."), field="how"
        )
    account.verified_at, account.verified_by = clock.now(), by
    account.save(update_fields=["verified_at", "verified_by"])
    data = {"organisation": account.organisation.legal_name, "account": account.masked}
    record(agreement, "bank_account.verified", by=by, note=how.strip(), data=data)
    return account
