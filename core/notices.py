"""How soon people are written to: every kind of mail has one category, and who reads it chooses the pace of what can wait.

Each app's `notifications.py` says of its kinds of mail in which category they are and in which role one gets them; here is
the table of them all, what each category allows, and what a person chose. A mail of category *legal* leaves at once
whatever anybody chose; so does one to an address without an account.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.db import models, transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.audit import record
from core.errors import DomainError
from core.locks import lock_exclusive
from core.models import NoticeChoice, OutgoingMessage, Pace
from core.tasks import deliver_message, enqueue


class Category(models.TextChoices):
    """What a mail is to its reader."""

    LEGAL = "legal", gettext_lazy("What has consequences")
    WORK = "work", gettext_lazy("Work that waits for you")
    NEWS = "news", gettext_lazy("What others did")
    ASKED = "asked", gettext_lazy("What you asked for")


ALLOWED: dict[Category, tuple[Pace, ...]] = {
    Category.LEGAL: (Pace.AT_ONCE,),
    Category.WORK: (Pace.AT_ONCE, Pace.DAILY),
    Category.NEWS: (Pace.AT_ONCE, Pace.DAILY, Pace.NEVER),
    Category.ASKED: (Pace.AT_ONCE,),
}
"""The paces that a reader may choose. What was asked for is ended where it was asked for."""
SOONEST = (Pace.AT_ONCE, Pace.DAILY, Pace.NEVER)


@dataclass(frozen=True)
class Audience:
    """A role in which one gets mail. `held_by` tells whether a person has it today."""

    key: str
    label: Promise
    held_by: Callable[[Any], bool]


@dataclass(frozen=True)
class Kind:
    """One kind of mail: its category, and the roles in which one gets it."""

    category: Category
    audiences: tuple[Audience, ...]


@dataclass(frozen=True)
class Row:
    """One line of a person's page: what they get in a role, and how soon."""

    audience: Audience
    category: Category
    pace: Pace

    @property
    def key(self) -> str:
        return f"{self.audience.key}-{self.category}"


_kinds: dict[str, Kind] = {}
_families: dict[str, Category] = {}
_loaded: list[str] = []


def register(category: Category, *audiences: Audience, kinds: Iterable[str]) -> None:
    """Say of some kinds of mail what they are. Raises ImproperlyConfigured when one is said to be two things, or when a
    category that can wait has no role to choose for."""
    if len(ALLOWED[category]) > 1 and not audiences:
        raise ImproperlyConfigured(f"Mail of category {category} needs an audience.")
    for kind in kinds:
        entry = Kind(category, audiences)
        if _kinds.setdefault(kind, entry) != entry:
            raise ImproperlyConfigured(f"The mail {kind} has two categories.")


def register_family(prefix: str, category: Category) -> None:
    """Say of all kinds of mail whose name begins so what they are; their category cannot wait."""
    if len(ALLOWED[category]) > 1:
        raise ImproperlyConfigured(f"Mail of a family leaves at once, which {category} need not.")
    _families[prefix] = category


DIGEST = "daily_digest"
register(Category.ASKED, kinds=[DIGEST])


def kinds() -> dict[str, Kind]:
    """The whole table of kinds of mail."""
    if not _loaded:
        for config in apps.get_app_configs():
            own = config.path.startswith(str(settings.BASE_DIR)) and ".local" not in config.path
            if own and find_spec(f"{config.name}.notifications") is not None:
                import_module(f"{config.name}.notifications")
        _loaded.append("all")
    return _kinds


def category_of(kind: str) -> Category | None:
    """The category of a kind of mail; None for one that nobody registered, which leaves at once."""
    entry = kinds().get(kind)
    if entry is not None:
        return entry.category
    return next((one for prefix, one in _families.items() if kind.startswith(prefix)), None)


def pace_for(user: Any, kind: str) -> Pace:
    """How soon this person gets this kind of mail. Who gets it in several roles gets it at the soonest of their paces."""
    entry = kinds().get(kind)
    if entry is None or len(ALLOWED[entry.category]) == 1 or getattr(user, "pk", None) is None:
        return Pace.AT_ONCE
    return _pace(user, entry, _chosen(user))


def _pace(user: Any, entry: Kind, chosen: Mapping[tuple[str, str], str]) -> Pace:
    audiences = entry.audiences
    if len(audiences) > 1 and chosen:
        audiences = tuple(one for one in audiences if one.held_by(user)) or audiences
    paces = {Pace(chosen.get((one.key, entry.category), Pace.AT_ONCE)) for one in audiences}
    return next(one for one in SOONEST if one in paces)


def _chosen(user: Any) -> dict[tuple[str, str], str]:
    found = NoticeChoice.objects.filter(user=user).values_list("audience", "category", "pace")
    return {(audience, category): pace for audience, category, pace in found}


def choices_of(user: Any) -> list[Row]:
    """What the person may choose for the roles they hold, by role in the order of the apps."""
    chosen = _chosen(user)
    rows: dict[str, Row] = {}
    for entry in kinds().values():
        for audience in entry.audiences:
            row = Row(audience, entry.category, Pace.AT_ONCE)
            if len(ALLOWED[entry.category]) > 1 and row.key not in rows and audience.held_by(user):
                pace = Pace(chosen.get((audience.key, entry.category), Pace.AT_ONCE))
                rows[row.key] = Row(audience, entry.category, pace)
    order = list({row.audience.key: None for row in rows.values()})
    steps = list(Category)
    return sorted(rows.values(), key=lambda row: (order.index(row.audience.key), steps.index(row.category)))


@transaction.atomic(durable=True)
def choose(user: Any, paces: Mapping[tuple[str, str], str]) -> None:
    """Set how soon the person gets mail, by (role, category); mail that waits follows at once.

    Raises DomainError for a pace that the category does not allow.
    """
    lock_exclusive("core.notices", user.pk)
    before = _chosen(user)
    for (audience, category), pace in paces.items():
        if category not in Category or pace not in ALLOWED[Category(category)]:
            raise DomainError(_("Mail of this kind cannot be put off."))
        NoticeChoice.objects.update_or_create(
            user=user,
            audience=audience,
            category=category,
            defaults={"pace": pace, "changed_at": clock.now()},
        )
    changed = {
        f"{audience}-{category}": pace
        for (audience, category), pace in paces.items()
        if before.get((audience, category), Pace.AT_ONCE) != pace
    }
    if changed:
        record(user, "user.notices_chosen", by=user, data=changed)
        _follow(user)


def _follow(user: Any) -> None:
    """What waits for the next daily mail gets the pace that was chosen now."""
    chosen = _chosen(user)
    waiting = OutgoingMessage.objects.waiting_for_digest().filter(recipient=user)
    for message in waiting.select_for_update(of=("self",)).order_by("pk"):
        entry = kinds().get(message.kind)
        pace = _pace(user, entry, chosen) if entry is not None else Pace.AT_ONCE
        if pace == Pace.DAILY:
            continue
        message.pace, message.next_attempt_at = pace, clock.now()
        message.save(update_fields=["pace", "next_attempt_at"])
        if pace == Pace.AT_ONCE:
            enqueue(deliver_message, message.pk)


_SALT = "core.notices"


@dataclass(frozen=True)
class WayOut:
    """What the link at the end of a mail is about: whose mail, in which role."""

    user: int
    audience: str

    @property
    def signed(self) -> str:
        return signing.Signer(salt=_SALT).sign_object([self.user, self.audience])


def way_out(signed: str) -> WayOut | None:
    """What a link from a mail ends, or None for one that we did not write. It does not expire: old mail is read late."""
    try:
        user, audience = signing.Signer(salt=_SALT).unsign_object(signed)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return WayOut(user, audience)


def choices_url(kind: str) -> str:
    """The page where the reader chooses how soon this kind of mail comes; empty for one that cannot wait."""
    entry = kinds().get(kind)
    if entry is None or len(ALLOWED[entry.category]) == 1:
        return ""
    return page_url()


def page_url() -> str:
    """The page where a person chooses how soon mail comes."""
    return f"{settings.SITE_URL}{reverse(settings.NOTICES_PAGE)}"


def headers_for(kind: str, user: Any) -> dict[str, str]:
    """The headers by which a mail program ends mail of an optional kind with one click (RFC 8058); none for others."""
    entry = kinds().get(kind)
    if entry is None or Pace.NEVER not in ALLOWED[entry.category] or getattr(user, "pk", None) is None:
        return {}
    held = [one for one in entry.audiences if one.held_by(user)] if len(entry.audiences) > 1 else []
    audience = (held or list(entry.audiences))[0]
    path = reverse(settings.NOTICE_END_PAGE, args=[WayOut(user.pk, audience.key).signed])
    return {
        "List-Unsubscribe": f"<{settings.SITE_URL}{path}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
