"""How every form looks and how a form meets a verb."""

import re
import uuid
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, DomainError, Incomplete
from core.money import format_eur, parse_eur


def unmarked(field: forms.Field) -> forms.Field:
    """The field without the word "optional" behind its label: the page says elsewhere when it is needed."""
    field.optional = False  # type: ignore[attr-defined]  # read by the field's template
    return field


class Helped:
    """A form whose template writes the `<form>` tag and the buttons itself: `{% crispy form %}` gives the fields."""

    fields: dict[str, Any]
    result: Any  # what the verb gave, after `attempt`
    gaps: Any  # the gaps of an Incomplete
    theirs: Any  # what a Conflict found in place
    refusal: DomainError | None = None  # why the verb refused

    def unmark(self, *names: str) -> None:
        """Leave the word "optional" away from these fields."""
        for name in names:
            unmarked(self.fields[name])

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.use_custom_control = False
        helper.form_show_errors = True
        return helper


class Form(Helped, forms.Form):
    """The plain form of the product."""

    use_required_attribute = False


class ModelForm(Helped, forms.ModelForm):
    """The model form of the product."""

    use_required_attribute = False


class PlainForm(Form):
    """A button with nothing to type: errors of the verb find their place on top."""


class EurField(forms.CharField):
    """An amount as people type it; its value is integer cents."""

    def __init__(self, *, min_cents: int = 0, max_cents: int | None = None, **kwargs: Any) -> None:
        self.min_cents, self.max_cents = min_cents, max_cents
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            cents = parse_eur(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if cents < self.min_cents:
            raise ValidationError(
                _("Give at least %(min)s EUR.") % {"min": format_eur(self.min_cents)}, code="too_small"
            )
        if self.max_cents is not None and cents > self.max_cents:
            raise ValidationError(
                _("%(typed)s EUR is above the limit of %(max)s EUR, by %(over)s.")
                % {
                    "typed": format_eur(cents),
                    "max": format_eur(self.max_cents),
                    "over": format_eur(cents - self.max_cents),
                },
                code="too_large",
            )
        return cents

    def prepare_value(self, value: Any) -> Any:
        return format_eur(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class ExactField(forms.CharField):
    """A number of zero or more as people write it ("10.5", "33,34 %"); its value is an exact Fraction."""

    def __init__(self, *, most: int, decimals: int = 2, **kwargs: Any) -> None:
        self.most, self.decimals = most, decimals
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or not str(value).strip():
            return None
        typed = "".join(str(value).strip().removesuffix("%").split()).replace(",", ".")
        if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{0,12})?", typed, re.ASCII):
            raise ValidationError(_("“%(typed)s” is not a number.") % {"typed": str(value)[:40]})
        number = Fraction(typed.rstrip("."))
        if (number * 10**self.decimals).denominator != 1:
            raise ValidationError(_("Give at most %(n)d decimals.") % {"n": self.decimals})
        if number > self.most:
            raise ValidationError(_("Give at most %(most)d.") % {"most": self.most})
        return number


class OnceField(forms.UUIDField):
    """A hidden key that makes a form count once, however often it arrives."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(initial=uuid.uuid4, widget=forms.HiddenInput, **kwargs)


def attempt(form: Form | ModelForm, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Validate `form`, run `verb(*args, **kwargs, **cleaned data)`, and turn a DomainError into the form's error.

    Returns whether it was done; its result is then in `form.result`. Keyword arguments win over the form's data.
    """
    if not form.is_valid():
        return False
    try:
        form.result = verb(*args, **{**form.cleaned_data, **kwargs})
    except DomainError as error:
        show_error(form, error)
        return False
    return True


def show_error(form: Form | ModelForm, error: DomainError) -> None:
    """Put the sentence beside its field, or on top of the form; an Incomplete brings each of its gaps."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, error.message)
    form.refusal = error
    if isinstance(error, Incomplete):
        form.gaps = error.gaps
    if isinstance(error, Conflict):
        form.theirs = error.theirs
