"""What stays when a person is deleted, with its reason (GDPR, Art. 17(3)(b) and (e)). Nothing else may name them.

Who did what stays too, as a number: "Former user 123". The number leads to no name any more.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from applicants.models import Application, LegalHold, Message, Participation, SectionAnswers, Version
from evaluation.models import ConflictDeclaration, EarlyFeedback, EthicsCheck, Objection, Score
from grants.models import Agreement, BankAccount, Report

_FUNDED = _("five years after the final payment of the project's own EU grant")
_DECIDED = _("the term that the project has set after the decision")
_MONEY = _("Public money has to be accounted for (Regulation (EU, Euratom) 2024/2509, Article 133).")
_DEFENCE = _("The decision may be objected to, audited and defended.")


@dataclass(frozen=True)
class Hold:
    """One kind of thing that stays: where it stands (columns), in words, until when, why, and what there is of one person."""

    columns: tuple[str, ...]
    what: Promise
    until: Promise
    why: Promise
    of: Callable[[User], "QuerySet[Model]"]


def _own(user: User) -> "QuerySet[Organisation]":
    """Every organisation the person ever worked for, with the entries that were merged into it."""
    own = Membership.objects.filter(user=user).values("organisation")
    return Organisation.objects.filter(Q(pk__in=own) | Q(merged_into__in=own))


HOLDS: tuple[Hold, ...] = (
    Hold(
        (
            "applicants_version.payload",
            "applicants_version.title",
            "applicants_version.declarations",
            "core_outgoingmessage.text",
            "core_outgoingmessage.html",
        ),
        _(
            "applications that were submitted, with their declarations, files and receipts, and mails to others that name their title"
        ),
        _DECIDED,
        _DEFENCE,
        lambda user: Version.objects.filter(submitted_by=user, status="final"),
    ),
    Hold(
        ("applicants_sectionanswers.answers", "applicants_partner.task"),
        _("what you wrote in applications of organisations, submitted or shared with colleagues"),
        _DECIDED,
        _("They belong to the organisation."),
        lambda user: SectionAnswers.objects.filter(changed_by=user),
    ),
    Hold(
        ("applicants_participation.words",),
        _("what a partner answered about taking part in a submitted application"),
        _DECIDED,
        _DEFENCE,
        lambda user: Participation.objects.filter(
            answered_by=user, application__last_final__isnull=False
        ).exclude(words=""),
    ),
    Hold(
        ("applicants_message.text",),
        _("messages inside a submitted application; their author becomes a number"),
        _DECIDED,
        _DEFENCE,
        lambda user: Message.objects.filter(by=user),
    ),
    Hold(
        ("evaluation_conflictdeclaration.statement", "evaluation_conflictdeclaration.details"),
        _("declarations about conflicts of interest"),
        _DECIDED,
        _DEFENCE,
        lambda user: ConflictDeclaration.objects.filter(by=user),
    ),
    Hold(
        ("evaluation_score.reason", "evaluation_consensusscore.reason", "evaluation_consensusanswer.words"),
        _("scores and their reasons; their author becomes a number"),
        _DECIDED,
        _DEFENCE,
        lambda user: Score.objects.filter(assignment__evaluator__user=user),
    ),
    Hold(
        (
            "evaluation_ethicscheck.reasons",
            "evaluation_ethicscheck.conditions",
            "evaluation_ethicscheck.note",
        ),
        _("checks of ethics and security; their author becomes a number"),
        _DECIDED,
        _DEFENCE,
        lambda user: EthicsCheck.objects.filter(reviewer=user),
    ),
    Hold(
        (
            "evaluation_earlyfeedback.question",
            "evaluation_earlyfeedback.remarks",
            "evaluation_earlyfeedback.answer",
        ),
        _("feedback before a deadline, asked for or given; their author becomes a number"),
        _DECIDED,
        _DEFENCE,
        lambda user: EarlyFeedback.objects.filter(Q(asked_by=user) | Q(adviser=user) | Q(answered_by=user)),
    ),
    Hold(
        ("evaluation_objection.text",),
        _("objections to decisions"),
        _DECIDED,
        _DEFENCE,
        lambda user: Objection.objects.filter(filed_by=user),
    ),
    Hold(
        ("applicants_legalhold.reason", "applicants_legalhold.lift_reason"),
        _("why something has to be kept beyond its term"),
        _DECIDED,
        _DEFENCE,
        lambda user: LegalHold.objects.filter(Q(set_by=user) | Q(lifted_by=user)),
    ),
    Hold(
        ("grants_agreement.data", "grants_agreement.signed_name"),
        _("grant agreements, with your name as you signed"),
        _FUNDED,
        _MONEY,
        lambda user: (
            Agreement.objects.filter(signed_by=user) | Agreement.objects.filter(countersigned_by=user)
        ),
    ),
    Hold(
        ("grants_bankaccount.holder", "grants_bankaccount.iban", "grants_bankaccount.bic"),
        _("bank accounts that public money went to, or was to go to"),
        _FUNDED,
        _MONEY,
        lambda user: BankAccount.objects.filter(added_by=user),
    ),
    Hold(
        ("grants_report.text", "grants_report.review_note"),
        _("reports on milestones"),
        _FUNDED,
        _MONEY,
        lambda user: Report.objects.filter(submitted_by=user),
    ),
    Hold(
        (
            "accounts_organisation.legal_name",
            "accounts_organisation.registration_number",
            "accounts_organisation.vat",
            "accounts_organisation.street",
            "accounts_organisation.website",
        ),
        _("the data of organisations that applied, also of a natural person"),
        _DECIDED,
        _DEFENCE,
        lambda user: _own(user).filter(
            pk__in=Application.objects.filter(last_final__isnull=False).values("organisation")
        ),
    ),
)


def holds_on(user: User) -> list[tuple[Hold, int]]:
    """What of this person stays, with how many there are; what there is none of is left out."""
    found = [(hold, hold.of(user).count()) for hold in HOLDS]
    return [(hold, count) for hold, count in found if count]
