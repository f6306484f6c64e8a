"""Table by table, what becomes of a person who is deleted. What stays stands in `holds.py`; the test of the canaries looks for
anything that neither knows (tests/desk/test_erasure.py)."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import Invitation, JoinRequest, Membership, Organisation, User
from accounts.queries import entries_of
from applicants import services as applicants
from applicants.models import (
    Application,
    Mandate,
    Message,
    PartialUpload,
    Participation,
    Partner,
    QuestionTask,
    Reading,
    SignatureRequest,
)
from calls.models import Enquiry, Subscription
from core import clock
from core.erasing import forget_files
from core.models import AuditEvent, IdempotencyKey, NoticeChoice, StoredFile
from core.refs import new_ref
from core.traces import Traces, clear_mail_to, empty_mails, take_out_of_mails, take_out_of_trail, traces
from desk.erasure.plan import alone_in, left_drafts
from evaluation.models import Assignment, Evaluator, Objection
from funding.models import ProjectMember

NOBODY = "former-user@deleted.invalid"
"""The address of nobody (RFC 2606): mail to it cannot leave."""

FIRST_LINES = ("applicant_wrote", "office_wrote")
"""Mails that quote the first line of a message inside an application."""

OWN_WORDS = (
    "application.sent_for_signature",
    "application.signature_returned",
    "application.signature_taken_back",
    "application.partner_",
    "organisation.",
    "user.",
    "person.",
)
"""Events whose words the person wrote to colleagues: they are not needed to account for money."""


def forget(user: User) -> dict[str, int]:
    """Delete everything that names the person, in the caller's transaction, their row locked. Returns counts for the trail."""
    person = traces_of(user)
    alone = alone_in(user)
    quotes = _mails_that_quote(user, person)
    drafts = applicants.empty_drafts(left_drafts(user).values_list("pk", flat=True))
    _account(user, person)
    _places(user, person)
    _mandates(user, person)
    _asked(user, person)
    _written(user)
    _judging(user, person)
    for organisation in alone:
        _natural_person(organisation, person)
    owned = StoredFile.objects.filter(created_by=user).values_list("pk", flat=True)
    return {
        "drafts": drafts,
        "files": forget_files(owned),
        "mails": clear_mail_to(user, person),
        "mails_to_others": empty_mails(quotes) + take_out_of_mails(person),
        "events": take_out_of_trail(person, emptied=_own_words(user)),
    }


def traces_of(user: User) -> Traces:
    """Every address and name that the person is known by here, also earlier ones."""
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    names = {user.full_name}
    for evaluator in Evaluator.objects.filter(user=user):
        addresses.add(evaluator.email)
        names.add(evaluator.name)
    for moved in AuditEvent.objects.filter(actor=user, verb="user.email_changed").values_list(
        "data", flat=True
    ):
        addresses.update(moved.get("email", []))
    return traces(
        addresses, names, instead=f"Former user {user.pk}", address=f"former-user-{user.pk}@deleted.invalid"
    )


def _account(user: User, person: Traces) -> None:
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    IdempotencyKey.objects.filter(user=user).delete()
    NoticeChoice.objects.filter(user=user).delete()
    user.email, user.full_name = person.instead_of_address, person.instead
    user.language, user.zone = "en", "Europe/Brussels"
    user.is_active = user.is_administrator = False
    user.erased_at = clock.now()
    user.set_unusable_password()
    user.save()
    _cache(person)


def _cache(person: Traces) -> None:
    """Counters of guesses are named by address."""
    with connection.cursor() as cursor:
        for address in person.addresses:
            cursor.execute("DELETE FROM core_cache WHERE strpos(lower(cache_key), %s) > 0", [address])


def _places(user: User, person: Traces) -> None:
    """Memberships end; invitations and requests keep their dates."""
    now = clock.now()
    Membership.objects.filter(user=user, ended_at=None).update(ended_at=now)
    ProjectMember.objects.filter(user=user, ended_at=None).update(ended_at=now)
    invited = Q(pk__in=[])
    for address in person.addresses:
        invited |= Q(email__iexact=address)
    for invitation in Invitation.objects.filter(invited):
        if not invitation.answer:
            invitation.answer, invitation.answered_at = Invitation.Answer.WITHDRAWN, now
        invitation.email, invitation.token = person.instead_of_address, new_ref(24)
        invitation.save(update_fields=["email", "token", "answer", "answered_at"])
    mine = JoinRequest.objects.filter(user=user)
    mine.filter(answer="").update(answer=JoinRequest.Answer.REFUSED, answered_at=now)
    mine.update(words="")


def _mandates(user: User, person: Traces) -> None:
    """What the person holds alone or was asked for ends; who wrote for whom until when stays, without address and words."""
    now = clock.now()
    for mandate in Mandate.objects.filter(Q(holder=user) | Q(email__in=person.addresses)):
        if mandate.ended_at is None and (mandate.firm_id is None or not mandate.answer):
            mandate.ended_at, mandate.ended_by = now, user
        mandate.email, mandate.token = person.instead_of_address, new_ref(24)
        mandate.save(update_fields=["email", "token", "ended_at", "ended_by"])
    Mandate.objects.filter(given_by=user).update(words="")


def _asked(user: User, person: Traces) -> None:
    """Questions and news. The published answer stands for itself."""
    by_address = Q(email__in=person.addresses)
    Subscription.objects.filter(Q(user=user) | by_address).delete()
    Enquiry.objects.filter(Q(asked_by=user) | by_address).update(text="", email="", asked_by=None)


def _written(user: User) -> None:
    """What colleagues wrote to each other, and where somebody has read."""
    SignatureRequest.objects.filter(sent_by=user).update(words="")
    SignatureRequest.objects.filter(answered_by=user).update(answer_words="")
    QuestionTask.objects.filter(Q(given_by=user) | Q(assignee=user)).update(words="")
    QuestionTask.objects.filter(assignee=user, done_at=None).update(done_at=clock.now())
    unsubmitted = Participation.objects.filter(answered_by=user, application__last_final=None)
    unsubmitted.update(words="")
    Reading.objects.filter(user=user).delete()
    PartialUpload.objects.filter(started_by=user).delete()


def _judging(user: User, person: Traces) -> None:
    """The profile as an evaluator; declarations and scores stay, by a number."""
    known = Q(user=user)
    for address in person.addresses:
        known |= Q(email__iexact=address)
    for evaluator in Evaluator.objects.filter(known):
        evaluator.name, evaluator.email = person.instead, person.instead_of_address
        evaluator.organisation_name, evaluator.country, evaluator.token = "", "", new_ref(24)
        evaluator.interests = ""
        evaluator.save(update_fields=["name", "email", "organisation_name", "country", "token", "interests"])


def _natural_person(organisation: Organisation, person: Traces) -> None:
    """A natural person who applied alone, with nothing submitted and no part in what others submitted: a shell stays."""
    entries = Organisation.objects.filter(pk__in=entries_of([organisation.pk])[organisation.pk])
    submitted = Application.objects.filter(organisation__in=entries, last_final__isnull=False)
    taken_part = Partner.objects.filter(organisation__in=entries, version__status="final")
    if not organisation.is_person or submitted.exists() or taken_part.exists():
        return
    for one in entries:
        _empty_shell(one, person)


def _empty_shell(organisation: Organisation, person: Traces) -> None:
    organisation.legal_name = person.instead
    organisation.registration_number = f"deleted-{organisation.ref}"
    organisation.vat = organisation.pic = organisation.euid = organisation.vat_asked = ""
    organisation.street = organisation.postcode = organisation.nuts = organisation.website = ""
    organisation.town = "-"
    organisation.founded_on = None
    organisation.save()


def _mails_that_quote(user: User, person: Traces) -> Q:
    """Mails to others that carry words of the person: each is about the thing that the words were written in."""
    invited = Q(pk__in=[])
    for address in person.addresses:
        invited |= Q(email__iexact=address)
    authored: list[QuerySet[Any]] = [
        JoinRequest.objects.filter(user=user),
        Invitation.objects.filter(invited),
        Mandate.objects.filter(Q(given_by=user) | Q(holder=user) | invited),
        QuestionTask.objects.filter(Q(given_by=user) | Q(assignee=user)),
        SignatureRequest.objects.filter(Q(sent_by=user) | Q(answered_by=user)),
        Participation.objects.filter(answered_by=user),
        Assignment.objects.filter(evaluator__user=user),
        Evaluator.objects.filter(user=user),
        Objection.objects.filter(filed_by=user),
    ]
    found = Q(pk__in=[])
    for rows in authored:
        kind = ContentType.objects.get_for_model(rows.model)
        found |= Q(about_type=kind, about_id__in=list(rows.values_list("pk", flat=True)))
    threads = Message.objects.filter(by=user).values_list("application", flat=True)
    kind = ContentType.objects.get_for_model(Application)
    return found | Q(kind__in=FIRST_LINES, about_type=kind, about_id__in=list(threads))


def _own_words(user: User) -> Q:
    found = Q(pk__in=[])
    for verb in OWN_WORDS:
        found |= Q(verb__startswith=verb)
    return found & Q(actor=user) & ~Q(note="")
