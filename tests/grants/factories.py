"""Awards, agreements, reports and payments for tests."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Membership, Organisation, User
from applicants.models import Application
from calls.models import Call, Instalment
from core import clock
from core.files import store_bytes
from core.localised import localised
from evaluation.models import Decision, DecisionShare, Round
from funding import services as funding
from grants import services
from grants.models import Agreement, BankAccount, Milestone, Payment
from tests.accounts import factories as people
from tests.applicants import factories as applications
from tests.calls import factories as calls
from tests.funding import factories as projects
from tests.funding.factories import Team

STARTS_ON = date(2027, 4, 1)
IBAN = "IT60X0542811101000000123456"
OTHER_IBAN = "BE68539007547034"


@dataclass
class World:
    """One award with its people: Alice signs for the beneficiary, Bob works there, Charlie is a stranger."""

    team: Team
    call: Call
    application: Application
    alice: User
    bob: User
    charlie: User


@transaction.atomic
def award(
    call: Call, team: Team, *, by: User | None = None, cents: int = 20_000_00,
    shares: list[tuple[Organisation, int]] | None = None, **fields: Any
) -> Application:  # fmt: skip
    """A selected file with its released decision to fund and the award in the ledger, as release leaves them."""
    application = applications.application(
        call, by=by, requested_cents=cents, shares=shares, state="selected", **fields
    )
    round_, _made = Round.objects.get_or_create(
        call=call,
        defaults={
            "state": "released",
            "proposed_by": team.mia,
            "confirmed_by": team.luc,
            "released_by": team.mia,
            "released_at": clock.now(),
        },
    )
    parts = [(application.organisation, cents), *(shares or [])]
    decision = Decision.objects.create(
        round=round_,
        application=application,
        version=application.valid_version(),
        state="released",
        outcome="fund",
        rank=1,
        amount_cents=sum(part for _organisation, part in parts),
        why="Above the line.",
    )
    for organisation, part in parts:
        DecisionShare.objects.create(decision=decision, organisation=organisation, amount_cents=part)
    funding.record_awarded(call.budget_line, parts, by=team.mia, source=decision)
    return application


def published_call(team: Team, percents: list[int], **fields: Any) -> Call:
    """A published call that pays these parts, each after a report: the first in month 1, and so on."""
    made = calls.call(team, published=False, **fields)
    made.instalments.all().delete()
    for position, percent in enumerate(percents):
        Instalment.objects.create(
            call=made,
            position=position,
            label=localised(f"Part {position}"),
            percent=Decimal(percent),
            due="report",
            month=position + 1,
        )
    return calls.publish(made, team)


def world(
    *,
    cents: int = 20_000_00,
    partners: list[int] | None = None,
    percents: list[int] | None = None,
    **call: Any,
) -> World:
    """A project, a published call, and one award of 20 000 EUR; `partners` adds organisations with these amounts."""
    team = projects.team()
    made = published_call(team, percents, **call) if percents else calls.call(team, **call)
    alice, bob = people.user("Alice Bianchi"), people.user("Bob Ferri")
    own = people.organisation(members=[alice])
    Membership.objects.create(user=bob, organisation=own, role=Membership.Role.MEMBER)
    others = [
        (people.organisation(f"Partner {n} SARL", country="FR"), part)
        for n, part in enumerate(partners or [], 1)
    ]
    application = award(made, team, by=alice, organisation=own, cents=cents, shares=others)
    return World(team, made, application, alice, bob, people.user("Charlie Stranger"))


def drafted(w: World, application: Application | None = None, **fields: Any) -> Agreement:
    """Drafted, with a document: a stand-in that takes no time; `tests/grants/test_documents.py` makes real ones."""
    options = {"by": w.team.mia, "starts_on": STARTS_ON, **fields}
    agreement = services.draft_agreement(application or w.application, **options)
    agreement = again(agreement)
    if agreement.document is None:  # where commits are real, the worker has made it
        content = f"%PDF-1.7 {agreement.ref}".encode()
        agreement.document = store_bytes(
            content, name=f"{agreement.ref}.pdf", media_type="application/pdf", by=None
        )
        agreement.save(update_fields=["document"])
    return again(agreement)


def sent(w: World, **fields: Any) -> Agreement:
    return again(services.send_agreement(drafted(w, **fields), by=w.team.mia))


def signed(w: World, **fields: Any) -> Agreement:
    agreement = sent(w, **fields)
    name, digest = w.alice.full_name, agreement.document.sha256
    return again(services.sign_agreement(agreement, by=w.alice, name=name, sha256=digest))


def in_force(w: World, *, accounts: bool = True, **fields: Any) -> Agreement:
    """Signed by both; with a bank account of each organisation unless told otherwise."""
    agreement = signed(w, **fields)
    digest = agreement.document.sha256
    services.countersign_agreement(agreement, by=w.team.luc, name=w.team.luc.full_name, sha256=digest)
    if accounts:
        for share in agreement.shares.all():
            account(w, agreement, share.organisation)
    return again(agreement)


def account(w: World, agreement: Agreement, organisation: Organisation, *, iban: str = IBAN, verified: bool = True) -> BankAccount:  # fmt: skip
    """A bank account entered by Alice, verified by Fred."""
    made = services.enter_bank_account(
        agreement, organisation, by=w.alice, holder=organisation.legal_name, iban=iban
    )
    if verified:
        services.verify_bank_account(made, by=w.team.fred, how="Called +39 030 1234, from the register.")
    return made


def advance(agreement: Agreement) -> Milestone:
    """The milestone at signature."""
    return agreement.milestones.get(position=1)


def final(agreement: Agreement) -> Milestone:
    """The milestone with a report."""
    return agreement.milestones.get(position=2)


def proposed(w: World, agreement: Agreement | None = None) -> Payment:
    """The advance, proposed by Mia."""
    agreement = agreement or in_force(w)
    return services.propose_payments(advance(agreement), by=w.team.mia)[0]


def approved(w: World, agreement: Agreement | None = None) -> Payment:
    """The advance, proposed by Mia, approved by Fred."""
    return services.approve_payment(proposed(w, agreement), by=w.team.fred)


def again(obj: Any) -> Any:
    """The object as it is stored now."""
    return type(obj)._base_manager.get(pk=obj.pk)
