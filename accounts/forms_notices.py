"""How soon a person wants mail: one question for each role and category that they can choose for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import notices
from core.forms import Form
from core.models import Pace

ABOUT = {
    notices.Category.WORK: _("Messages to you, what is given to you, and steps that wait for you."),
    notices.Category.NEWS: _("What happened and needs nothing of you."),
}


class NoticesForm(Form):
    """The choices of one person; what cannot be put off is no question."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = notices.choices_of(user)
        for row in self.rows:
            allowed = notices.ALLOWED[row.category]
            self.fields[row.key] = forms.ChoiceField(
                label=row.category.label,
                choices=[(pace.value, pace.label) for pace in Pace if pace in allowed],
                widget=forms.RadioSelect,
                initial=row.pace,
                help_text=ABOUT[row.category] if row.category in ABOUT else "",
            )

    def clean(self) -> dict[str, Any]:
        """The paces by (role, category), as `core.notices.choose` takes them."""
        cleaned = super().clean() or {}
        return {
            "paces": {(r.audience.key, r.category): cleaned[r.key] for r in self.rows if r.key in cleaned}
        }

    @property
    def parts(self) -> list[tuple[notices.Audience, list[Any]]]:
        """The questions by role."""
        found: dict[str, tuple[notices.Audience, list[Any]]] = {}
        for row in self.rows:
            found.setdefault(row.audience.key, (row.audience, []))[1].append(self[row.key])
        return list(found.values())
