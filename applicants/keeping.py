"""How long a draft that was never submitted is kept (feature A42). Pure.

The term begins at the deadline. First come, first served has no day for everybody while the call is open, so there, and
when a call was cancelled, the term begins with the last change. It never ends sooner than `WARNING` after its writers were
told: a pause of the clock's work, or a draft older than this rule, takes nobody by surprise.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

WARNING = timedelta(days=14)
"""So long before the end the writers are told."""


@dataclass(frozen=True)
class Keeping:
    """The term of one draft (UTC). `told_at`: when its writers were last told that it ends."""

    begins: datetime
    days: int
    told_at: datetime | None = None

    @property
    def ends(self) -> datetime:
        """When the draft may be deleted, as far as is known: never sooner than it was told."""
        end = self.begins + timedelta(days=self.days)
        return end if self.told_at is None or not self.is_told else max(end, self.told_at + WARNING)

    @property
    def is_told(self) -> bool:
        """Were the writers told of this term, and not of one before the draft was changed or the deadline moved?"""
        return self.told_at is not None and self.told_at >= self.begins

    def is_to_tell(self, at: datetime) -> bool:
        """Has the moment of the letter come, and was it not written yet?"""
        return not self.is_told and at >= self.begins + timedelta(days=self.days) - WARNING

    def is_over(self, at: datetime) -> bool:
        """May the contents be deleted at this instant?"""
        return self.is_told and at >= self.ends

    def shown_end(self, at: datetime) -> datetime:
        """The end that a page may promise now: before the letter at least `WARNING` away."""
        return self.ends if self.is_told else max(self.ends, at + WARNING)
