"""Sample data for the component gallery at /_components/; used nowhere else."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms, template
from django.utils.translation import gettext_lazy as _

from core import clock
from core.forms import EurField, Form
from core.pictures import Part

register = template.Library()


class SampleForm(Form):
    """One field of each kind."""

    gains = forms.CharField(
        label=_("Which customers gain, and how much?"),
        help_text=_("Name two or three. Figures with a source convince, adjectives do not."),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reasons = forms.CharField(
        label=_("Reasons"), widget=forms.Textarea(attrs={"rows": 3, "data-count": "words", "data-min": 30})
    )
    turnover = EurField(
        label=_("Turnover from this after two years"), help_text=_("EUR a year, without VAT.")
    )
    asked = EurField(label=_("Support asked"), max_cents=3_000_000)
    closes = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    size = forms.ChoiceField(
        label=_("Size"), choices=[("micro", _("micro")), ("small", _("small")), ("medium", _("medium-sized"))]
    )
    stage = forms.ChoiceField(
        label=_("Where is it shown?"),
        widget=forms.RadioSelect,
        choices=[("lab", _("Laboratory")), ("line", _("Pilot line"))],
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("ai", _("Artificial intelligence")), ("energy", _("Energy")), ("robotics", _("Robotics"))],
    )
    offer = forms.FileField(
        label=_("Offer of the provider"), required=False, help_text=_("PDF, at most 20 MB.")
    )
    agreed = forms.BooleanField(label=_("We have read the conditions and accept them"))
    score = forms.ChoiceField(
        label=_("Excellence"),
        help_text=_("4 = clear step for the company, realistic maturity"),
        widget=forms.RadioSelect(attrs={"data-scale": "1"}),
        choices=[(half / 2, f"{half / 2:g}") for half in range(11)],
    )


TYPED = {
    "gains": "Two makers of hydraulic valves in Brescia and one in Cluj.",
    "reasons": "Saving of inspection time is well reasoned. Energy is not quantified.",
    "turnover": "around a quarter million",
    "asked": "34 560.00",
    "size": "small",
    "stage": "line",
    "topics": ["ai", "energy"],
    "agreed": "on",
    "score": "4.0",
}


@register.simple_tag
def samples() -> dict[str, Any]:
    """Everything the gallery shows, with invented values."""
    closes = clock.now() + timedelta(days=12, hours=3)
    wrong = SampleForm(TYPED, prefix="wrong")
    return {
        "form": SampleForm(initial={**TYPED, "turnover": 25_000_000, "asked": 2_394_000}),
        "wrong": SampleForm({f"wrong-{name}": value for name, value in TYPED.items()}, prefix=wrong.prefix),
        "closes": closes,
        "received": datetime(2027, 2, 18, 10, 4, 27, 318000, UTC),
        "sha": "9f3a5d1c8b7e6f4a2d0c9b8a7f6e5d4c3b2a1908f7e6d5c4b3a291807f6ec21e",
        "cents": 2_394_000,
        "parts": [
            Part("paid", str(_("Paid")), 31_240_000, "#paid"),
            Part("committed", str(_("Committed, not yet paid")), 58_510_000, "#committed"),
            Part("reserved", str(_("Awarded")), 13_844_000),
            Part("free", str(_("Free")), 1_406_000),
        ],
        "scores": [
            [Decimal("4.5"), Decimal("4.5")],
            [Decimal("4.6"), Decimal("3.2")],
            [Decimal("4"), Decimal("2.6")],
            [],
        ],
        "per_day": [0, 0, 1, 1, 3, 5, 5, 9, 12, 16],
        "countries": [
            ("IT", 5_394_000, "53 940"),
            ("FR", 3_000_000, "30 000"),
            ("RO", 2_850_000, "28 500", "#ro"),
        ],
        "facts": [(_("Per project"), "10 000 to 30 000 EUR"), (_("Share of the costs"), _("up to 70 %"))],
        "steps": [
            {"label": _("Opened"), "note": "16 Dec 2026", "state": "done"},
            {"label": _("Deadline"), "note": _("3 March, 17:00"), "state": "now"},
            {"label": _("Answer"), "note": _("by 14 May"), "state": ""},
            {"label": _("Last payment"), "note": _("by September 2028"), "state": ""},
        ],
        "rows": [
            {
                "label": _("Your organisation"),
                "url": "#a",
                "note": "Rossi Meccanica S.r.l.",
                "tone": "good",
                "tag": _("Complete"),
            },
            {
                "label": _("Consortium"),
                "url": "#b",
                "note": _("1 partner has not confirmed"),
                "tone": "warn",
                "tag": _("Waiting"),
            },
            {"label": _("Budget"), "url": "#c", "note": "", "tone": "busy", "tag": _("In progress")},
            {"label": _("Next payment"), "url": "", "note": _("in June"), "value": "61 200.00"},
        ],
        "sections": [
            {"label": _("Project idea"), "url": "#1", "note": _("complete"), "current": False},
            {"label": _("Impact"), "url": "#2", "note": _("3 of 4"), "current": True},
            {"label": _("Files"), "url": "#3", "note": "", "current": False},
        ],
        "crumbs": [(_("Calls"), "#calls"), (_("Components"), "")],
    }
