"""The declaration of de minimis aid: the single undertaking, each aid in a row, or expressly none."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from applicants import deminimis
from applicants.forms.rows import plain, rows_of, without
from core.forms import EurField, ExactField, Form

MOST_ROWS = 60
MEMBERS_HELP = _("One in each line, with its number after a semicolon: Rossi Group S.p.A.; IT00743110157.")


class AidForm(Form):
    """What is declared for all."""

    members = forms.CharField(
        label=_("All firms that control you or that you control, you included"),
        max_length=4000,
        help_text=MEMBERS_HELP,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    none_received = forms.BooleanField(
        label=_("None of them received de minimis aid in this Member State in the last three years"),
        required=False,
    )
    primary_agriculture = forms.BooleanField(
        label=_("The support is for primary agricultural production"), required=False
    )
    primary_fishery = forms.BooleanField(
        label=_("The support is for primary fishery or aquaculture"), required=False
    )
    tied_to_exports = forms.BooleanField(
        label=_("The support is tied to exported quantities"), required=False
    )

    def clean_members(self) -> tuple[deminimis.Member, ...]:
        lines = [line.partition(";") for line in self.cleaned_data["members"].splitlines() if line.strip()]
        return tuple(deminimis.Member(name.strip(), number.strip()) for name, _sep, number in lines)


class AidRowForm(Form):
    """One aid that was granted."""

    granted_on = forms.DateField(
        label=_("Granted on"),
        help_text=_("The day of the decision, whenever it was paid."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    authority = forms.CharField(label=_("By which authority"), max_length=200)
    member_state = forms.ChoiceField(label=_("Member State"), choices=list(countries))
    regulation = forms.ChoiceField(label=_("Under"), choices=deminimis.regulation_names)
    amount = EurField(label=_("Amount (gross grant equivalent)"))
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="EUR")
    rate = ExactField(
        label=_("Rate: how much of it for one euro"),
        most=1_000_000,
        decimals=6,
        required=False,
        help_text=_("Only where it is not in euros."),
    )
    rate_on = forms.DateField(
        label=_("Day of the rate"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unmark("rate", "rate_on")

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).strip().upper()
        if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
            raise forms.ValidationError(_("Three letters, such as EUR or SEK."))
        return currency

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("currency", "EUR") != "EUR" and "rate" not in self.errors:
            if not data.get("rate"):
                self.add_error(
                    "rate", _("Give the rate of the European Central Bank on the day of the grant.")
                )
            if not data.get("rate_on"):
                self.add_error("rate_on", _("Give the day of the rate."))
        return data

    def aid(self) -> deminimis.Aid:
        """The aid in euros, with what it was in another currency."""
        data = self.cleaned_data
        common = {
            "granted_on": data["granted_on"],
            "member_state": data["member_state"],
            "regulation": deminimis.Regulation(data["regulation"]),
            "authority": data["authority"],
        }
        if data["currency"] == "EUR":
            return deminimis.Aid(amount_cents=data["amount"], **common)
        return deminimis.converted(
            data["amount"], currency=data["currency"], rate=data["rate"], rate_on=data["rate_on"], **common
        )


class AidSheetForm:
    """The whole declaration, with rows to be added and removed before it is judged."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, member_state: str, judged: bool = False
    ) -> None:
        given, self.judged, self.member_state = data or {}, judged, member_state
        raw = rows_of(given, MOST_ROWS)
        if "add" in given and len(raw) < MOST_ROWS:
            raw.append({"member_state": member_state, "currency": "EUR"})
        if str(given.get("remove", "")).isdecimal():
            raw = without(raw, int(given["remove"]))
        flat = {key: value for key, value in given.items() if key not in {"add", "remove"}}
        self.own = AidForm(flat) if judged else AidForm(initial=flat)
        self.rows = [
            AidRowForm(
                {f"r{at}-{name}": value for name, value in row.items()} if judged else None,
                initial=None if judged else row,
                prefix=f"r{at}",
            )
            for at, row in enumerate(raw)
        ]

    @property
    def next_number(self) -> int:
        return len(self.rows) + 1

    @property
    def forms(self) -> list[Form]:
        return [self.own, *self.rows]

    def non_form_errors(self) -> list[str]:
        return []

    def declaration(self) -> deminimis.Declaration | None:
        """What was declared, or None when something cannot be: each reason then stands beside its field."""
        valid = [form.is_valid() for form in self.forms]
        if not all(valid):
            return None
        own = self.own.cleaned_data
        made = deminimis.Declaration(
            members=own["members"],
            member_state=self.member_state,
            aids=tuple(row.aid() for row in self.rows),
            none_received=own["none_received"],
            use=deminimis.Use(
                primary_agriculture=own["primary_agriculture"],
                primary_fishery=own["primary_fishery"],
                tied_to_exports=own["tied_to_exports"],
            ),
        )
        found = deminimis.problems(made)
        for sentence in found:
            self.own.add_error("none_received", sentence)
        return None if found else made


def typed_aid(declaration: deminimis.Declaration) -> dict[str, Any]:
    """A declaration as the values of the form's fields."""
    data: dict[str, Any] = {
        "members": typed_members(declaration.members),
        "none_received": declaration.none_received,
        "primary_agriculture": declaration.use.primary_agriculture,
        "primary_fishery": declaration.use.primary_fishery,
        "tied_to_exports": declaration.use.tied_to_exports,
    }
    for at, aid in enumerate(declaration.aids):
        values = {
            "granted_on": aid.granted_on.isoformat(),
            "authority": aid.authority,
            "member_state": aid.member_state,
            "regulation": aid.regulation.value,
            "amount": aid.amount_cents if aid.original_cents is None else aid.original_cents,
            "currency": aid.currency,
            "rate": "" if aid.rate is None else plain(aid.rate),
            "rate_on": aid.rate_on.isoformat() if aid.rate_on else "",
        }
        data |= {f"r{at}-{name}": value for name, value in values.items()}
    return data


def typed_members(members: tuple[deminimis.Member, ...]) -> str:
    """The members, one in each line."""
    return "\n".join(f"{one.name}; {one.number}" if one.number else one.name for one in members)
