"""The enterprise, its owners and its holdings, as they are entered for the SME check."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applicants import sme
from applicants.forms.rows import plain, rows_of, without
from core.forms import EurField, ExactField, Form, unmarked

YEARS = ("latest", "previous")
FIGURES = ("headcount", "turnover", "balance")
KINDS = [
    (sme.Kind.ENTERPRISE, _("an enterprise")),
    (sme.Kind.PERSON, _("a person, or persons acting together")),
    (sme.Kind.PUBLIC_BODY, _("a public body (state, region, city, ministry)")),
    (sme.Kind.LOCAL_AUTHORITY, _("a small autonomous local authority")),
    (sme.Kind.VENTURE_CAPITAL, _("a venture capital company")),
    (sme.Kind.BUSINESS_ANGEL, _("business angels")),
    (sme.Kind.PUBLIC_INVESTMENT, _("a public investment corporation")),
    (sme.Kind.UNIVERSITY, _("a university or non-profit research centre")),
    (sme.Kind.INSTITUTIONAL, _("an institutional investor, such as a regional development fund")),
]
DIRECTIONS = [
    (sme.Direction.OWNS, _("owns a part of")),
    (sme.Direction.OWNED, _("is owned in part by")),
]
YEAR_LABELS = {"latest": _("Last closed year"), "previous": _("Year before")}
_LABELS = {
    "headcount": _("Headcount (work units)"),
    "turnover": _("Turnover, EUR"),
    "balance": _("Balance sheet total, EUR"),
}


def _figure(name: str, *, required: bool) -> forms.Field:
    if name == "headcount":
        return ExactField(label=_LABELS[name], most=10_000_000, required=required)
    return EurField(label=_LABELS[name], required=required)


class _YearsForm(Form):
    """A form with the figures of two years: `latest_headcount` to `previous_balance`, by `prefixes`."""

    def add_years(self, group: str = "", *, required: bool = False) -> None:
        for year in YEARS:
            for name in FIGURES:
                field = _figure(name, required=required and year == "latest")
                self.fields[f"{group}{year}_{name}"] = unmarked(field)

    def years(self, group: str = "") -> tuple[sme.Figures, ...]:
        """The years that were filled in, the last closed one first; a single one may be either."""
        found = []
        for year in YEARS:
            values = [self.cleaned_data.get(f"{group}{year}_{name}") for name in FIGURES]
            if any(value is not None for value in values):
                found.append(sme.Figures(*values))
        return tuple(found)

    def year_fields(self, *years: str, group: str = "") -> list[tuple[Any, list[Any]]]:
        """For each of the years its label and its bound fields, for the template."""
        return [(YEAR_LABELS[year], [self[f"{group}{year}_{name}"] for name in FIGURES]) for year in years]


class SmeForm(_YearsForm):
    """The enterprise itself."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    is_estimate = forms.BooleanField(
        label=_("A new firm without closed accounts: the figures are an estimate made in good faith"),
        required=False,
    )
    before = forms.ChoiceField(
        label=_("Status before these two years"),
        required=False,
        help_text=_("From your last declaration. A status changes only after two closed years in a row."),
    )
    changed_owner = forms.BooleanField(
        label=_("The owner changed since the last closed year"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_years(required=True)
        self.add_years("group_")
        self.fields["before"].choices = [
            ("", _("not known")),
            *((size.value, sme.size_name(size)) for size in sme.Size),
        ]

    def own_years(self) -> list[Any]:
        return self.year_fields(*YEARS)

    def group_years(self) -> list[Any]:
        return self.year_fields(*YEARS, group="group_")

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something."""
        names = ["before", "changed_owner", *(f"group_{y}_{f}" for y in YEARS for f in FIGURES)]
        return any(self[name].value() for name in names) or any(self[name].errors for name in names)


class SmeRowForm(_YearsForm):
    """One holding, and who is at its other end."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        error_messages={"required": _("Give a name, or remove this entry.")},
    )
    number = forms.CharField(
        label=_("VAT number, EUID or PIC"),
        max_length=60,
        required=False,
        help_text=_("If you know one: a linked firm that applies here, too, is then recognised."),
    )
    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS)
    direction = forms.ChoiceField(label=_("It"), choices=DIRECTIONS)
    of = forms.ChoiceField(label=_("whom?"), required=False)
    capital = ExactField(label=_("Part of the capital, %"), most=100, decimals=4, required=False)
    votes = ExactField(
        label=_("Part of the votes, %"),
        most=100,
        decimals=4,
        required=False,
        help_text=_("Only if different."),
    )
    control = forms.BooleanField(
        label=_("Control without a majority: appoints the board, by contract or by agreement with others"),
        required=False,
    )
    same_market = forms.BooleanField(
        label=_("Works in the same or a neighbouring market as your enterprise"), required=False, initial=True
    )
    consolidated = forms.BooleanField(
        label=_("Included in the consolidated accounts given above"), required=False
    )
    invested = EurField(label=_("Business angels: invested together, EUR"), required=False)
    budget = EurField(label=_("Local authority: yearly budget, EUR"), required=False)
    inhabitants = forms.IntegerField(
        label=_("Local authority: inhabitants"), required=False, min_value=0, max_value=100_000_000
    )

    def __init__(
        self, *args: Any, others: list[tuple[str, Any]], with_numbers: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.add_years()
        if not with_numbers:
            del self.fields["number"]
        self.fields["of"].choices = [("", _("your enterprise")), *others]
        self.unmark(*self.fields)

    def latest_years(self) -> list[Any]:
        return self.year_fields("latest")

    def previous_years(self) -> list[Any]:
        return self.year_fields("previous")

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something other than what it starts with."""
        names = ["control", "consolidated", "invested", "budget", "inhabitants"]
        names += [f"previous_{name}" for name in FIGURES]
        open_one = any(self[name].value() for name in names) or any(self[name].errors for name in names)
        return open_one or not self["same_market"].value()

    def row(self) -> sme.Row:
        """What was entered, percentages as parts of 1."""
        data = self.cleaned_data
        votes = data["votes"]
        return sme.Row(
            name=data["name"],
            number="".join(data.get("number", "").split()).upper(),
            kind=sme.Kind(data["kind"]),
            direction=sme.Direction(data["direction"]),
            of=int(data["of"]) if data["of"] else None,
            capital=(data["capital"] or Fraction(0)) / 100,
            votes=None if votes is None else votes / 100,
            control=data["control"],
            years=self.years(),
            same_market=data["same_market"],
            consolidated=data["consolidated"],
            invested_cents=data["invested"],
            budget_cents=data["budget"],
            inhabitants=data["inhabitants"],
        )


class SmeSheetForm:
    """The whole page: the enterprise and any number of rows, with rows to be added and removed before it is judged.

    `forms` and `non_form_errors` let an error summary read it like a formset.
    """

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, judged: bool = False, with_numbers: bool = False
    ) -> None:
        given = data or {}
        raw = rows_of(given, sme.MOST_ROWS)
        if "add" in given and len(raw) < sme.MOST_ROWS:
            raw.append({"same_market": "on"})
        if str(given.get("remove", "")).isdecimal():
            raw = without(raw, int(given["remove"]))
        self.is_full = len(raw) >= sme.MOST_ROWS
        self.judged = judged
        others = [
            (str(at), _("%(n)d. %(name)s") % {"n": at + 1, "name": row.get("name") or "…"})
            for at, row in enumerate(raw)
        ]
        flat = {key: value for key, value in given.items() if key not in {"add", "remove"}}
        self.own = SmeForm(flat) if judged else SmeForm(initial=flat)
        self.rows = [
            SmeRowForm(
                {f"r{at}-{name}": value for name, value in row.items()} if judged else None,
                initial=None if judged else row,
                prefix=f"r{at}",
                others=[other for other in others if other[0] != str(at)],
                with_numbers=with_numbers,
            )
            for at, row in enumerate(raw)
        ]

    @property
    def next_number(self) -> int:
        """The number of the row that would be added."""
        return len(self.rows) + 1

    @property
    def forms(self) -> list[Form]:
        return [self.own, *self.rows]

    def __iter__(self) -> Iterator[Any]:
        return (bound for form in self.forms for bound in form)

    def non_form_errors(self) -> list[str]:
        return []

    def sheet(self) -> sme.Sheet | None:
        """What was entered, or None when something cannot be: each reason then stands beside its field."""
        valid = [form.is_valid() for form in self.forms]  # every form, so that every reason is told
        if not all(valid):
            return None
        own = self.own.cleaned_data
        sheet = sme.Sheet(
            years=self.own.years(),
            name=own["name"],
            is_estimate=own["is_estimate"],
            changed_owner=own["changed_owner"],
            before=sme.Size(own["before"]) if own["before"] else None,
            rows=tuple(row.row() for row in self.rows),
            group_years=self.own.years("group_"),
        )
        found = sme.problems(sheet)
        for problem in found:
            form = self.own if problem.row is None else self.rows[problem.row]
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        return None if found else sheet


def typed(sheet: sme.Sheet) -> dict[str, Any]:
    """A sheet as the values of the form's fields."""
    data: dict[str, Any] = {
        "name": sheet.name,
        "is_estimate": sheet.is_estimate,
        "changed_owner": sheet.changed_owner,
        "before": sheet.before or "",
        **_typed_years(sheet.years),
        **_typed_years(sheet.group_years, "group_"),
    }
    for at, row in enumerate(sheet.rows):
        values = {
            "name": row.name,
            "number": row.number,
            "kind": row.kind.value,
            "direction": row.direction.value,
            "of": "" if row.of is None else str(row.of),
            "capital": plain(row.capital * 100) if row.capital else "",
            "votes": "" if row.votes is None else plain(row.votes * 100),
            "control": row.control,
            "same_market": row.same_market,
            "consolidated": row.consolidated,
            "invested": row.invested_cents,
            "budget": row.budget_cents,
            "inhabitants": row.inhabitants,
            **_typed_years(row.years),
        }
        data |= {f"r{at}-{name}": value for name, value in values.items()}
    return data


def _typed_years(years: tuple[sme.Figures, ...], group: str = "") -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, year in zip(YEARS, years, strict=False):
        headcount = "" if year.headcount is None else plain(year.headcount)
        amounts = {"turnover": year.turnover, "balance": year.balance}
        data[f"{group}{name}_headcount"] = headcount
        data |= {f"{group}{name}_{key}": value for key, value in amounts.items()}
    return data
