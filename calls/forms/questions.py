"""A question of the form being designed: what every question has, and the boxes of its kind."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from calls.formkit import QuestionType, formula
from calls.formkit.model import NOT_TYPED
from calls.forms import kinds
from calls.forms.design import OTHER_LANGUAGES, DesignForm, SectionWordsForm
from calls.forms.fields import TextField
from core.localised import localised

__all__ = ["QuestionForm", "SectionWordsForm"]

LIST_ABOVE = _("The items listed here")


class QuestionForm(DesignForm):
    """One question. `catalogues` are the names of lists it may take its items from, with their words."""

    texts: Mapping[str, int] = {"label": 200, "help": 600, "evaluators": 400}

    label = TextField(label=_("Question"), max_length=200)
    type = forms.ChoiceField(label=_("Answer"), choices=QuestionType.choices, initial=QuestionType.LONG_TEXT)
    required = forms.BooleanField(label=_("Has to be answered before one submits"), required=False)
    help = TextField(label=_("Help"), max_length=600, rows=2, required=False)
    evaluators = TextField(
        label=_("What evaluators look at"),
        max_length=400,
        rows=2,
        required=False,
        help_text=_("Applicants and evaluators both read it."),
    )
    per_partner = forms.BooleanField(label=_("Asked for each organisation that takes part"), required=False)
    hidden = forms.BooleanField(
        label=_("Not shown when evaluation is blind: the answer may tell who applies"), required=False
    )

    listed = forms.BooleanField(
        label=_("Shown in the public catalogue, once the entry is accepted"),
        required=False,
        help_text=_("Only in a call without money. Applicants read beside the question that it is public."),
    )

    def __init__(self, data: Any = None, *, catalogues: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        self.kind = self._kind(data, more)
        super().__init__(data, **more)
        common = list(self.fields)
        if "choices" in kinds.SETTINGS.get(self.kind, ()):
            self._add_choice_languages()
        for name in kinds.SETTINGS.get(self.kind, ()):
            self.fields[name] = kinds.FIELDS[name](self.kind)
        if "catalogue" in self.fields:
            self.fields["catalogue"].choices = [("", LIST_ABOVE), *catalogues]
        if self.kind in NOT_TYPED or self.kind == QuestionType.BUDGET:
            del self.fields["per_partner"]
        if self.kind in (QuestionType.FILE, QuestionType.ORGANISATION):
            del self.fields["listed"]
        if self.kind == QuestionType.CALCULATED:
            del self.fields["required"]
        after = common.index("type") + 1
        own = [name for name in self.fields if name not in common]
        self.order_fields([*common[:after], *own, *common[after:]])
        self._show_again(more.get("again"))

    def _add_choice_languages(self) -> None:
        """The choices in other languages, line by line as they stand."""
        stored = self.stored.get("choices", []) if self.stored.get("type") == self.kind else []
        for code, language in OTHER_LANGUAGES:
            name = f"choices_{code}"
            field = TextField(
                label=_("Choices – %s") % language, max_length=4000, rows=4, required=False,
                help_text=_("One on each line, in the same order."),
            )  # fmt: skip
            field.group = "languages"  # type: ignore[attr-defined]
            self.fields[name] = field
            words = [localised(one.get("label")).get(code, "") for one in stored]
            self.initial[name] = "\n".join(words) if any(words) else ""

    def _translated(self, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The choices with their words in other languages. Raises ValidationError when lines are missing."""
        for code, _language in OTHER_LANGUAGES:
            lines = [one.strip() for one in self.cleaned_data.get(f"choices_{code}", "").split("\n")]
            given = [line for line in lines if line]
            if given and len(given) != len(choices):
                self.add_error(
                    f"choices_{code}",
                    _("There are %(n)d lines for %(all)d choices: give one for each, in the same order.")
                    % {"n": len(given), "all": len(choices)},
                )
            for choice, words in zip(choices, given or [""] * len(choices), strict=False):
                others = {key: text for key, text in choice["label"].items() if key != code}
                choice["label"] = {**others, code: words} if words else others
        return choices

    @staticmethod
    def _kind(data: Any, more: Mapping[str, Any]) -> str:
        """The kind whose boxes are shown: as it was chosen, else as it is stored."""
        given = (data if data is not None else more.get("again")) or {}
        kind = given.get("type") or (more.get("stored") or {}).get("type") or ""
        return kind if kind in QuestionType.values else QuestionType.LONG_TEXT

    def values(self) -> dict[str, Any]:
        stored = self.stored
        return {
            **{name: self.source(stored, name) for name in self.texts},
            "type": self.kind,
            "required": stored.get("required", False),
            "per_partner": stored.get("per_partner", False),
            "hidden": stored.get("blind") is False,
            "listed": stored.get("listed", False),
            **(kinds.initial_of(self.kind, stored) if stored.get("type") == self.kind else {}),
        }

    def clean_min(self) -> int | None:
        return kinds.limit_of(self.kind, self.cleaned_data["min"])

    def clean_max(self) -> int | None:
        return kinds.limit_of(self.kind, self.cleaned_data["max"])

    def clean_formula(self) -> dict[str, Any]:
        try:
            return formula.from_text(self.cleaned_data["formula"])
        except formula.FormulaError as error:
            raise ValidationError(error.message) from error

    def content(self, given: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {
            "type": self.kind,
            **{name: self.text(name, given[name]) for name in self.texts},
        }
        made["required"] = given.get("required", False)
        if given.get("per_partner"):
            made["per_partner"] = True
        if given["hidden"]:
            made["blind"] = False
        if given.get("listed"):
            made["listed"] = True
        stored = self.stored if self.stored.get("type") == self.kind else {}
        made |= kinds.content_of(self.kind, given, stored)
        if "choices" in kinds.SETTINGS.get(self.kind, ()):
            made["choices"] = self._translated(made["choices"])
        return made
