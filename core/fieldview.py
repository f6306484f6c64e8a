"""How a form field is shown: everything its component needs, worked out once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NBSP = "\u00a0"


@dataclass(frozen=True)
class Count:
    """A counter below a text: the sentence now, and the pattern with `%n` that the script fills while one types."""

    unit: str
    text: str
    pattern: str
    over: str
    most: int
    least: int


@dataclass(frozen=True)
class FieldView:
    """One field, ready to be shown. `lang`, `options_lang`: the language of its label and of its choices where that is not
    the reader's own."""

    bound: Any
    kind: str  # control, group, scale, checkbox, hidden
    control: SafeString | str = ""
    options: Sequence[Any] = ()
    described_by: str = ""
    optional: bool = False
    note: str = ""
    beside: str = ""
    count: Count | None = None
    current_file: Any = None
    lang: str = ""
    options_lang: str = ""


@dataclass(frozen=True)
class Line:
    """One line of an error summary: where it leads and what it says."""

    target: str
    label: str
    message: str

    @property
    def intro(self) -> str:
        """The label before the message: a question keeps its own mark."""
        return self.label if self.label.endswith(("?", ":", ".")) or not self.label else f"{self.label}:"


@dataclass(frozen=True)
class Summary:
    """What is wrong in the forms of a page."""

    title: str = ""
    lines: list[Line] = field(default_factory=list)
    kept: bool = True


def count_characters(text: str) -> int:
    """Unicode code points, a line break as one, however the browser sent it."""
    return len(text.replace("\r\n", "\n").replace("\r", "\n"))


def count_words(text: str) -> int:
    """Runs of characters between white space."""
    return len(text.split())


def view_of(bound: Any, *, note: str = "", beside: str = "") -> FieldView:
    """Everything the component `field` shows about a bound field.

    A field may carry `note` (text under the control) and `optional` (False: do not say "optional" though it is not
    required, as in a draft). A radio group whose widget says `data-scale` is a row of scores. The widget may ask for a counter by `data-count` ("characters" or "words") with
    `data-max` and `data-min`; a text area with a maximum length gets one by itself.
    """
    widget = bound.field.widget
    if bound.is_hidden:
        return FieldView(bound, "hidden", control=str(bound))
    kind = _kind(widget)
    _give_classes(widget, wrong=bool(bound.errors))
    count = _count(bound)
    described_by = " ".join(_described_by(bound, count))
    attrs: dict[str, Any] = {"maxlength": False, "data-count": False, "data-max": False, "data-min": False}
    if described_by and kind in {"control", "checkbox"}:
        attrs["aria-describedby"] = described_by
    options = list(bound.subwidgets) if _is_choice_group(widget) else []
    return FieldView(
        bound,
        kind,
        control="" if options else bound.as_widget(attrs=attrs),
        options=options,
        described_by=described_by,
        optional=not bound.field.required and kind != "checkbox" and getattr(bound.field, "optional", True),
        note=note or getattr(bound.field, "note", ""),
        beside=beside,
        count=count,
        current_file=_current_file(bound),
        lang=getattr(bound.field, "lang", ""),
        options_lang=widget.attrs.get("lang", "") if options else "",
    )


def _is_choice_group(widget: Any) -> bool:
    return isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


def _kind(widget: Any) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect) and widget.attrs.get("data-scale"):
        return "scale"
    several = isinstance(widget, forms.MultiWidget | forms.SelectDateWidget) or getattr(
        widget, "grouped", False
    )
    if _is_choice_group(widget) or several:
        return "group"
    return "control"


def _give_classes(widget: Any, *, wrong: bool) -> None:
    """Bootstrap's class by the widget's kind, beside those the form has set."""
    for part in getattr(widget, "widgets", [widget]):
        if isinstance(part, forms.CheckboxInput) or _is_choice_group(part):
            wanted = "form-check-input"
        elif isinstance(part, forms.Select | forms.SelectDateWidget):
            wanted = "form-select"
        else:
            wanted = "form-control"
        classes = part.attrs.get("class", "").split()
        classes += [name for name in (wanted, "is-invalid" if wrong else "") if name and name not in classes]
        part.attrs["class"] = " ".join(classes)


def _described_by(bound: Any, count: Count | None) -> list[str]:
    names = str(bound.field.widget.attrs.get("aria-describedby", "")).split()
    if bound.help_text:
        names.append(f"{bound.auto_id}_helptext")
    if bound.errors:
        names.append(f"{bound.auto_id}_error")
    if count:
        names.append(f"{bound.auto_id}_count")
    return names


def _current_file(bound: Any) -> Any:
    if not isinstance(bound.field.widget, forms.ClearableFileInput):
        return None
    return bound.initial if bound.initial and getattr(bound.initial, "name", "") else None


def _count(bound: Any) -> Count | None:
    widget = bound.field.widget
    asked = widget.attrs.get("data-count", "")
    most = int(widget.attrs.get("data-max") or getattr(bound.field, "max_length", None) or 0)
    least = int(widget.attrs.get("data-min") or 0)
    if not asked and not (isinstance(widget, forms.Textarea) and most):
        return None
    unit = asked or "characters"
    value = str(bound.value() or "")
    used = count_words(value) if unit == "words" else count_characters(value)
    pattern, over = _count_patterns(unit, most, least)
    told = (
        over.replace("%n", _grouped(used - most))
        if most and used > most
        else pattern.replace("%n", _grouped(used))
    )
    return Count(unit, told, pattern, over, most, least)


def _count_patterns(unit: str, most: int, least: int) -> tuple[str, str]:
    words = unit == "words"
    figures = {"most": _grouped(most), "least": _grouped(least)}
    over = (
        _("too long by %%n; at most %(most)s words")
        if words
        else _("too long by %%n; at most %(most)s characters")
    )
    if least and most:
        text = (
            _("words: %%n, %(least)s to %(most)s") if words else _("characters: %%n, %(least)s to %(most)s")
        )
    elif least:
        text = _("words: %%n, at least %(least)s") if words else _("characters: %%n, at least %(least)s")
    elif most:
        text = _("%%n of %(most)s words") if words else _("%%n of %(most)s characters")
    else:
        text = _("words: %%n") if words else _("characters: %%n")
    return text % figures, over % figures


def _grouped(figure: int) -> str:
    return f"{figure:,}".replace(",", NBSP)


def focus_id(bound: Any) -> str:
    """The id of the control that takes the cursor for this field: the first option of a group."""
    if _is_choice_group(bound.field.widget):
        return bound.field.widget.id_for_label(bound.auto_id, "0")
    return bound.id_for_label or bound.auto_id


def summary_of(given: Sequence[Any]) -> Summary:
    """All errors of forms and formsets, in the order of their fields; an Incomplete brings its gaps."""
    forms_ = [one for form in given for one in (form.forms if hasattr(form, "forms") else [form])]
    general = [
        str(error) for form in given if hasattr(form, "non_form_errors") for error in form.non_form_errors()
    ]
    general += [str(error) for form in forms_ for error in form.non_field_errors()]
    lines = [Line("", "", message) for message in general]
    for form in forms_:
        lines += [_gap_line(form, gap) for gap in getattr(form, "gaps", [])]
        for bound in form:
            target = "" if bound.is_hidden else f"#{focus_id(bound)}"
            lines += [Line(target, str(bound.label), str(error)) for error in bound.errors]
    if not lines:
        return Summary()
    answers = ngettext("One answer needs another look", "%(n)d answers need another look", len(lines))
    title = _("This was not done") if general else answers % {"n": len(lines)}
    return Summary(title, lines, kept=all(_is_kept(form) for form in forms_))


def _gap_line(form: Any, gap: Any) -> Line:
    if gap.target in form.fields:
        return Line(f"#{focus_id(form[gap.target])}", str(form[gap.target].label), gap.message)
    return Line(gap.target if gap.target.startswith(("/", "#")) else "", "", gap.message)


def _is_kept(form: Any) -> bool:
    """Does the page bring back all that was typed? Browsers bring back neither chosen files nor passwords."""
    lost = (forms.FileInput, forms.PasswordInput)
    return not any(isinstance(one.widget, lost) for one in form.fields.values())
