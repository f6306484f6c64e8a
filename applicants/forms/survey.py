"""What an applicant says about applying."""

from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.surveys import hours_field, mark_field, words_field


class SurveyForm(Form):
    """Three questions; the length of the words is judged by the verb."""

    ease = mark_field(_("How easy was it to apply?"), _("1 is very hard, 5 is very easy."))
    hours = hours_field(_("About how many hours did the application take?"))
    words = words_field(_("What should we make better?"))
