"""Deleting a person's account and everything that names them, but what the law keeps (quality QS17, feature A42)."""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import ErasureRequest, User
from core import clock
from core.audit import record
from core.errors import DomainError, FourEyesRequired, Incomplete, InvalidTransition
from core.locks import lock_row
from core.models import OutgoingMessage
from desk import notifications
from desk.erasure import forgetting
from desk.erasure.plan import obstacles

GRACE = timedelta(days=14)
"""So long the person can take it back."""

POSTPONED = timedelta(days=7)
"""When something has come in the way since, it is tried again after so long."""

FAREWELL = "account_erased"
KEPT_UNSENT = timedelta(days=3)
"""The last letter is forgotten with its address when it was sent, and after so long also when it could not be."""


@transaction.atomic(durable=True)
def ask_erasure(user: User, *, by: User, words: str = "") -> ErasureRequest:
    """Ask that the person be deleted: by themselves, done after the grace; or by an administrator on a written request (`words`
    says which), which waits for a second one. Raises Incomplete with what is in the way, InvalidTransition when it was
    asked already, DomainError without words."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.erased_at is not None or _open(user).exists():
        raise InvalidTransition(_("That was asked already."))
    if (gaps := obstacles(user)) and user.pk == by.pk:
        raise Incomplete(_("Your account cannot be deleted yet."), gaps)
    is_own = user.pk == by.pk
    if not is_own and not words.strip():
        raise DomainError(_("Say which written request it is, and of which day."), field="words")
    made = ErasureRequest.objects.create(
        user=user,
        asked_by=by,
        words="" if is_own else words.strip(),
        due_at=clock.now() + GRACE if is_own else None,
    )
    record(user, "person.erasure_asked", by=by, data={"request": made.pk})
    if is_own:
        notifications.erasure_asked(made)
    return made


@transaction.atomic(durable=True)
def confirm_erasure(request: ErasureRequest, *, by: User) -> ErasureRequest:
    """A second administrator has read the written request too; the person is told and can take it back for the grace. Raises
    FourEyesRequired for the first one and for the person, Incomplete with what is in the way."""
    request = _locked_open(request)
    if request.due_at is not None:
        raise InvalidTransition(_("That is confirmed already."))
    if by.pk in {request.asked_by_id, request.user_id}:
        raise FourEyesRequired(_("Another administrator has to confirm it."))
    if gaps := obstacles(request.user):
        raise Incomplete(_("This account cannot be deleted yet."), gaps)
    request.confirmed_by, request.due_at = by, clock.now() + GRACE
    request.save(update_fields=["confirmed_by", "due_at"])
    record(request.user, "person.erasure_confirmed", by=by, data={"request": request.pk})
    notifications.erasure_asked(request)
    return request


@transaction.atomic(durable=True)
def take_erasure_back(request: ErasureRequest, *, by: User) -> ErasureRequest:
    """The account stays. Raises InvalidTransition when it was done, or taken back."""
    request = _locked_open(request)
    request.taken_back_at = clock.now()
    request.save(update_fields=["taken_back_at"])
    record(request.user, "person.erasure_taken_back", by=by, data={"request": request.pk})
    return request


def erasures_due(limit: int = 20) -> list[int]:
    """Requests whose grace is over."""
    due = ErasureRequest.objects.filter(taken_back_at=None, done_at=None, due_at__lte=clock.now())
    return list(due.order_by("due_at").values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def erase_person(pk: int) -> bool:
    """Delete the person of a request whose grace is over. Two beats do it once. When something has come in the way since,
    they are told and it is tried again a week later. Returns whether it was done."""
    request = (
        ErasureRequest.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=pk, taken_back_at=None, done_at=None, due_at__lte=clock.now())
        .first()
    )
    if request is None:
        return False
    user = lock_row(request.user)
    if gaps := obstacles(user):
        request.due_at = clock.now() + POSTPONED
        request.save(update_fields=["due_at"])
        record(user, "person.erasure_postponed", by=None, data={"request": request.pk})
        notifications.erasure_postponed(request, gaps)
        return False
    address, language = user.email, user.language
    end_sign_ins(user)
    changed = forgetting.forget(user)
    ErasureRequest.objects.filter(user=user).update(words="")
    request.words, request.done_at = "", clock.now()
    request.save(update_fields=["words", "done_at"])
    record(user, "person.erased", by=None, data={"request": request.pk, **changed})
    notifications.erasure_done(address, language=language, kind=FAREWELL)
    return True


def end_sign_ins(user: User) -> int:
    """Delete every session of the person. Returns how many."""
    ended = 0
    for session in Session.objects.iterator(chunk_size=500):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
            ended += 1
    return ended


def forget_farewells() -> int:
    """Forget the address of the last letters that were sent, were refused, or could not be sent. Returns how many."""
    over = (
        Q(sent_at__isnull=False) | Q(refused_at__isnull=False) | Q(created_at__lt=clock.now() - KEPT_UNSENT)
    )
    letters = OutgoingMessage.objects.filter(over, kind=FAREWELL).exclude(text="")
    letters.filter(sent_at=None, refused_at=None).update(refused_at=clock.now())
    return letters.update(to=forgetting.NOBODY, subject="", text="", html="", headers={}, last_error="")


def _open(user: User) -> Any:
    return ErasureRequest.objects.filter(user=user, taken_back_at=None, done_at=None)


def _locked_open(request: ErasureRequest) -> ErasureRequest:
    found = lock_row(request)
    if found.done_at is not None or found.taken_back_at is not None:
        raise InvalidTransition(_("This request has ended already."))
    return found
