"""A piece of the form being designed: its words in each language, and when it is asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from calls import countries, formkit
from calls.formkit import Question, QuestionType
from calls.formkit.conditions import CHOOSING, FIGURES
from calls.forms.fields import TextField, source_text, with_text
from core.errors import DomainError
from core.forms import Form
from core.localised import Localised, localised

OTHER_LANGUAGES = [(code, name) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
OPS = {
    "is": _("is one of"),
    "is_not": _("is none of"),
    "at_least": _("is at least"),
    "at_most": _("is at most"),
    "answered": _("is answered"),
}


class DesignForm(Form):
    """A piece of the form, given and taken as JSON: `content` for the verb.

    `earlier` are the questions asked before it: only they can decide whether it is asked. `again` is what was typed
    into the page before another kind of answer was chosen: it is shown again, not judged.
    """

    texts: Mapping[str, int] = {}
    """Texts by name, with their longest length: each has a box for every language."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)

    def __init__(
        self,
        data: Any = None,
        *,
        stored: Mapping[str, Any] | None = None,
        mark: str = "",
        earlier: Sequence[Question] = (),
        again: Any = None,
    ) -> None:
        self.stored: Mapping[str, Any] = stored or {}
        self.earlier = {one.key: one for one in earlier if not one.per_partner and not one.is_file}
        initial = {"seen": mark, **(self.values() if stored else {})}
        super().__init__(data, initial=initial)
        self._add_condition()
        self._add_languages()
        self._show_again(again)

    def values(self) -> dict[str, Any]:
        raise NotImplementedError

    def content(self, given: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        condition = self._condition(cleaned)
        if self.errors:
            return cleaned
        made = {"content": {**self.content(cleaned), **condition}}
        return {**made, "seen": cleaned["seen"]} if self.stored else made

    def text(self, name: str, typed: str) -> dict[str, str]:
        """A text by language: what was typed for each, and what is stored in languages this page does not show."""
        words = with_text(localised(self.stored.get(name)), typed.strip())
        for code, _name in OTHER_LANGUAGES:
            if f"{name}_{code}" in self.cleaned_data:
                words.pop(code, None)
                if translated := self.cleaned_data[f"{name}_{code}"].strip():
                    words[code] = translated
        return dict(words)

    def groups(self) -> dict[str, list[Any]]:
        """The boxes as the page groups them: the piece itself, its condition, the other languages."""
        made: dict[str, list[Any]] = {"main": [], "condition": [], "languages": []}
        for bound in self.visible_fields():
            made[getattr(bound.field, "group", "main")].append(bound)
        return made

    def _add_languages(self) -> None:
        for name, longest in self.texts.items():
            stored = localised(self.stored.get(name))
            for code, language in OTHER_LANGUAGES:
                field = TextField(
                    label=f"{self.fields[name].label} – {_now(language)}",
                    max_length=longest,
                    required=False,
                    rows=2 if longest > 200 else 0,
                )
                field.group = "languages"  # type: ignore[attr-defined]
                self.fields[f"{name}_{code}"] = field
                self.initial[f"{name}_{code}"] = stored.get(code, "")

    def _add_condition(self) -> None:
        if not self.earlier:
            return
        condition = self.stored.get("shown_if") or {}
        fields: dict[str, forms.Field] = {
            "if_question": forms.ChoiceField(
                label=_("Asked only if the answer to"),
                choices=[
                    ("", _("always asked")),
                    *((key, str(one.label)) for key, one in self.earlier.items()),
                ],
                required=False,
            ),
            "if_op": forms.ChoiceField(label=_("Its answer"), choices=list(OPS.items()), required=False),
            "if_values": forms.CharField(
                label=_("Which answer"),
                max_length=1000,
                required=False,
                help_text=_(
                    "A choice as applicants read it, several parted by a semicolon; yes or no; a figure."
                ),
            ),
        }
        for name, field in fields.items():
            field.group, field.optional = "condition", False  # type: ignore[attr-defined]
            self.fields[name] = field
        asked = self.earlier.get(condition.get("question", ""))
        self.initial["if_question"] = condition.get("question", "")
        self.initial["if_op"] = condition.get("op", "is")
        if asked:
            self.initial["if_values"] = "; ".join(
                formkit.display(asked, value) for value in condition.get("values", [])
            )

    def _condition(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        asked = self.earlier.get(cleaned.get("if_question") or "")
        if asked is None:
            return {}
        op = cleaned.get("if_op") or "is"
        values = [] if op == "answered" else self._values(asked, cleaned.get("if_values") or "")
        return {"shown_if": {"question": asked.key, "op": op, "values": values}}

    def _values(self, asked: Question, typed: str) -> list[Any]:
        """The answers that were written, as they are stored."""
        parts = [one.strip() for one in typed.split(";") if one.strip()]
        if not parts:
            self.add_error("if_values", _now("Write which answer it depends on."))
        try:
            return [self._value(asked, part) for part in parts]
        except DomainError as error:
            self.add_error("if_values", error.message)
            return []

    def _value(self, asked: Question, part: str) -> Any:
        if asked.type in FIGURES:
            value = formkit.clean_answer(asked, part)
            if isinstance(value, str) and not value.isdigit():
                raise DomainError(_now("Write a whole number."))
            return int(value)
        if asked.type not in CHOOSING:
            raise DomainError(_now("Of this question only whether it is answered can decide."))
        words = {str(choice.label).casefold(): choice.value for choice in asked.choices}
        if asked.type == QuestionType.YES_NO:
            words = {_now("Yes").casefold(): "yes", _now("No").casefold(): "no"}
        typed = words.get(part.casefold(), part)
        if asked.type == QuestionType.COUNTRY:
            typed = _country(part)
        value = formkit.clean_answer(asked, [typed] if asked.type == QuestionType.SEVERAL else typed)
        return value[0] if isinstance(value, list) else value

    def _show_again(self, again: Any) -> None:
        """Put into the boxes what was typed before, as far as they are still there."""
        if again is None:
            return
        for name, field in self.fields.items():
            held = field.widget.value_from_datadict(again, {}, name)
            if held is not None:
                self.initial[name] = held

    @staticmethod
    def source(stored: Mapping[str, Any], name: str) -> str:
        """A stored text in the product's own language."""
        return source_text(localised(stored.get(name)))


def _country(part: str) -> str:
    named = {name.casefold(): code for code, name in countries.choices(countries.WORLD)}
    return named.get(part.casefold(), part)


class SectionWordsForm(DesignForm):
    """Title and guidance of a section, and when it is asked."""

    texts: Mapping[str, int] = {"title": 80, "guidance": 1000}

    title = TextField(label=_("Title"), max_length=80)
    guidance = TextField(
        label=_("Guidance"),
        rows=3,
        max_length=1000,
        required=False,
        help_text=_("What this page is about, in plain words."),
    )

    def values(self) -> dict[str, Any]:
        return {name: self.source(self.stored, name) for name in ("title", "guidance")}

    def content(self, given: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Localised | dict[str, str]] = {
            name: self.text(name, given[name]) for name in self.texts
        }
        return {name: text for name, text in made.items() if text}
