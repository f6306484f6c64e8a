"""The addresses inside one application, for task lists and gap lists."""

from django.urls import reverse

from applicants.models import Application


def of(application: Application, page: str, *args: str | int) -> str:
    """The address of a page of this application: `of(application, "check")`."""
    return reverse(f"applicants:application_{page}", args=[application.ref, *args])


def question(application: Application, target: str) -> str:
    """The address of a form question; `target` is "section/question" as in a gap of the form."""
    section, _, key = target.partition("/")
    url = of(application, "section", section)
    return f"{url}#div_id_{key}" if key else url
